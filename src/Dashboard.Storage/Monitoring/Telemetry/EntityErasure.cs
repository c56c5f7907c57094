using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>What was removed of one entity, and what was not.</summary>
/// <param name="KeyMark">What the audit log knows the entity by, and nothing else: see <see cref="ErasureMark"/>.</param>
/// <param name="Predictions">Logged predictions, with their inputs and outputs.</param>
/// <param name="Labels">Ground truth of them.</param>
/// <param name="WaitingLabels">Ground truth whose prediction had not come yet.</param>
/// <param name="Remains">What is still there, in sentences for people.</param>
public sealed record EntityErased(string Model, string KeyMark, int Predictions, int Labels, int WaitingLabels, IReadOnlyList<string> Remains);

/// <summary>That the rows of an entity were removed, as the audit log has it.</summary>
/// <param name="Sequence">The entry's number in the audit log.</param>
/// <param name="Summary">How many rows.</param>
public sealed record PastErasure(long? Sequence, DateTimeOffset At, string By, string Summary);

/// <summary>Removes the raw rows of one entity from a model's log: those whose caller named it, and those without a name whose id it is.</summary>
public sealed class EntityErasure(IDbContextFactory<DashboardDb> factory, TelemetryDatabase database, TelemetryStore store, ErasureMark mark, TimeProvider time)
{
    private const string Action = "entity.erased";

    /// <summary>What no removal of single rows can reach. Said before it is done, and with the answer.</summary>
    public static readonly IReadOnlyList<string> Remains =
    [
        "Figures of windows stay: counts, sums and histograms over all predictions. Beside them stand single values of one input at a time, without whose they were: the smallest and largest number, a sample of numbers for quantiles (all of them where a window holds few predictions), and categories that the model does not know. A window that held nobody else tells of this entity alone.",
        "Datasets that were made from the log, as retraining does, and files that were downloaded keep their rows: they hold inputs and ground truth without the key. Versions that learnt from them stay as they are.",
        "A seeded 64-bit hash of each prediction’s id stays in the index until that part of the log is past its retention.",
    ];

    /// <summary>Removes them in one transaction, overwrites where they lay, and notes in the audit log that it was done.</summary>
    /// <returns>How many rows; a key that is in no row is no error. An unknown model or an impossible key is.</returns>
    public async Task<Result<EntityErased>> EraseAsync(string model, string key, string by, CancellationToken ct)
    {
        if (EntityKeys.Check("key", key) is { } wrong)
            return wrong;
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } modelId)
            return new NotFound("model", model);
        var (rows, last) = await Task.Run(() => Find(modelId, key, ct), ct);
        // From here on it is done to its end, also when whoever asked has gone.
        var removed = await store.EraseAsync(modelId, model, key, rows, last, CancellationToken.None);
        var known = mark.Of(key);
        db.Activity.Add(new ActivityEntry
        {
            At = time.GetUtcNow(), Actor = by, Action = Action, ModelName = model, Subject = known,
            Summary = $"Removed the logged rows of one entity of {model}: {removed.Predictions} predictions, {removed.Labels} labels, {removed.Waiting} waiting labels.", AfterJson = ActivityEntry.Json(removed),
        });
        await db.SaveChangesAsync(CancellationToken.None);
        return new EntityErased(model, known, removed.Predictions, removed.Labels, removed.Waiting, Remains);
    }

    /// <summary>When the rows of an entity were removed from a model's log, newest first; also by entries from before keys were marked with a secret.</summary>
    /// <returns>None where that never happened. An unknown model or an impossible key is an error.</returns>
    public async Task<Result<IReadOnlyList<PastErasure>>> FindAsync(string model, string key, CancellationToken ct)
    {
        if (EntityKeys.Check("key", key) is { } wrong)
            return wrong;
        await using var db = await factory.CreateDbContextAsync(ct);
        if (!await db.Models.AnyAsync(m => m.Name == model, ct))
            return new NotFound("model", model);
        var (known, before) = (mark.Of(key), ErasureMark.Unkeyed(key));
        return await db.Activity.AsNoTracking().Where(a => a.Action == Action && a.ModelName == model && (a.Subject == known || a.Subject == before)).OrderByDescending(a => a.Id)
            .Select(a => new PastErasure(a.Sequence, a.At, a.Actor, a.Summary)).ToListAsync(ct);
    }

    /// <summary>
    /// Looks through the log beside the writer, which goes on meanwhile and looks only at what comes after: an index by entity would cost every batch, and this is asked for seldom.
    /// </summary>
    private (List<long> Rows, long Last) Find(int modelId, string key, CancellationToken ct)
    {
        using var connection = database.OpenReader();
        using var newest = connection.CreateCommand();
        newest.CommandText = "SELECT COALESCE(MAX(seq), 0) FROM predictions";
        var last = (long)newest.ExecuteScalar()!;
        using var command = PredictionLog.Prepare(connection, $"SELECT seq FROM predictions WHERE {TelemetryBatch.OfEntity} AND seq <= $3", 3);
        command.Parameters[0].Value = (long)modelId;
        command.Parameters[1].Value = key;
        command.Parameters[2].Value = last;
        using var reader = command.ExecuteReader();
        var rows = new List<long>();
        while (reader.Read())
        {
            ct.ThrowIfCancellationRequested();
            rows.Add(reader.GetInt64(0));
        }

        return (rows, last);
    }
}

/// <summary>How many rows an erasure removed.</summary>
/// <param name="Waiting">Labels whose prediction had not come yet.</param>
public readonly record struct ErasedRows(int Predictions, int Labels, int Waiting);
