using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage;
using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Registry.Cards;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Cli.Installations;

/// <summary>A data directory, held by this process while the command runs.</summary>
internal sealed class LocalInstallation : IInstallation
{
    private readonly DirectoryLock held;
    private readonly ServiceProvider services;
    private bool hasAccounts;

    private LocalInstallation(DataDirectory directory, DirectoryLock held)
    {
        (Place, this.held) = (directory.Root, held);
        services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<Notifications>().AddSingleton<HasAccounts>(() => hasAccounts).AddLogging().AddDashboardStorage(directory).BuildServiceProvider();
    }

    public string Place { get; }

    /// <summary>Opens a data directory and brings its database up to date; makes the folder where there is none.</summary>
    /// <returns>The installation, or the reason why it cannot be used now.</returns>
    public static async Task<Result<LocalInstallation>> OpenAsync(string path, CancellationToken ct)
    {
        try
        {
            var directory = new DataDirectory(path);
            if (DirectoryLock.TryTake(directory) is not { } held)
                return new Conflict($"A running host uses the data directory '{directory.Root}'. Give its address with --url, or stop it first.") { Field = "--data", Value = path };
            var installation = new LocalInstallation(directory, held);
            await StorageSetup.PrepareAsync(installation.Get<IDbContextFactory<DashboardDb>>(), ct);
            await using var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync(ct);
            installation.hasAccounts = await db.Users.AnyAsync(ct);
            return installation;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return InvalidValue.Of("--data", path, $"a folder that can be written ({exception.Message})");
        }
    }

    public async Task<Result<ModelView[]>> ListAsync(CancellationToken ct) =>
        (await Get<ModelRegistry>().ListAsync(ct)).Select(ModelView.Of).ToArray();

    public async Task<Result<VersionView>> ImportXGBoostAsync(string model, string file, IReadOnlyList<string>? features, string? reference, string? target, CancellationToken ct)
    {
        await using var sample = reference is null ? null : File.OpenRead(reference);
        return await ViewAsync(await Get<XGBoostImport>().RunAsync(new(model, await File.ReadAllBytesAsync(file, ct), Environment.UserName, features, sample, Target: target), ct), ct);
    }

    public async Task<Result<VersionView>> ImportPackageAsync(string model, string zip, CancellationToken ct)
    {
        await using var archive = File.OpenRead(zip);
        var package = await PackageArchive.ReadAsync(archive, ct);
        return package.Error is { } damaged
            ? damaged
            : await ViewAsync(await Get<ModelRegistry>().RegisterAsync(new(model, package.Value, "imported package", Environment.UserName), ct), ct);
    }

    public async Task<Result<string>> ExportAsync(string model, string version, Stream zip, CancellationToken ct)
    {
        var found = await Get<ModelRegistry>().FindVersionAsync(model, version, ct);
        if (found.Error is { } unknown)
            return unknown;
        var package = await Get<PackageStore>().ReadAsync(found.Value.Digest, ct);
        if (package.Error is { } damaged)
            return damaged;
        await PackageArchive.WriteAsync(await Get<PackageSignatures>().SignedAsync(package.Value, ct), zip, ct);
        return package.Value.Digest;
    }

    public async Task<Result<string>> CardAsync(string model, string version, bool asHtml, CancellationToken ct) =>
        (await Get<ModelCards>().FindAsync(model, version, ct)).Match<Result<string>>(card => asHtml ? CardHtml.Write(card) : CardMarkdown.Write(card), error => error);

    public async Task<Result<ChampionChanged>> PromoteAsync(string model, int version, string reason, CancellationToken ct) =>
        await Get<PolicyStore>().DirectRefusalAsync(model, ct) is { } proposeInstead ? proposeInstead : await Get<ChampionSwitch>().PromoteAsync(new(model, Environment.UserName, reason), version, ct);

    public Task<Result<ChampionChanged>> RollBackAsync(string model, string reason, CancellationToken ct) =>
        Get<ChampionSwitch>().RollBackAsync(new(model, Environment.UserName, reason), ct);

    public async Task<Result<EntityErased>> EraseEntityAsync(string model, string key, CancellationToken ct)
    {
        // The log has one writer; in a directory that no host uses it runs as long as this takes.
        using var done = new CancellationTokenSource();
        var writing = Task.Factory.StartNew(() => Get<TelemetryStore>().Run(done.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await Get<EntityErasure>().EraseAsync(model, key, Environment.UserName, ct);
        }
        finally
        {
            await done.CancelAsync();
            await writing;
        }
    }

    public Task<Result<IReadOnlyList<PastErasure>>> ErasuresAsync(string model, string key, CancellationToken ct) => Get<EntityErasure>().FindAsync(model, key, ct);

    public async Task<Result<RegisteredData>> RegisterDataAsync(string name, string file, CancellationToken ct)
    {
        await using var csv = File.OpenRead(file);
        var registered = await Get<DatasetStore>().RegisterAsync(name, csv, Path.GetFileName(file), Environment.UserName, isDemo: false, ct);
        return registered.Match<Result<RegisteredData>>(v => new RegisteredData(name, v.Number, v.ContentHash, v.Rows, v.RejectedRows), error => error);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        held.Dispose();
    }

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    private async Task<Result<VersionView>> ViewAsync(Result<ModelVersion> registered, CancellationToken ct)
    {
        if (registered.Error is { } fault)
            return fault;
        var found = await Get<ModelRegistry>().FindVersionAsync(registered.Value.Model.Name, registered.Value.Number.ToString(), ct);
        return found.Match<Result<VersionView>>(version => VersionView.Of(version), error => error);
    }
}
