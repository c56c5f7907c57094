namespace Dashboard.Storage.Data;

/// <summary>A version without its profile.</summary>
public sealed record DatasetVersionSummary(int Number, string ContentHash, string Source, long Rows, long RejectedRows, int Columns, long Bytes, DateTimeOffset CreatedAt);

/// <summary>A dataset with its versions, the newest first.</summary>
public sealed record DatasetSummary(string Name, string Description, bool IsDemo, DateTimeOffset CreatedAt, IReadOnlyList<DatasetVersionSummary> Versions)
{
    public DatasetVersionSummary Newest => Versions[0];
}

/// <summary>A run that read a dataset version, and the model version that came out of it, if one did.</summary>
public sealed record DatasetUse(string RunId, string RunName, string Experiment, DateTimeOffset StartedAt, string Status, string? ModelName, int? ModelVersion);
