namespace Dashboard.Web.Hosting.Demo;

public enum DemoPhase { Absent, Preparing, Replaying, Stopped, Finished, Failed, Removing }

/// <summary>Where the demonstration stands, for the page and the API.</summary>
/// <param name="Text">One sentence for people.</param>
/// <param name="ReplayedUntil">The replayed wall time, once there is one.</param>
/// <param name="Progress">0 to 1 of the replayed months.</param>
/// <param name="Predictions">Predictions asked for since the replay began or was resumed.</param>
/// <param name="FailedRequests">Requests that were not answered with success.</param>
public sealed record DemoState(DemoPhase Phase, string Text, DateTime? ReplayedUntil = null, double Progress = 0, long Predictions = 0, long FailedRequests = 0)
{
    public static readonly DemoState Absent = new(DemoPhase.Absent, "The demonstration is not here.");

    /// <summary>Whether it may be started (or resumed).</summary>
    public bool CanStart => Phase is DemoPhase.Absent or DemoPhase.Stopped or DemoPhase.Finished or DemoPhase.Failed;

    public bool IsRunning => Phase is DemoPhase.Preparing or DemoPhase.Replaying;
}
