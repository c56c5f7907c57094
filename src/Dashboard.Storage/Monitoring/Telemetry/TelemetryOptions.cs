namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>How long telemetry is kept and how often it is written.</summary>
/// <param name="LogRetentionDays">Days that single predictions are kept, on the model's clock.</param>
/// <param name="WindowRetentionDays">Days that the finest windows are kept; hours and days stay.</param>
public sealed record TelemetryOptions(int LogRetentionDays = 400, int WindowRetentionDays = 60)
{
    /// <summary>How long ground truth waits for a prediction that has not come yet; after that it is unknown.</summary>
    public TimeSpan PendingFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most labels that wait at once.</summary>
    public int MostPending { get; init; } = 1_000_000;

    /// <summary>The longest time between commits while there is something to write.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);
}
