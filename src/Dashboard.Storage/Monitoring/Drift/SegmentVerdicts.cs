using System.Collections.Concurrent;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>
/// Judges the blocks of defined segments against the segment's own rows in the reference. Nothing is stored: a definition may come and go, and its past is counted backwards. What was judged is
/// remembered while the host runs, so that only new blocks, and of the newest those that have got late rows, are looked at again; once more from the beginning while the past is being counted.
/// </summary>
internal sealed class SegmentVerdicts(WindowReader windows, SegmentReferences references)
{
    /// <summary>At most so many blocks are judged when a segment is looked at for the first time: six years of days, three months of hours.</summary>
    private const int MostBlocks = 2400;

    private const int LookBack = 31;

    private const int MostRemembered = 200;

    private readonly ConcurrentDictionary<(int VersionId, int Segment, string Expression, BlockPeriod Period), Lazy<Stream>> streams = new();

    /// <summary>What the segment is held against in a version; null with a reason where there is nothing.</summary>
    public (BlockCalibrations? Calibrations, string? WhyNot) CalibrationsFor(MonitoredVersion version, DefinedSegment segment, BlockPeriod period)
    {
        var stream = StreamOf(version, segment, period);
        return (stream.Calibrations, stream.WhyNot);
    }

    /// <summary>The segment's blocks of a version that are over, in order of time, and what the detectors of concept drift saw.</summary>
    /// <param name="over">Blocks that start before it are over.</param>
    /// <param name="margin">How much more loss is harmless, as a share.</param>
    public (IReadOnlyList<JudgedBlock> Blocks, ConceptDrift? Concept) Judge(MonitoredVersion version, DefinedSegment segment, BlockPeriod period, DateTimeOffset over, double margin)
    {
        var stream = StreamOf(version, segment, period);
        if (stream.Calibrations is not { } calibrations)
            return ([], null);
        var filled = windows.SegmentFills(version.ModelId).Where(fill => fill.Segment == segment.Id).Select(fill => fill.Share).FirstOrDefault();
        lock (stream)
        {
            if (stream.Filled != filled)
                stream.Restart(filled);
            var known = stream.Judged;
            var from = known.Count > 0 ? known[Math.Max(0, known.Count - LookBack)].Start : Earliest(over, period);
            var last = known.Count > 0 ? known[^1].Start : DateTimeOffset.MinValue;
            var isNew = false;
            foreach (var (start, counts) in VersionBlocks.Read(windows, version, segment.Id, period, from, over))
            {
                var calibration = calibrations.For(start);
                if (start > last || known.Count == 0)
                {
                    var held = calibration.Judge(counts);
                    known.Add(JudgedBlock.Of(version.Number, start, period, calibration, held, stream.Decisions.Next(calibration, held)));
                    isNew = true;
                }
                else if (known.FindLastIndex(block => block.Start == start) is var at and >= 0 && known[at].Rows != counts.Rows)
                {
                    var held = calibration.Judge(counts);
                    known[at] = JudgedBlock.Of(version.Number, start, period, calibration, held, DriftStream.Again(calibration, held, known[at].ColumnLevel, known[at].ModelLevel));
                }
            }

            if (isNew || stream.Margin != margin)
            {
                stream.Margin = margin;
                stream.Concept = ConceptWatch.Run(version.Manifest.Task, stream.Reference!, period, [.. VersionBlocks.Read(windows, version, segment.Id, period, over - (ConceptWatch.MostBlocks * period.Length), over)], margin);
            }

            return ([.. known], stream.Concept);
        }
    }

    private static DateTimeOffset Earliest(DateTimeOffset over, BlockPeriod period) =>
        over - DateTimeOffset.MinValue > MostBlocks * period.Length ? over - (MostBlocks * period.Length) : DateTimeOffset.MinValue;

    private Stream StreamOf(MonitoredVersion version, DefinedSegment segment, BlockPeriod period)
    {
        if (streams.Count >= MostRemembered)
            streams.Clear();
        return streams.GetOrAdd((version.VersionId, segment.Id, segment.Expression, period), _ => new(() => new(version, references.Of(version, segment.Id), period))).Value;
    }

    /// <summary>One segment's blocks in one version; what changes is used by one caller at a time.</summary>
    private sealed class Stream
    {
        private readonly BlockPeriod period;

        public Stream(MonitoredVersion version, Core.Monitoring.Segments.SegmentReference reference, BlockPeriod period)
        {
            (this.period, Reference, WhyNot, Decisions) = (period, reference.BlocksFor(period), reference.WhyNot, new(period));
            Calibrations = Reference is null ? null : reference.CalibrationsFor(period, version.Importance, version.CalibrationsFor(period));
        }

        public ReferenceBlocks? Reference { get; }

        public BlockCalibrations? Calibrations { get; }

        public string? WhyNot { get; }

        public DriftStream Decisions { get; private set; }

        public List<JudgedBlock> Judged { get; } = [];

        public ConceptDrift? Concept { get; set; }

        public double Margin { get; set; } = double.NaN;

        /// <summary>How much of the past was counted when the blocks were judged.</summary>
        public double Filled { get; private set; } = double.NaN;

        public void Restart(double filled)
        {
            (Filled, Decisions, Concept, Margin) = (filled, new(period), null, double.NaN);
            Judged.Clear();
        }
    }
}
