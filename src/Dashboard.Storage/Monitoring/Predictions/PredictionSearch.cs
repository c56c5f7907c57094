using Dashboard.Core;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>
/// Looks for single predictions in the log, newest first on the model's clock. A page looks at a bounded number of rows and says how far it came, so that
/// what it costs does not grow with history; the next page goes on from there. By id a prediction is found through the writer's index, without looking at others.
/// </summary>
public sealed class PredictionSearch(TelemetryDatabase database, TelemetryStore store, VersionCatalog versions, ModelSignatures signatures, IDbContextFactory<DashboardDb> factory)
{
    /// <summary>Rows that one page looks at.</summary>
    public const int MostLookedAt = 50_000;

    /// <summary>Rows on one page.</summary>
    public const int MostTaken = 500;

    /// <summary>New rows that are looked at to say how many are newer.</summary>
    private const int MostNewer = 20_000;

    /// <summary>Walks down the index of a model's event times. The row goes with the time, so that predictions of one instant are not lost between pages.</summary>
    internal const string PageQuery = $"""
        {PredictionRows.Select}
        WHERE p.model = $model AND p.event_time >= $from AND p.event_time <= $time AND (p.event_time < $time OR p.seq < $seq) AND p.seq <= $top
        ORDER BY p.event_time DESC, p.seq DESC LIMIT $limit
        """;

    /// <summary>A page of the predictions that a filter looks for.</summary>
    /// <param name="cursor">The page before's <see cref="PredictionResults.Next"/>; null for the first one.</param>
    /// <param name="take">At most so many, 1 to <see cref="MostTaken"/>.</param>
    public async Task<Result<PredictionResults>> FindAsync(string model, PredictionFilter filter, string? cursor, int take, CancellationToken ct) =>
        take is < 1 or > MostTaken ? InvalidValue.Of("take", take.ToString(), $"1 to {MostTaken}") : await FindAsync(model, filter, cursor, take, MostLookedAt, ct);

    /// <summary>How many predictions came since a page was read that belong to it, whatever their event time.</summary>
    /// <param name="after">The page's <see cref="PredictionResults.Newest"/>.</param>
    public async Task<Result<NewerPredictions>> NewerAsync(string model, PredictionFilter filter, long after, CancellationToken ct)
    {
        var prepared = await PreparedSearch.OfAsync(model, filter with { To = null }, signatures, factory, ct);
        return prepared.IsSuccess ? await Task.Run(() => CountNewer(prepared.Value, after, ct), ct) : prepared.Error!;
    }

    /// <summary>The prediction of an id.</summary>
    public async Task<Result<PredictionEntry>> ByIdAsync(string model, string id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } modelId)
            return new NotFound("model", model);
        if (await store.FindAsync(modelId, id, ct) is not { } seq)
            return NotFound.In("model", model, "prediction", id);
        using var connection = database.OpenReader();
        return PredictionRows.Read(connection, versions, modelId, id, seq) is { } entry ? entry : NotFound.In("model", model, "prediction", id);
    }

    internal async Task<Result<PredictionResults>> FindAsync(string model, PredictionFilter filter, string? cursor, int take, int mostLookedAt, CancellationToken ct)
    {
        PredictionCursor? after = null;
        if (cursor is not null)
        {
            var parsed = PredictionCursor.Parse(cursor);
            if (!parsed.IsSuccess)
                return parsed.Error!;
            after = parsed.Value;
        }

        var prepared = await PreparedSearch.OfAsync(model, filter, signatures, factory, ct);
        return prepared.IsSuccess ? await Task.Run(() => Scan(prepared.Value, after, take, mostLookedAt, ct), ct) : prepared.Error!;
    }

    private PredictionResults Scan(PreparedSearch search, PredictionCursor? after, int take, int mostLookedAt, CancellationToken ct)
    {
        using var connection = database.OpenReader();
        var start = after ?? new(search.Filter.To is { } to ? UtcMicroseconds.Of(to) : long.MaxValue, 0, PredictionRows.Newest(connection), 0);
        using var command = connection.CreateCommand();
        command.CommandText = PageQuery;
        command.Parameters.AddWithValue("$model", search.ModelId);
        command.Parameters.AddWithValue("$from", search.Filter.From is { } from ? UtcMicroseconds.Of(from) : long.MinValue);
        command.Parameters.AddWithValue("$time", start.EventTime);
        command.Parameters.AddWithValue("$seq", start.Seq);
        command.Parameters.AddWithValue("$top", start.Top);
        // One row more than is looked at tells whether there is a next page.
        command.Parameters.AddWithValue("$limit", mostLookedAt + 1L);
        using var row = command.ExecuteReader();

        var match = new PredictionMatch(search.Filter, search.Segments, versions);
        var entries = new List<PredictionEntry>();
        var last = start;
        for (var looked = 0; row.Read(); looked++)
        {
            if (looked == mostLookedAt || entries.Count == take)
                return new(entries, last.LookedThrough, UtcMicroseconds.ToTime(last.EventTime), last.ToString(), start.Top);
            if (looked % 1000 == 0)
                ct.ThrowIfCancellationRequested();
            last = start with { EventTime = PredictionRows.EventTime(row), Seq = PredictionRows.Seq(row), LookedThrough = last.LookedThrough + 1 };
            if (PredictionRows.Matching(match, row) is { } entry)
                entries.Add(entry);
        }

        return new(entries, last.LookedThrough, last.LookedThrough > 0 ? UtcMicroseconds.ToTime(last.EventTime) : null, null, start.Top);
    }

    private NewerPredictions CountNewer(PreparedSearch search, long after, CancellationToken ct)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        // The plus keeps SQLite on the rows' own order: the range of rows is what bounds the work.
        command.CommandText = $"{PredictionRows.Select} WHERE p.seq > $after AND p.seq <= $until AND +p.model = $model AND +p.event_time >= $from";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$until", after + MostNewer);
        command.Parameters.AddWithValue("$model", search.ModelId);
        command.Parameters.AddWithValue("$from", search.Filter.From is { } from ? UtcMicroseconds.Of(from) : long.MinValue);
        using var row = command.ExecuteReader();
        var match = new PredictionMatch(search.Filter, search.Segments, versions);
        long count = 0;
        while (row.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (PredictionRows.Holds(match, row))
                count++;
        }

        return new(count, PredictionRows.Newest(connection) > after + MostNewer);
    }
}
