namespace Dashboard.Web.Hosting;

/// <summary>The product's settings, read and checked once at start. Every key is under <c>Dashboard</c>, but for <c>XGBoost:LibraryPath</c>.</summary>
public sealed record Settings
{
    /// <summary>Where everything is kept; relative to the working directory.</summary>
    public required string DataDirectory { get; init; }

    public required DemoSettings Demo { get; init; }

    public required ServingSettings Serving { get; init; }

    public required IngestionSettings Ingestion { get; init; }

    public required TrainingSettings Training { get; init; }

    public required MonitoringSettings Monitoring { get; init; }

    /// <summary>Path of libxgboost; empty: the system's own.</summary>
    public required string XGBoostLibraryPath { get; init; }
}

/// <param name="Enabled">Start the flight-delay demonstration by itself.</param>
/// <param name="SecondsPerDay">How many real seconds one replayed day takes.</param>
public sealed record DemoSettings(bool Enabled, double SecondsPerDay);

/// <param name="MaxBodyBytes">Largest body of a prediction request.</param>
/// <param name="MaxRows">Most rows in one prediction request.</param>
public sealed record ServingSettings(long MaxBodyBytes, int MaxRows);

/// <param name="MaxUploadBytes">Largest dataset or package upload.</param>
/// <param name="MaxBodyBytes">Largest body of observations or ground truth, uncompressed.</param>
public sealed record IngestionSettings(long MaxUploadBytes, long MaxBodyBytes);

/// <param name="ConcurrentJobs">How many training jobs run at once.</param>
/// <param name="Threads">Threads of one training; 0: all processors.</param>
public sealed record TrainingSettings(int ConcurrentJobs, int Threads);

/// <param name="LogRetentionDays">Days that single predictions are kept, on the model's clock.</param>
/// <param name="WindowRetentionDays">Days that the finest windows are kept; hours and days stay.</param>
public sealed record MonitoringSettings(int LogRetentionDays, int WindowRetentionDays);
