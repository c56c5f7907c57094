using Dashboard.Core;
using Dashboard.Storage.Training;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Data;

public sealed partial class DatasetStore
{
    /// <summary>Deletes a dataset with all its versions.</summary>
    /// <param name="withDemo">Removes also what runs and models were trained on: for the removal of the demonstration, which removes those too.</param>
    /// <returns>The number of versions deleted, or why it cannot be.</returns>
    public Task<Result<int>> DeleteAsync(string name, string actor, bool withDemo, CancellationToken ct) => DeleteAsync(name, null, actor, withDemo, ct);

    /// <summary>Deletes one version; with the last one the dataset goes too.</summary>
    public Task<Result<int>> DeleteVersionAsync(string name, int number, string actor, CancellationToken ct) => DeleteAsync(name, number, actor, withDemo: false, ct);

    private async Task<Result<int>> DeleteAsync(string name, int? number, string actor, bool withDemo, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        var dataset = await db.Datasets.Include(d => d.Versions).FirstOrDefaultAsync(d => d.Name == name, ct);
        if (dataset is null)
            return new NotFound("dataset", name);
        var doomed = dataset.Versions.Where(version => number is null || version.Number == number).ToList();
        if (doomed.Count == 0)
            return NotFound.In("dataset", name, "version", $"{number}");
        var hashes = doomed.ConvertAll(version => version.ContentHash);
        if (await UseAsync(db, hashes, withDemo, ct) is { } use)
            return new Conflict($"Dataset '{name}' cannot be deleted: {use}");

        db.DatasetVersions.RemoveRange(doomed);
        if (doomed.Count == dataset.Versions.Count)
            db.Datasets.Remove(dataset);
        db.Activity.Add(Entry(time.GetUtcNow(), actor, "dataset.deleted", number is null ? null : hashes[0],
            number is null ? $"Dataset {name} deleted with {doomed.Count} version{(doomed.Count == 1 ? "" : "s")}" : $"Dataset {name} version {number} deleted"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await DeleteFilesAsync(db, hashes, ct);
        notifications.Publish(new(Topics.Datasets, Subject: name));
        return doomed.Count;
    }

    /// <summary>Deletes files that no version names any more, under the write lock, so that nobody registers the same content meanwhile.</summary>
    private async Task DeleteFilesAsync(DashboardDb db, List<string> hashes, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        var used = await db.DatasetVersions.Where(version => hashes.Contains(version.ContentHash)).Select(version => version.ContentHash).ToListAsync(ct);
        foreach (var hash in hashes.Except(used))
            files.Delete(hash);
    }

    private static async Task<string?> UseAsync(DashboardDb db, List<string> hashes, bool withDemo, CancellationToken ct)
    {
        foreach (var hash in hashes)
        {
            if (await db.Jobs.Where(job => (job.Status == JobStatus.Queued || job.Status == JobStatus.Running) && job.SpecJson.Contains(hash)).Select(job => job.Title).FirstOrDefaultAsync(ct) is { } job)
                return $"the job '{job}' uses it; cancel the job first.";
            if (withDemo)
                continue;
            var trained = await db.ModelVersions.Where(version => db.Runs.Any(run => run.Id == version.RunId && run.DatasetVersion == hash))
                .Select(version => new { version.Model.Name, version.Number }).FirstOrDefaultAsync(ct);
            if (trained is not null)
                return $"version {trained.Number} of model '{trained.Name}' was trained on it; delete that first.";
        }

        return null;
    }
}
