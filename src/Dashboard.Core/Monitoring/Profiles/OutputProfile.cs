using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Sketches;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a model answered in one window and, as labels arrive, how right it was. Everything is a count or an exact sum, so profiles merge by addition in any order,
/// and a label that is replaced is subtracted and leaves nothing behind. One thread may add; any number may read while none does.
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
    private readonly long[] scores;
    private readonly ExactSum[] sums;

    public OutputProfile(OutputLayout layout)
    {
        Layout = layout;
        classes = layout.Classes.Count;
        confusionAt = VectorsAt + classes;
        histogramAt = confusionAt + (classes * classes);
        labelledAt = histogramAt + layout.Bins;
        Counts = new long[labelledAt + (layout.Task == ModelTask.Regression ? 0 : 2 * layout.Outputs * layout.Scores.Count)];
        scores = layout.Task == ModelTask.MulticlassClassification ? new long[2 * layout.Outputs * layout.Scores.Count] : [];
        sums = new ExactSum[SumCount];
        for (var i = 0; i < SumCount; i++)
            sums[i] = new();
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
            return known == 0 ? null : sums[LagAt].ToDouble() / known;
        }
    }

    public double? MeanOutput => Rows > Invalid ? ExactMoments.Mean(sums[OutputAt], Rows - Invalid) : null;

    /// <summary>The sample's standard deviation of the prediction; null below two predictions.</summary>
    public double? OutputDeviation => Rows - Invalid > 1 ? Math.Sqrt(ExactMoments.Variance(sums[OutputAt], sums[OutputSquaresAt], Rows - Invalid)) : null;

    internal long ZeroActuals => Counts[ZeroActualsAt];

    internal long Negatives => Counts[NegativesAt];

    internal double LogLoss => sums[LogLossAt].ToDouble();

    internal double Squared => sums[SquaredAt].ToDouble();

    internal double Absolute => sums[AbsoluteAt].ToDouble();

    internal double Error => sums[ErrorAt].ToDouble();

    internal double Relative => sums[RelativeAt].ToDouble();

    internal double Logarithmic => sums[LogarithmicAt].ToDouble();

    /// <summary>Σ (y − ȳ)² over the labels.</summary>
    internal double ActualSpread => Labelled <= 0 ? 0 : ExactMoments.SquaredDeviations(sums[ActualAt], sums[ActualSquaresAt], Labelled);

    private long[] Counts { get; }

    /// <summary>Labelled rows of a class by its score: those that are of it, or those that are not.</summary>
    /// <param name="output">The output's position; 0 for binary.</param>
    public ReadOnlySpan<long> ScoresOf(int output, bool isClass) =>
        Counts.AsSpan(labelledAt + (((2 * output) + (isClass ? 0 : 1)) * Layout.Scores.Count), Layout.Scores.Count);

    /// <summary>For several classes: all predictions by the score of a class, those in which it was the predicted one or those in which it was not. Empty for other tasks.</summary>
    /// <param name="output">The class's position.</param>
    public ReadOnlySpan<long> AllScoresOf(int output, bool isPredicted) =>
        scores.Length == 0 ? [] : scores.AsSpan(((2 * output) + (isPredicted ? 0 : 1)) * Layout.Scores.Count, Layout.Scores.Count);

    /// <summary>Counts a prediction.</summary>
    public void AddPrediction(ReadOnlySpan<float> outputs)
    {
        Counts[RowsAt]++;
        if (!IsValid(outputs))
        {
            Counts[InvalidAt]++;
            return;
        }

        var predicted = Layout.PredictedClass(outputs);
        var value = Layout.Task == ModelTask.MulticlassClassification ? outputs[predicted] : outputs[0];
        if (Layout.Task != ModelTask.Regression)
            Counts[VectorsAt + predicted]++;
        Counts[histogramAt + (Layout.Values?.BinOf(value) ?? Layout.Scores.BinOf(value))]++;
        sums[OutputAt].Add(value);
        sums[OutputSquaresAt].Add((double)value * value);
        if (scores.Length == 0)
            return;
        for (var output = 0; output < outputs.Length; output++)
            scores[(((2 * output) + (output == predicted ? 0 : 1)) * Layout.Scores.Count) + Layout.Scores.BinOf(outputs[output])]++;
    }

    /// <summary>Counts the ground truth of a prediction: a class's position, or the number.</summary>
    /// <param name="lagSeconds">Time from the event to this first label; NaN to leave it out, as for a replacement.</param>
    public void AddLabel(ReadOnlySpan<float> outputs, double label, double lagSeconds)
    {
        Label(outputs, label, 1);
        if (double.IsNaN(lagSeconds))
            return;
        Counts[LagsAt + LagBin(lagSeconds)]++;
        sums[LagAt].Add(Math.Max(0, lagSeconds));
    }

    /// <summary>Takes back a label that is replaced by another.</summary>
    public void RemoveLabel(ReadOnlySpan<float> outputs, double label) => Label(outputs, label, -1);

    /// <summary>Adds another profile of the same task and classes. Where the bins of a regression's output differ, the histogram of the other is left out.</summary>
    /// <exception cref="ArgumentException">Task or classes differ.</exception>
    public void Add(OutputProfile other)
    {
        if (!Layout.CanCombineWith(other.Layout))
            throw new ArgumentException($"A profile of {other.Layout.Task} with {other.classes} classes does not add to one of {Layout.Task} with {classes}.", nameof(other));
        var alike = Counts.Length == other.Counts.Length && Equals(Layout.Values, other.Layout.Values);
        var counted = alike ? Counts.Length : histogramAt;
        TensorPrimitives.Add<long>(Counts.AsSpan(0, counted), other.Counts.AsSpan(0, counted), Counts.AsSpan(0, counted));
        TensorPrimitives.Add<long>(scores, other.scores, scores);
        for (var i = 0; i < SumCount; i++)
            sums[i].Add(other.sums[i]);
    }

    internal static bool IsValid(ReadOnlySpan<float> outputs)
    {
        foreach (var output in outputs)
            if (!float.IsFinite(output))
                return false;
        return true;
    }

    internal void Apply(in ProfileChange change)
    {
        if (change.IsPrediction)
            AddPrediction(change.Outputs);
        if (!double.IsNaN(change.Removed))
            RemoveLabel(change.Outputs, change.Removed);
        if (!double.IsNaN(change.Added))
            AddLabel(change.Outputs, change.Added, change.LagSeconds);
    }

    internal void Clear()
    {
        Array.Clear(Counts);
        Array.Clear(scores);
        foreach (var sum in sums)
            sum.Clear();
    }

    internal void Write(ProfileWriter writer)
    {
        writer.Sparse(Counts);
        foreach (var sum in sums)
            sum.Write(writer);
    }

    internal void Read(ref ProfileReader reader)
    {
        ReadCounts(ref reader);
        for (var i = 0; i < SumCount; i++)
            sums[i] = ExactSum.Read(ref reader);
    }

    internal void WriteScores(ProfileWriter writer)
    {
        if (scores.AsSpan().ContainsAnyExcept(0))
            writer.Sparse(scores);
    }

    internal void ReadScores(ref ProfileReader reader) => reader.Sparse(scores);

    /// <summary>Reads what version 1 stored: sums as doubles, those of numbers relative to the layout's shift.</summary>
    internal void ReadV1(ref ProfileReader reader)
    {
        ReadCounts(ref reader);
        var stored = new double[SumCount];
        reader.Doubles(stored);
        for (var i = 0; i < SumCount; i++)
            sums[i].Add(stored[i]);
        var shift = Layout.Values?.Shift ?? 0;
        (sums[ActualAt], sums[ActualSquaresAt]) = ProfileFormatV1.Moved(stored[ActualAt], stored[ActualSquaresAt], Labelled, shift);
        (sums[OutputAt], sums[OutputSquaresAt]) = ProfileFormatV1.Moved(stored[OutputAt], stored[OutputSquaresAt], Rows - Invalid, shift);
    }

    /// <summary>Labels are taken back, so what they count may be below zero in a window that was cut differently when they were added; predictions are not.</summary>
    private void ReadCounts(ref ProfileReader reader)
    {
        reader.Sparse(Counts, signed: true);
        if (Rows < 0 || Invalid < 0 || Invalid > Rows || Predicted.ContainsAnyInRange(long.MinValue, -1) || Histogram.ContainsAnyInRange(long.MinValue, -1))
            throw new ProfileFormatException("it counts fewer than no predictions");
    }

    private static int LagBin(double seconds) => seconds < 1 ? 0 : Math.Min(LagBins - 1, 1 + (int)Math.Log2(seconds));

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
        Counts[confusionAt + (label * classes) + Layout.PredictedClass(outputs)] += sign;
        if (Layout.Task == ModelTask.BinaryClassification)
        {
            Counts[labelledAt + (label == 1 ? 0 : Layout.Scores.Count) + Layout.Scores.BinOf(outputs[0])] += sign;
            sums[LogLossAt].Add(sign * ProfileMetrics.LogLoss(label == 1 ? outputs[0] : 1.0 - outputs[0]));
            sums[SquaredAt].AddProduct(sign * (outputs[0] - (double)label), outputs[0] - (double)label);
            return;
        }

        for (var output = 0; output < outputs.Length; output++)
            Counts[labelledAt + (((2 * output) + (output == label ? 0 : 1)) * Layout.Scores.Count) + Layout.Scores.BinOf(outputs[output])] += sign;
        sums[LogLossAt].Add(sign * ProfileMetrics.LogLoss(outputs[label]));
    }

    private void NumberLabel(double predicted, double actual, int sign)
    {
        var error = predicted - actual;
        sums[AbsoluteAt].Add(sign * Math.Abs(error));
        sums[ErrorAt].Add(sign * error);
        sums[SquaredAt].AddProduct(sign * error, error);
        sums[ActualAt].Add(sign * actual);
        sums[ActualSquaresAt].AddProduct(sign * actual, actual);
        // An actual value so near to zero that the ratio is infinite is as good as zero.
        var relative = Math.Abs(error / actual);
        if (double.IsFinite(relative))
            sums[RelativeAt].Add(sign * relative);
        else
            Counts[ZeroActualsAt] += sign;
        if (actual < 0 || predicted < 0)
            Counts[NegativesAt] += sign;
        else
            sums[LogarithmicAt].Add(sign * Math.Pow(double.LogP1(predicted) - double.LogP1(actual), 2));
    }
}
