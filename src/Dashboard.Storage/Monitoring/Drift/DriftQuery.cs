using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>Reads what was judged, and holds the block that is under way against the reference without deciding anything.</summary>
internal sealed class DriftQuery(WindowReader windows, VersionCatalog versions, DriftLedger ledger)
{
    /// <summary>The blocks in which something may be said to go on moving are looked for among so many of the newest.</summary>
    private const int LookBack = 60;

    /// <summary>How long a model's blocks are: as a person set it, else as suits the champion's reference, else the version's own.</summary>
    public static BlockPeriod PeriodOf(long? setting, MonitoredVersion? champion, MonitoredVersion version) =>
        setting is { } seconds ? BlockPeriod.Of(seconds).Value : (champion?.Reference ?? version.Reference)?.Blocks.Usual ?? BlockPeriod.Day;

    /// <param name="versionId">Null: every version.</param>
    /// <param name="newest">The model's newest event; null without any.</param>
    public DriftHistory Ask(string model, int modelId, int? versionId, int? version, MonitoredVersion? champion, long? setting, DateTimeOffset? newest, DateTimeOffset from, DateTimeOffset to)
    {
        var known = (versionId is { } one ? [one] : windows.Versions(modelId)).Select(versions.Find).OfType<MonitoredVersion>().ToList();
        var withReference = known.Where(candidate => candidate.Reference is not null).ToList();
        var main = withReference.Find(candidate => candidate.VersionId == champion?.VersionId) ?? withReference.LastOrDefault() ?? (champion?.Reference is null ? null : champion);
        var period = main is null ? BlockPeriod.Day : PeriodOf(setting, champion, main);
        var history = new DriftHistory(model, version, from, to, period.ToString(), period.Seconds, main is not null, main?.Reference!.Blocks.Unit is not null, main?.Reference!.Blocks.Of(period).Count ?? 0, [], null, null, null);
        if (main is null || newest is not { } last)
            return history;

        int[] ids = [.. withReference.Select(candidate => candidate.VersionId)];
        var blocks = Largest(ledger.Read(ids, period, period.Floor(from), to));
        if (UnderWay(withReference, period, last) is { } open && open.Start < to && open.End > from)
            blocks.Add(open);
        var recent = Largest(ledger.Read(ids, period, period.Floor(last) - (LookBack * period.Length), period.Floor(last)));
        return history with
        {
            Blocks = blocks,
            Newest = recent.Count > 0 ? recent[^1] : null,
            Since = Since(recent, period),
            Concept = ledger.Concept(new(main.VersionId, period)),
        };
    }

    /// <summary>Of blocks that start together the one with most rows.</summary>
    private static List<JudgedBlock> Largest(IEnumerable<(int VersionId, JudgedBlock Block)> blocks) =>
        [.. blocks.GroupBy(pair => pair.Block.Start).Select(group => group.MaxBy(pair => pair.Block.Rows).Block)];

    /// <summary>Something moved in each block from here on; a block without traffic does not break the run.</summary>
    private static DateTimeOffset? Since(List<JudgedBlock> recent, BlockPeriod period)
    {
        DateTimeOffset? since = null;
        for (var i = recent.Count - 1; i >= 0 && (recent[i].Moved.Any() || recent[i].ModelMoved); i--)
            if (since is not { } next || next - recent[i].Start <= 3 * period.Length)
                since = recent[i].Start;
            else
                break;
        return since;
    }

    private JudgedBlock? UnderWay(List<MonitoredVersion> candidates, BlockPeriod period, DateTimeOffset newest)
    {
        var start = period.Floor(newest);
        var resolution = period.Seconds < Resolutions.DaySeconds ? Resolution.Hour : Resolution.Day;
        JudgedBlock? largest = null;
        foreach (var version in candidates)
        {
            var counts = BlockCounts.Merge(windows.Read(version.ModelId, version.VersionId, resolution, UtcMicroseconds.Of(start), UtcMicroseconds.Of(start + period.Length), parts: ProfileParts.Features | ProfileParts.Output)
                .Select(window => version.Reference!.Blocks.Layout.Count(window.Profile)));
            if (counts is null || counts.Rows == 0 || counts.Rows <= largest?.Rows)
                continue;
            var calibration = version.CalibrationsFor(period).For(start);
            var begun = JudgedBlock.Of(version.Number, start, period, calibration, calibration.Judge(counts), null);
            // The first hours of a day differ in their hours from any day: what is made of a timestamp says nothing before the end, nor does what it is a part of.
            var timed = version.Manifest.Preprocessing.Features.Where(feature => version.Manifest.Preprocessing.Inputs[feature.Input].Type == InputType.Timestamp).Select(feature => feature.Name).ToHashSet(StringComparer.Ordinal);
            largest = begun with
            {
                IsComplete = false,
                Columns = [.. begun.Columns.Where(column => !timed.Contains(column.Name))],
                ModelRatio = timed.Count == 0 ? begun.ModelRatio : null,
                ModelP = timed.Count == 0 ? begun.ModelP : null,
            };
        }

        return largest;
    }
}
