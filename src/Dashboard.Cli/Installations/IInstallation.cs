using Dashboard.Core;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;

namespace Dashboard.Cli.Installations;

/// <summary>A dataset version that is registered.</summary>
/// <param name="ContentHash">SHA-256 of the canonical content.</param>
internal sealed record RegisteredData(string Name, int Version, string ContentHash, long Rows, long RejectedRows);

/// <summary>What the commands act on: a running host over HTTP, or a data directory that no host uses.</summary>
internal interface IInstallation : IAsyncDisposable
{
    /// <summary>For messages: the address or the folder.</summary>
    string Place { get; }

    Task<Result<ModelView[]>> ListAsync(CancellationToken ct);

    /// <param name="features">Feature names in the model's order, or null.</param>
    /// <param name="reference">Path of a sample in CSV, or null.</param>
    /// <param name="target">The column of the sample that holds the outcome, or null.</param>
    Task<Result<VersionView>> ImportXGBoostAsync(string model, string file, IReadOnlyList<string>? features, string? reference, string? target, CancellationToken ct);

    Task<Result<VersionView>> ImportPackageAsync(string model, string zip, CancellationToken ct);

    /// <param name="version">A number, an alias or 'latest'.</param>
    /// <returns>The digest of the package that was written.</returns>
    Task<Result<string>> ExportAsync(string model, string version, Stream zip, CancellationToken ct);

    /// <param name="version">A number, an alias or 'latest'.</param>
    /// <param name="asHtml">False: as Markdown.</param>
    Task<Result<string>> CardAsync(string model, string version, bool asHtml, CancellationToken ct);

    Task<Result<ChampionChanged>> PromoteAsync(string model, int version, string reason, CancellationToken ct);

    Task<Result<ChampionChanged>> RollBackAsync(string model, string reason, CancellationToken ct);

    /// <summary>Removes the logged rows of one entity.</summary>
    Task<Result<EntityErased>> EraseEntityAsync(string model, string key, CancellationToken ct);

    Task<Result<IReadOnlyList<PastErasure>>> ErasuresAsync(string model, string key, CancellationToken ct);

    Task<Result<RegisteredData>> RegisterDataAsync(string name, string file, CancellationToken ct);
}
