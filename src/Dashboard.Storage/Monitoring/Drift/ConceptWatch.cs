using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>
/// Runs the detectors of concept drift over the losses of blocks. They look at the newest blocks only, so their cost does not grow with history, and they run anew with each block, so that
/// labels which came late count where they belong.
/// </summary>
internal static class ConceptWatch
{
    public const int MostBlocks = 400;

    /// <summary>A block counts once this share of its rows is labelled.</summary>
    public const double EnoughLabels = 0.5;

    /// <summary>A year of days to a false alarm, on average, at least.</summary>
    private const double Threshold = 365;

    /// <summary>An alarm ends after so many blocks in a row at or below what is tolerated.</summary>
    private const int CalmBlocks = 3;

    /// <summary>A regression's error is measured in multiples of the baseline and cut off at this many, since the detectors take losses from 0 to 1.</summary>
    private const double LargestError = 4;

    /// <param name="margin">How much worse than the baseline is harmless, as a share of it.</param>
    /// <returns>Null where the reference has no labelled rows to start from.</returns>
    public static ConceptDrift? Run(ModelTask task, ReferenceBlocks reference, BlockPeriod period, IReadOnlyList<(DateTimeOffset Start, BlockCounts Counts)> blocks, double margin)
    {
        var baselines = reference.Of(period).Where(block => block.Counts.Labelled >= ColumnCalibration.FewRows).Select(block => block.Counts).ToList();
        var labelled = baselines.Sum(block => block.Labelled);
        var baseline = labelled == 0 ? 0 : baselines.Sum(block => block.Loss) / labelled;
        if (baseline <= 0)
            return null;
        var unit = task == ModelTask.Regression ? LargestError * baseline : 1;
        var tolerated = Math.Min(baseline * (1 + margin), unit * 0.999);
        var (detector, adwin, pageHinkley) = (new ShiryaevRobertsDetector(tolerated / unit, Threshold), new Adwin(new(Clock: 1)), new PageHinkley(Usual(baselines, unit)));
        var points = new List<LossPoint>();
        DateTimeOffset? since = null;
        var calm = 0;
        foreach (var (start, counts) in blocks)
        {
            if (counts.Labelled < ColumnCalibration.FewRows || counts.Labelled < EnoughLabels * counts.Rows)
                continue;
            var loss = counts.Loss / counts.Labelled;
            var scaled = Math.Clamp(loss / unit, 0, 1);
            since = detector.Update(scaled) ? since ?? start : null;
            calm = loss <= tolerated ? calm + 1 : 0;
            if (since is not null && calm >= CalmBlocks)
            {
                detector.Restart();
                since = null;
            }

            points.Add(new(start, counts.Labelled, loss, detector.Evidence, adwin.Update(scaled), pageHinkley.Update(scaled)));
        }

        return new(BlockLoss.Name(task), baseline, tolerated, Threshold, since, points);
    }

    /// <summary>Page and Hinkley's figures in multiples of how much the reference's own blocks differ: half a deviation does not count, eight of them are an alarm.</summary>
    private static PageHinkleyOptions Usual(List<BlockCounts> baselines, double unit)
    {
        var losses = baselines.Select(block => block.Loss / block.Labelled / unit).ToList();
        var (mean, deviation) = (losses.Average(), 0.0);
        if (losses.Count > 1)
            deviation = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Count - 1));
        if (deviation == 0)
            deviation = 0.1 * mean;
        return new(LeastValues: 10, Delta: deviation / 2, Threshold: 8 * deviation, Direction: ChangeDirection.Rise);
    }
}
