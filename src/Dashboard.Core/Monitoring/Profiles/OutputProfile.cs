using System.Numerics.Tensors;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a model answered in one window and, as labels arrive, how right it was. Everything is a count or a sum, so profiles merge by addition
/// and a label that is replaced is subtracted.
/// </summary>
public sealed class OutputProfile
{
    /// <summary>Label lags are counted by powers of two of a second: below 1 s, below 2 s, … The last bin holds the rest.</summary>
    public const int LagBins = 32;

    // Places among the counts.
    private const int RowsAt = 0, InvalidAt = 1, LabelledAt = 2, ZeroActualsAt = 3, NegativesAt = 4, LagsAt = 5, VectorsAt = LagsAt + LagBins;

    // Places among the sums.
    private const int LogLossAt = 0, SquaredAt = 1, AbsoluteAt = 2, ErrorAt = 3, RelativeAt = 4, LogarithmicAt = 5, ActualAt = 6, ActualSquaresAt = 7, OutputAt = 8, OutputSquaresAt = 9, LagAt = 10, SumCount = 11;

    private readonly int classes;
    private readonly int confusionAt;
    private readonly int histogramAt;
    private readonly int labelledAt;

    public OutputProfile(OutputLayout layout)
    {
        Layout = layout;
        classes = layout.Classes.Count;
        confusionAt = VectorsAt + classes;
        histogramAt = confusionAt + (classes * classes);
        labelledAt = histogramAt + layout.Bins;
        Counts = new long[labelledAt + (layout.Task == ModelTask.Regression ? 0 : 2 * layout.Outputs * layout.Scores.Count)];
        Sums = new double[SumCount];
    }

    public OutputLayout Layout { get; }

    /// <summary>Predictions.</summary>
    public long Rows => Counts[RowsAt];

    /// <summary>Predictions whose output is not a finite number.</summary>
    public long Invalid => Counts[InvalidAt];

    /// <summary>Predictions whose ground truth has arrived.</summary>
    public long Labelled => Counts[LabelledAt];

    /// <summary>For classification: how often each class was predicted.</summary>
    public ReadOnlySpan<long> Predicted => Counts.AsSpan(VectorsAt, classes);

    /// <summary>For classification: labelled rows by actual (row) and predicted (column) class.</summary>
    public ReadOnlySpan<long> Confusion => Counts.AsSpan(confusionAt, classes * classes);

    /// <summary>The distribution of the prediction; see <see cref="OutputLayout.Bins"/>.</summary>
    public ReadOnlySpan<long> Histogram => Counts.AsSpan(histogramAt, Layout.Bins);

    /// <summary>How long first labels took, by powers of two of a second.</summary>
    public ReadOnlySpan<long> Lags => Counts.AsSpan(LagsAt, LagBins);

    /// <summary>Mean time from the event to its first label; null without labels.</summary>
    public double? MeanLagSeconds
    {
        get
        {
            var known = TensorPrimitives.Sum(Lags);
            return known == 0 ? null : Sums[LagAt] / known;
        }
    }

    public double? MeanOutput => Rows > Invalid ? (Sums[OutputAt] / (Rows - Invalid)) + Shift : null;

    internal long[] Counts { get; }

    internal double[] Sums { get; }

    internal double Shift => Layout.Values?.Shift ?? 0;

    internal long ZeroActuals => Counts[ZeroActualsAt];

    internal long Negatives => Counts[NegativesAt];

    internal double LogLoss => Sums[LogLossAt];

    internal double Squared => Sums[SquaredAt];

    internal double Absolute => Sums[AbsoluteAt];

    internal double Error => Sums[ErrorAt];

    internal double Relative => Sums[RelativeAt];

    internal double Logarithmic => Sums[LogarithmicAt];

    /// <summary>Σ (y − ȳ)² over the labels.</summary>
    internal double ActualSpread => Labelled == 0 ? 0 : Math.Max(0, Sums[ActualSquaresAt] - (Sums[ActualAt] * Sums[ActualAt] / Labelled));

    /// <summary>Labelled rows of a class by its score: those that are of it, or those that are not.</summary>
    /// <param name="output">The output's position; 0 for binary.</param>
    public ReadOnlySpan<long> ScoresOf(int output, bool isClass) =>
        Counts.AsSpan(labelledAt + (((2 * output) + (isClass ? 0 : 1)) * Layout.Scores.Count), Layout.Scores.Count);

    /// <summary>Counts a prediction.</summary>
    public void AddPrediction(ReadOnlySpan<float> outputs)
    {
        Counts[RowsAt]++;
        if (!IsValid(outputs))
        {
            Counts[InvalidAt]++;
            return;
        }

        var predicted = PredictedClass(outputs);
        var value = Layout.Task == ModelTask.MulticlassClassification ? outputs[predicted] : outputs[0];
        if (Layout.Task != ModelTask.Regression)
            Counts[VectorsAt + predicted]++;
        Counts[histogramAt + (Layout.Values?.BinOf(value) ?? Layout.Scores.BinOf(value))]++;
        var relative = value - Shift;
        Sums[OutputAt] += relative;
        Sums[OutputSquaresAt] += relative * relative;
    }

    /// <summary>Counts the ground truth of a prediction: a class's position, or the number.</summary>
    /// <param name="lagSeconds">Time from the event to this first label; NaN to leave it out, as for a replacement.</param>
    public void AddLabel(ReadOnlySpan<float> outputs, double label, double lagSeconds)
    {
        Label(outputs, label, 1);
        if (double.IsNaN(lagSeconds))
            return;
        Counts[LagsAt + LagBin(lagSeconds)]++;
        Sums[LagAt] += Math.Max(0, lagSeconds);
    }

    /// <summary>Takes back a label that is replaced by another.</summary>
    public void RemoveLabel(ReadOnlySpan<float> outputs, double label) => Label(outputs, label, -1);

    /// <summary>Adds another profile of the same task and classes. Where the bins of a regression's output differ, the histogram of the other is left out.</summary>
    /// <exception cref="ArgumentException">Task or classes differ.</exception>
    public void Add(OutputProfile other)
    {
        if (!Layout.CanCombineWith(other.Layout))
            throw new ArgumentException($"A profile of {other.Layout.Task} with {other.classes} classes does not add to one of {Layout.Task} with {classes}.", nameof(other));
        if (Counts.Length == other.Counts.Length && Equals(Layout.Values, other.Layout.Values))
        {
            TensorPrimitives.Add<long>(Counts, other.Counts, Counts);
            TensorPrimitives.Add<double>(Sums, other.Sums, Sums);
            return;
        }

        TensorPrimitives.Add<long>(Counts.AsSpan(0, histogramAt), other.Counts.AsSpan(0, histogramAt), Counts.AsSpan(0, histogramAt));
        var shift = other.Shift - Shift;
        var sums = (double[])other.Sums.Clone();
        Move(sums, ActualAt, ActualSquaresAt, other.Labelled, shift);
        Move(sums, OutputAt, OutputSquaresAt, other.Rows - other.Invalid, shift);
        TensorPrimitives.Add<double>(Sums, sums, Sums);
    }

    /// <summary>The class that a prediction stands for: at the threshold, or the most probable (the first of equals). 0 for regression.</summary>
    public int PredictedClass(ReadOnlySpan<float> outputs) => Layout.Task switch
    {
        ModelTask.BinaryClassification => outputs[0] >= Layout.Threshold ? 1 : 0,
        ModelTask.MulticlassClassification => TensorPrimitives.IndexOfMax(outputs),
        _ => 0,
    };

    private static void Move(double[] sums, int first, int squares, long count, double shift)
    {
        sums[squares] += (2 * shift * sums[first]) + (count * shift * shift);
        sums[first] += count * shift;
    }

    private static int LagBin(double seconds) => seconds < 1 ? 0 : Math.Min(LagBins - 1, 1 + (int)Math.Log2(seconds));

    private static bool IsValid(ReadOnlySpan<float> outputs)
    {
        foreach (var output in outputs)
            if (!float.IsFinite(output))
                return false;
        return true;
    }

    private void Label(ReadOnlySpan<float> outputs, double label, int sign)
    {
        if (!IsValid(outputs))
            return;
        Counts[LabelledAt] += sign;
        if (Layout.Task == ModelTask.Regression)
            NumberLabel(outputs[0], label, sign);
        else
            ClassLabel(outputs, (int)label, sign);
    }

    private void ClassLabel(ReadOnlySpan<float> outputs, int label, int sign)
    {
        Counts[confusionAt + (label * classes) + PredictedClass(outputs)] += sign;
        if (Layout.Task == ModelTask.BinaryClassification)
        {
            Counts[labelledAt + (label == 1 ? 0 : Layout.Scores.Count) + Layout.Scores.BinOf(outputs[0])] += sign;
            Sums[LogLossAt] += sign * ProfileMetrics.LogLoss(label == 1 ? outputs[0] : 1.0 - outputs[0]);
            Sums[SquaredAt] += sign * (outputs[0] - (double)label) * (outputs[0] - (double)label);
            return;
        }

        for (var output = 0; output < outputs.Length; output++)
            Counts[labelledAt + (((2 * output) + (output == label ? 0 : 1)) * Layout.Scores.Count) + Layout.Scores.BinOf(outputs[output])] += sign;
        Sums[LogLossAt] += sign * ProfileMetrics.LogLoss(outputs[label]);
    }

    private void NumberLabel(double predicted, double actual, int sign)
    {
        double error = predicted - actual, relative = actual - Shift;
        Sums[AbsoluteAt] += sign * Math.Abs(error);
        Sums[ErrorAt] += sign * error;
        Sums[SquaredAt] += sign * error * error;
        Sums[ActualAt] += sign * relative;
        Sums[ActualSquaresAt] += sign * relative * relative;
        if (actual == 0)
            Counts[ZeroActualsAt] += sign;
        else
            Sums[RelativeAt] += sign * Math.Abs(error / actual);
        if (actual < 0 || predicted < 0)
            Counts[NegativesAt] += sign;
        else
            Sums[LogarithmicAt] += sign * Math.Pow(double.LogP1(predicted) - double.LogP1(actual), 2);
    }
}
