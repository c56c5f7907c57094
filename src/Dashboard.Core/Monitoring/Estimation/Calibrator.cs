using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Turns a model's score for a class into the probability of that class, as far as rows with known labels can tell.</summary>
/// <param name="Curve">What was learnt; null where the scores are as good as they are.</param>
/// <param name="Lowest">The smallest score among the rows it learnt from.</param>
/// <param name="Highest">The largest. Scores outside have no evidence behind them: the curve goes on flat.</param>
public sealed record Calibrator(IsotonicCurve? Curve, double Lowest, double Highest)
{
    /// <summary>So many parts of the rows are each calibrated by the others, to see whether calibration helps.</summary>
    public const int Folds = 10;

    /// <summary>A model that ranks as well as this leaves isotonic regression a single step, which would only unlearn its probabilities.</summary>
    private const double PerfectRanking = 0.999;

    /// <summary>Learns from scores and labels, where calibration improves the expected calibration error of rows that it did not see.</summary>
    /// <param name="scores">n finite scores.</param>
    /// <param name="labels">n labels: 1 for the class, 0 for any other.</param>
    /// <exception cref="ArgumentException">There are no rows, or the lengths differ.</exception>
    public static Calibrator Learn(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        if (scores.IsEmpty || scores.Length != labels.Length)
            throw new ArgumentException($"There are {scores.Length} scores and {labels.Length} labels; expected as many of each, and at least one.", nameof(labels));
        var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var score in scores)
            (lowest, highest) = (Math.Min(lowest, score), Math.Max(highest, score));
        return new(Helps(scores, labels) ? Fit(scores, labels) : null, lowest, highest);
    }

    /// <summary>The probability behind a score, 0 to 1.</summary>
    public double Of(double score) => Curve?.At(score) ?? Math.Clamp(score, 0, 1);

    /// <summary>The mean probability behind scores that are spread evenly over an interval.</summary>
    public double MeanOver(double low, double high) => Curve?.MeanOver(low, high) ?? Math.Clamp((low + high) / 2, 0, 1);

    /// <summary>
    /// Whether calibration improves the expected calibration error of held-out rows: ten times a tenth of each class is drawn, calibrated by the rest, and pooled, as NannyML does it.
    /// On scores that are good probabilities already the answer hangs on the draw, which is the same every time, and the same as NannyML's; either answer is then right.
    /// </summary>
    /// <returns>False also where all labels are equal, where the model ranks nearly perfectly, and where there are too few rows to tell.</returns>
    public static bool Helps(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var actual = labels.ToArray();
        if (labels.Length < 2 * Folds || new RankedScores(scores, row => actual[row] == 1).RocAuc is not { } area || area > PerfectRanking)
            return false;
        var (before, after, truth) = (new List<double>(), new List<double>(), new List<int>());
        foreach (var held in StratifiedHoldOuts.Draw(actual, Folds))
        {
            var curve = FitWithout(row => held[row], scores, labels);
            for (var row = 0; row < held.Length; row++)
            {
                if (!held[row])
                    continue;
                before.Add(scores[row]);
                after.Add(curve.At(scores[row]));
                truth.Add(labels[row]);
            }
        }

        return CalibrationError.OfEqualCounts(after.ToArray(), truth.ToArray()) < CalibrationError.OfEqualCounts(before.ToArray(), truth.ToArray());
    }

    /// <summary>Each row's probability by a curve that was fitted without the row's fold: what may be compared with these rows' labels.</summary>
    /// <returns>n probabilities; the scores themselves where there are too few rows to divide.</returns>
    public static double[] CrossFitted(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var calibrated = scores.ToArray();
        if (labels.Length < 2 * Folds)
            return calibrated;
        var folds = StratifiedFolds.Of(labels, Folds);
        for (var fold = 0; fold < Folds; fold++)
        {
            var left = fold;
            var curve = FitWithout(row => folds[row] == left, scores, labels);
            for (var row = 0; row < calibrated.Length; row++)
                if (folds[row] == fold)
                    calibrated[row] = curve.At(scores[row]);
        }

        return calibrated;
    }

    private static IsotonicCurve FitWithout(Func<int, bool> isHeld, ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var (x, y) = (new List<double>(scores.Length), new List<double>(scores.Length));
        for (var row = 0; row < scores.Length; row++)
        {
            if (isHeld(row))
                continue;
            x.Add(scores[row]);
            y.Add(labels[row]);
        }

        return IsotonicCurve.Fit(x.ToArray(), y.ToArray());
    }

    private static IsotonicCurve Fit(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var values = new double[labels.Length];
        for (var row = 0; row < values.Length; row++)
            values[row] = labels[row];
        return IsotonicCurve.Fit(scores, values);
    }
}
