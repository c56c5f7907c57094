using Dashboard.Storage.Training;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Jobs;

/// <summary>How a job looks on its pages.</summary>
internal static class JobDisplay
{
    public static (StateKind Kind, string Text, string? Icon) State(JobStatus status) => status switch
    {
        JobStatus.Queued => (StateKind.None, "Waiting", "clock"),
        JobStatus.Running => (StateKind.None, "Running", "play"),
        JobStatus.Succeeded => (StateKind.Ok, "Done", "check"),
        JobStatus.Failed => (StateKind.Bad, "Failed", null),
        JobStatus.Cancelled => (StateKind.Warn, "Cancelled", "stop"),
        _ => (StateKind.Warn, "Interrupted", null),
    };

    public static bool IsActive(Job job) => job.Status is JobStatus.Queued or JobStatus.Running;

    public static bool CanRetry(Job job) => job.Status is JobStatus.Failed or JobStatus.Cancelled or JobStatus.Interrupted;

    /// <summary>How long it ran; null before it started.</summary>
    public static TimeSpan? Duration(Job job) => job.EndedAt - job.StartedAt;
}
