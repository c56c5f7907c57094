using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>Which drift is asked for.</summary>
/// <param name="VersionId">Null: every version.</param>
/// <param name="Version">Its number.</param>
/// <param name="Segment">Null: all predictions.</param>
/// <param name="Setting">The length of a block in seconds, as a person set it.</param>
/// <param name="Margin">How much more loss is harmless, as a share.</param>
/// <param name="Newest">The model's newest event; null without any.</param>
internal sealed record DriftQuestion(string Model, int ModelId, int? VersionId, int? Version, DefinedSegment? Segment, long? Setting, double Margin, DateTimeOffset? Newest, DateTimeOffset From, DateTimeOffset To);

/// <summary>Reads what was judged, and holds the block that is under way against the reference without deciding anything.</summary>
internal sealed class DriftQuery(WindowReader windows, VersionCatalog versions, DriftLedger ledger, SegmentVerdicts segments)
{
    /// <summary>The blocks in which something may be said to go on moving are looked for among so many of the newest.</summary>
    private const int LookBack = 60;

    /// <summary>How long a model's blocks are: as a person set it, else as suits the champion's reference, else the version's own.</summary>
    public static BlockPeriod PeriodOf(long? setting, MonitoredVersion? champion, MonitoredVersion version) =>
        setting is { } seconds ? BlockPeriod.Of(seconds).Value : (champion?.Reference ?? version.Reference)?.Blocks.Usual ?? BlockPeriod.Day;

    public DriftHistory Ask(DriftQuestion question, MonitoredVersion? champion)
    {
        var known = (question.VersionId is { } one ? [one] : windows.Versions(question.ModelId)).Select(versions.Find).OfType<MonitoredVersion>().ToList();
        var withReference = known.Where(candidate => candidate.Reference is not null).ToList();
        var main = withReference.Find(candidate => candidate.VersionId == champion?.VersionId) ?? withReference.LastOrDefault() ?? (champion?.Reference is null ? null : champion);
        var period = main is null ? BlockPeriod.Day : PeriodOf(question.Setting, champion, main);
        var (against, whyNot) = main is null ? (null, null) : Calibrations(main, question.Segment, period);
        var history = new DriftHistory(question.Model, question.Version, question.From, question.To, period.ToString(), period.Seconds, against is not null, against is { HasTimes: true }, against?.Blocks ?? 0, [], null, null, null)
        {
            Segment = question.Segment?.Name,
            WhyNot = whyNot,
        };
        if (main is null || against is null || question.Newest is not { } last)
            return history;

        var (blocks, recent, concept) = question.Segment is { } segment
            ? OfSegment(withReference, main, segment, period, last, question)
            : OfAll(withReference, main, period, last, question);
        if (UnderWay(withReference, question.Segment, period, last) is { } open && open.Start < question.To && open.End > question.From)
            blocks.Add(open);
        return history with { Blocks = blocks, Newest = recent.Count > 0 ? recent[^1] : null, Since = Since(recent, period), Concept = concept };
    }

    private (List<JudgedBlock> Blocks, List<JudgedBlock> Recent, ConceptDrift? Concept) OfAll(List<MonitoredVersion> candidates, MonitoredVersion main, BlockPeriod period, DateTimeOffset last, DriftQuestion question)
    {
        int[] ids = [.. candidates.Select(candidate => candidate.VersionId)];
        return (Largest(ledger.Read(ids, period, period.Floor(question.From), question.To).Select(pair => pair.Block)),
            Largest(ledger.Read(ids, period, Recent(period, last), period.Floor(last)).Select(pair => pair.Block)), ledger.Concept(new(main.VersionId, period)));
    }

    private (List<JudgedBlock> Blocks, List<JudgedBlock> Recent, ConceptDrift? Concept) OfSegment(List<MonitoredVersion> candidates, MonitoredVersion main, DefinedSegment segment, BlockPeriod period, DateTimeOffset last, DriftQuestion question)
    {
        var judged = candidates.ConvertAll(version => (version.VersionId, Verdicts: segments.Judge(version, segment, period, period.Floor(last), question.Margin)));
        var all = Largest(judged.SelectMany(one => one.Verdicts.Blocks));
        return ([.. all.Where(block => block.Start >= period.Floor(question.From) && block.Start < question.To)], [.. all.Where(block => block.Start >= Recent(period, last))],
            judged.Find(one => one.VersionId == main.VersionId).Verdicts.Concept);
    }

    private static DateTimeOffset Recent(BlockPeriod period, DateTimeOffset newest) => period.Floor(newest) - (LookBack * period.Length);

    private (BlockCalibrations? Calibrations, string? WhyNot) Calibrations(MonitoredVersion version, DefinedSegment? segment, BlockPeriod period) =>
        segment is null ? (version.CalibrationsFor(period), null) : segments.CalibrationsFor(version, segment, period);

    /// <summary>Of blocks that start together the one with most rows, in order of time.</summary>
    private static List<JudgedBlock> Largest(IEnumerable<JudgedBlock> blocks) =>
        [.. blocks.GroupBy(block => block.Start).Select(group => group.MaxBy(block => block.Rows)!).OrderBy(block => block.Start)];

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

    private JudgedBlock? UnderWay(List<MonitoredVersion> candidates, DefinedSegment? segment, BlockPeriod period, DateTimeOffset newest)
    {
        var start = period.Floor(newest);
        var resolution = period.Seconds < Resolutions.DaySeconds ? Resolution.Hour : Resolution.Day;
        JudgedBlock? largest = null;
        foreach (var version in candidates)
        {
            if (Calibrations(version, segment, period).Calibrations is not { } against)
                continue;
            var counts = BlockCounts.Merge(windows.Read(version.ModelId, version.VersionId, resolution, UtcMicroseconds.Of(start), UtcMicroseconds.Of(start + period.Length), segment?.Id, ProfileParts.Features | ProfileParts.Output)
                .Select(window => version.Reference!.Blocks.Layout.Count(window.Profile)));
            if (counts is null || counts.Rows == 0 || counts.Rows <= largest?.Rows)
                continue;
            var calibration = against.For(start);
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
