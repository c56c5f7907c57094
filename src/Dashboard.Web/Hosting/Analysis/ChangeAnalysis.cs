using System.Text.Json.Serialization;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Web.Hosting.Analysis;

public enum AnalysisStatus { Queued, Running, Done, Failed, Cancelled }

/// <summary>An analysis that somebody asked for, and what became of it.</summary>
/// <param name="ModelId">The model's key: a name may come to mean another model.</param>
/// <param name="From">Event time, from here on.</param>
/// <param name="To">Event time, up to and without this.</param>
/// <param name="Loss">What is explained; null: the task's default.</param>
/// <param name="Step">What is done now, in words.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Version">The version whose predictions were explained.</param>
/// <param name="Report">What was found; null until it is done.</param>
public sealed record ChangeAnalysis(string Id, int ModelId, string Model, DateTimeOffset From, DateTimeOffset To, LossKind? Loss, AnalysisStatus Status, string Step, double Progress, string RequestedBy,
    DateTimeOffset RequestedAt, DateTimeOffset? EndedAt = null, int? Version = null, string? Error = null, ChangeReport? Report = null)
{
    [JsonIgnore]
    public bool IsUnderWay => Status is AnalysisStatus.Queued or AnalysisStatus.Running;

    /// <summary>Both ask the same.</summary>
    public bool AsksSame(ChangeAnalysis other) => (ModelId, From, To, Loss) == (other.ModelId, other.From, other.To, other.Loss);
}
