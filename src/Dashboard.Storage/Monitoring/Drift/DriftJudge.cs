using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>
/// Judges each block of the model's clock once it is over: the counts of its windows against the blocks of the version's reference. A block is over when an event after its end has come.
/// What it costs depends on the blocks that are new, and on the newest month, which is looked through for rows that came late: such a block is judged again at the level that it had.
/// </summary>
public sealed class DriftJudge(TelemetryDatabase database, VersionCatalog versions, DriftLedger ledger, TelemetryStore store, IDbContextFactory<DashboardDb> factory)
{
    /// <summary>So many of the newest judged blocks are looked through for late rows.</summary>
    private const int LookBack = 31;

    private readonly WindowReader windows = new(database, versions);

    /// <summary>Judges what is over and not judged yet.</summary>
    /// <returns>How many blocks were judged, or judged again.</returns>
    public async Task<int> JudgeAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = await db.Models.Where(m => m.Name == model).Select(m => new { m.Id, m.DriftPeriodSeconds, m.HarmfulMargin, Champion = m.Aliases.Where(a => a.Alias == ModelAlias.Champion).Select(a => (int?)a.VersionId).SingleOrDefault() }).SingleOrDefaultAsync(ct);
        if (found is null || windows.Span(found.Id) is not var (_, newest))
            return 0;
        var (judged, champion) = (0, found.Champion is { } live ? versions.Find(live) : null);
        foreach (var versionId in windows.Versions(found.Id))
        {
            if (versions.Find(versionId) is not { Reference: not null } version)
                continue;
            if (JudgeVersion(version, DriftQuery.PeriodOf(found.DriftPeriodSeconds, champion, version), newest, found.HarmfulMargin, ct) is not { } entry)
                continue;
            await store.RecordAsync(entry with { Model = model }, ct);
            judged += entry.Blocks.Count;
        }

        return judged;
    }

    private DriftEntry? JudgeVersion(MonitoredVersion version, BlockPeriod period, DateTimeOffset newest, double margin, CancellationToken ct)
    {
        var key = new DriftStreamKey(version.VersionId, period);
        var before = ledger.Stream(key);
        var over = period.Floor(newest);
        if (before is var (_, last) && last + period.Length >= over)
            return null;
        var known = ledger.Newest(key, LookBack);
        var from = known.Count > 0 ? known[0].Start : DateTimeOffset.MinValue;
        var calibrations = version.CalibrationsFor(period);
        var stream = new DriftStream(period, before?.State);
        var judged = new List<JudgedBlock>();
        foreach (var (start, counts) in VersionBlocks.Read(windows, version, null, period, from, over))
        {
            ct.ThrowIfCancellationRequested();
            var calibration = calibrations.For(start);
            var held = calibration.Judge(counts);
            if (before is not var (_, done) || start > done)
                judged.Add(JudgedBlock.Of(version.Number, start, period, calibration, held, stream.Next(calibration, held)));
            else if (known.FirstOrDefault(block => block.Start == start) is { } was && was.Rows != counts.Rows)
                judged.Add(JudgedBlock.Of(version.Number, start, period, calibration, held, DriftStream.Again(calibration, held, was.ColumnLevel, was.ModelLevel)));
        }

        if (judged.Count == 0 || (before is var (_, end) && judged[^1].Start <= end))
            return judged.Count == 0 ? null : new(key, "", judged, null, null);
        var concept = ConceptWatch.Run(version.Manifest.Task, version.Reference!.Blocks, period, [.. VersionBlocks.Read(windows, version, null, period, over - (ConceptWatch.MostBlocks * period.Length), over)], margin);
        return new(key, "", judged, stream.State, concept);
    }
}
