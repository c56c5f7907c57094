using Dashboard.Core;
using Dashboard.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Data;

public sealed partial class DatasetStore
{
    /// <summary>All datasets by name.</summary>
    public async Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await Summaries(db.Datasets.OrderBy(dataset => dataset.Name)).ToListAsync(ct);
    }

    public async Task<DatasetSummary?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await Summaries(db.Datasets.Where(dataset => dataset.Name == name)).FirstOrDefaultAsync(ct);
    }

    /// <summary>A version by its hash, with its dataset; of several datasets that hold the same content, the oldest's.</summary>
    public async Task<DatasetVersion?> FindVersionAsync(string contentHash, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.DatasetVersions.AsNoTracking().Include(version => version.Dataset).Where(version => version.ContentHash == contentHash).OrderBy(version => version.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>The profile of a version, the newest where no number is given.</summary>
    public async Task<Result<DatasetProfile>> ProfileAsync(string name, int? number, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (!await db.Datasets.AnyAsync(dataset => dataset.Name == name, ct))
            return new NotFound("dataset", name);
        var json = await db.DatasetVersions.Where(version => version.Dataset.Name == name && (number == null || version.Number == number))
            .OrderByDescending(version => version.Number).Select(version => version.ProfileJson).FirstOrDefaultAsync(ct);
        return json is null ? NotFound.In("dataset", name, "version", $"{number}") : CanonicalJson.Deserialize<DatasetProfile>(json);
    }

    /// <summary>The runs that read a version, the newest first.</summary>
    public async Task<IReadOnlyList<DatasetUse>> UsesAsync(string contentHash, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var uses =
            from run in db.Runs
            where run.DatasetVersion == contentHash
            orderby run.Id descending
            let version = db.ModelVersions.FirstOrDefault(version => version.RunId == run.Id)
            select new DatasetUse(run.Id, run.Name, run.Experiment.Name, run.StartedAt, run.Status.ToString(), version == null ? run.ModelName : version.Model.Name, version == null ? null : version.Number);
        return await uses.Take(200).ToListAsync(ct);
    }

    /// <summary>The canonical content of a version, decompressed while it is read; for <see cref="CanonicalReader"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such version, or its file was taken away behind the product's back.</exception>
    public Stream OpenCanonical(string contentHash) => files.Open(contentHash);

    private static IQueryable<DatasetSummary> Summaries(IQueryable<Dataset> datasets) => datasets.Select(dataset => new DatasetSummary(dataset.Name, dataset.Description, dataset.IsDemo, dataset.CreatedAt,
        dataset.Versions.OrderByDescending(version => version.Number)
            .Select(version => new DatasetVersionSummary(version.Number, version.ContentHash, version.Source, version.Rows, version.RejectedRows, version.Columns, version.Bytes, version.CreatedAt)).ToList()));
}
