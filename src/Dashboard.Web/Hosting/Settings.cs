using Dashboard.Storage.Serving;

namespace Dashboard.Web.Hosting;

/// <summary>The product's settings, read and checked once at start. Every key is under <c>Dashboard</c>, but for <c>XGBoost:LibraryPath</c>.</summary>
public sealed record Settings
{
    /// <summary>Where everything is kept; relative to the working directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The environments that versions are rolled out to.</summary>
    public required EnvironmentNames Environments { get; init; }

    /// <summary>The control room that this host follows as a serving node; null: it is a control room itself.</summary>
    public NodeSettings? Node { get; init; }

    public required DemoSettings Demo { get; init; }

    public required ServingSettings Serving { get; init; }

    public required RolloutSettings Rollouts { get; init; }

    public required IngestionSettings Ingestion { get; init; }

    public required TrainingSettings Training { get; init; }

    public required MonitoringSettings Monitoring { get; init; }

    public required AlertSettings Alerts { get; init; }

    public required AuthenticationSettings Authentication { get; init; }

    public required GovernanceSettings Governance { get; init; }

    /// <summary>Path of libxgboost; empty: the system's own.</summary>
    public required string XGBoostLibraryPath { get; init; }
}

/// <param name="ControlRoom">Where the control room answers.</param>
/// <param name="Name">As the node was added there.</param>
/// <param name="Environment">Which environment it is meant for; empty: as it was added.</param>
/// <param name="Key">By which it proves who it is; empty where the control room lets everybody in.</param>
/// <param name="Address">Where callers reach it, for people; empty: it does not say.</param>
/// <param name="ReadyFor">It says that it is not ready when the control room has not answered for longer; zero: it stays ready.</param>
public sealed record NodeSettings(Uri ControlRoom, string Name, string Environment, string Key, string Address, TimeSpan ReadyFor);

/// <param name="CheckpointDirectory">Where signed checkpoints of the audit log are written; empty: <c>audit</c> in the data directory.</param>
public sealed record GovernanceSettings(string CheckpointDirectory);

/// <param name="Enabled">Start the flight-delay demonstration by itself.</param>
/// <param name="SecondsPerDay">How many real seconds one replayed day takes.</param>
public sealed record DemoSettings(bool Enabled, double SecondsPerDay);

/// <param name="MaxBodyBytes">Largest body of a prediction request.</param>
/// <param name="MaxRows">Most rows in one prediction request.</param>
public sealed record ServingSettings(long MaxBodyBytes, int MaxRows);

/// <param name="LookSeconds">How often the traffic of a rollout's two versions is looked at.</param>
public sealed record RolloutSettings(double LookSeconds);

/// <param name="MaxUploadBytes">Largest dataset or package upload.</param>
/// <param name="MaxBodyBytes">Largest body of observations or ground truth, uncompressed.</param>
public sealed record IngestionSettings(long MaxUploadBytes, long MaxBodyBytes);

/// <param name="ConcurrentJobs">How many training jobs run at once.</param>
/// <param name="Threads">Threads of one training; 0: all processors.</param>
public sealed record TrainingSettings(int ConcurrentJobs, int Threads);

/// <param name="LogRetentionDays">Days that single predictions are kept, on the model's clock.</param>
/// <param name="WindowRetentionDays">Days that the finest windows are kept; hours and days stay.</param>
public sealed record MonitoringSettings(int LogRetentionDays, int WindowRetentionDays);

/// <param name="EvaluationSeconds">Rules of a model whose data changed are evaluated at most this often; all of them after six times as long.</param>
/// <param name="GroupSeconds">What fires within this time after an incident began belongs to it.</param>
/// <param name="WaitSeconds">The first message of an incident waits this long, so that what fires together is told together.</param>
/// <param name="SettleSeconds">An incident is over when nothing of it has fired for this long.</param>
/// <param name="RetentionDays">Days that the history of alerts is kept.</param>
/// <param name="MostAttempts">Of one message, the first one included.</param>
/// <param name="RetrySeconds">The wait after the first attempt; it doubles each time.</param>
/// <param name="AllowLocalWebhooks">Whether webhooks may go to loopback and link-local addresses; null: while the host itself listens on loopback only.</param>
/// <param name="PublicUrl">Where people reach the host, for links in messages; empty: the first address on which it listens.</param>
/// <param name="TrustedCertificates">A PEM file of authorities that are trusted beside the system's, for receivers and mail servers with certificates of one's own; empty: none.</param>
public sealed record AlertSettings(double EvaluationSeconds, double GroupSeconds, double WaitSeconds, double SettleSeconds, int RetentionDays, int MostAttempts, double RetrySeconds,
    bool? AllowLocalWebhooks, string PublicUrl, string TrustedCertificates);
