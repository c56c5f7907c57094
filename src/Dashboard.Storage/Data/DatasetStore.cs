using System.IO.Compression;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Data;

/// <summary>What to register and under which name.</summary>
/// <param name="Source">Where it came from, for people: a file's name.</param>
/// <param name="Types">Columns whose type the caller knows better than the inference.</param>
/// <param name="MaximumBytes">The most bytes of CSV after decompression.</param>
public sealed record DatasetRegistration(string Name, string Source, string Actor, bool IsDemo = false,
    IReadOnlyDictionary<string, ColumnType>? Types = null, long MaximumBytes = 2L << 30);

/// <summary>The version that holds the content, and whether it was made now or was there before.</summary>
public sealed record RegisteredDataset(DatasetVersion Version, bool IsNew);

/// <summary>Registers and deletes datasets. A version's file is complete before its row is committed, and the row goes before its file: a crash leaves nothing or a whole version.</summary>
public sealed partial class DatasetStore(IDbContextFactory<DashboardDb> factory, CanonicalFiles files, Notifications notifications, TimeProvider time)
{
    public const string NameForm = "1 to 100 letters, digits, spaces, dots, dashes or underscores, the first a letter or digit";

    /// <summary>As <see cref="RegisterAsync(DatasetRegistration, Stream, CancellationToken)"/>, with nothing but the essentials.</summary>
    public async Task<Result<DatasetVersion>> RegisterAsync(string name, Stream csv, string source, string actor, bool isDemo, CancellationToken ct) =>
        (await RegisterAsync(new DatasetRegistration(name, source, actor, isDemo), csv, ct)).Match<Result<DatasetVersion>>(registered => registered.Version, error => error);

    /// <summary>Imports CSV, plain or gzip, as the next version of a dataset, which is made when there is none of that name. Content that the dataset has already is its version.</summary>
    /// <returns>The version, or why the name or the file is not usable.</returns>
    public async Task<Result<RegisteredDataset>> RegisterAsync(DatasetRegistration registration, Stream csv, CancellationToken ct)
    {
        if (!IsName(registration.Name))
            return InvalidValue.Of("name", registration.Name, NameForm);
        var spooled = await files.SpoolAsync(csv, registration.MaximumBytes, ct);
        if (spooled.Error is { } unusable)
            return unusable;
        var temporary = files.NewTemporaryPath();
        try
        {
            var imported = await ImportAsync(spooled.Value, temporary, registration, ct);
            if (imported.Error is { } error)
                return error;
            return await CommitAsync(registration, imported.Value, temporary, ct);
        }
        finally
        {
            File.Delete(temporary);
            if (spooled.Value != csv)
                await spooled.Value.DisposeAsync();
        }
    }

    /// <summary>Removes files without a version, which a crash between the two may leave. To be called at start, before anything registers.</summary>
    public async Task RemoveOrphansAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var known = await db.DatasetVersions.Select(version => version.ContentHash).Distinct().ToHashSetAsync(ct);
        foreach (var hash in files.Hashes().Where(hash => !known.Contains(hash)).ToList())
            files.Delete(hash);
    }

    private static async Task<Result<DatasetProfile>> ImportAsync(Stream csv, string temporary, DatasetRegistration registration, CancellationToken ct)
    {
        await using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        Result<DatasetProfile> profile;
        await using (var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true))
            profile = await CsvImport.RunAsync(csv, gzip, registration.Types is null ? new() : new() { Types = registration.Types }, ct);
        file.Flush(flushToDisk: true);
        return profile;
    }

    private async Task<Result<RegisteredDataset>> CommitAsync(DatasetRegistration registration, DatasetProfile profile, string temporary, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        var dataset = await db.Datasets.FirstOrDefaultAsync(d => d.Name == registration.Name, ct);
        if (dataset is null)
            db.Datasets.Add(dataset = new() { Name = registration.Name, CreatedAt = now, IsDemo = registration.IsDemo });
        else if (await db.DatasetVersions.Include(v => v.Dataset).FirstOrDefaultAsync(v => v.DatasetId == dataset.Id && v.ContentHash == profile.ContentHash, ct) is { } existing)
            return new RegisteredDataset(existing, IsNew: false);

        var number = 1 + (await db.DatasetVersions.Where(v => v.DatasetId == dataset.Id).MaxAsync(v => (int?)v.Number, ct) ?? 0);
        var version = new DatasetVersion
        {
            Dataset = dataset,
            Number = number,
            ContentHash = profile.ContentHash,
            Source = registration.Source,
            Rows = profile.Rows,
            RejectedRows = profile.RejectedRows,
            Columns = profile.Columns.Count,
            Bytes = profile.Bytes,
            ProfileJson = CanonicalJson.Serialize(profile),
            CreatedAt = now,
        };
        db.DatasetVersions.Add(version);
        db.Activity.Add(Entry(now, registration.Actor, "dataset.registered", profile.ContentHash,
            $"Dataset {registration.Name} version {number}: {profile.Rows:N0} rows, {profile.Columns.Count:N0} columns{(profile.RejectedRows > 0 ? $", {profile.RejectedRows:N0} rows rejected" : "")}"));
        files.Publish(temporary, profile.ContentHash);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        notifications.Publish(new(Topics.Datasets, Subject: registration.Name));
        return new RegisteredDataset(version, IsNew: true);
    }

    private static ActivityEntry Entry(DateTimeOffset at, string actor, string action, string? subject, string summary) =>
        new() { At = at, Actor = actor, Action = action, Subject = subject, Summary = summary };

    private static bool IsName(string name) =>
        name is { Length: >= 1 and <= 100 } && char.IsLetterOrDigit(name[0]) && name[^1] != ' ' && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_');
}
