using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Learns an estimator from rows with labels that the model had not seen. Estimates that are held against the same rows' labels are cross-fitted.</summary>
public static class EstimatorLearning
{
    /// <summary>Fewer rows than this teach no calibrator.</summary>
    public const int LeastRows = 50;

    /// <summary>For a binary model.</summary>
    /// <param name="scores">n finite scores of the positive class.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <param name="times">n wall times in ticks; empty without times.</param>
    /// <returns>Null with fewer than <see cref="LeastRows"/> rows, or where only one class occurs.</returns>
    public static EstimatorDefinition? Binary(double[] scores, int[] labels, OutputLayout layout, ReadOnlySpan<long> times)
    {
        if (scores.Length < LeastRows || labels.Distinct().Count() < 2)
            return null;
        var predicted = Array.ConvertAll(scores, score => (float)score >= layout.Threshold ? 1 : 0);
        var block = LabelledBlocks.Of(scores.Length, times);
        var cbpe = Cbpe.Fit(scores, predicted, labels, block);
        var crossFitted = cbpe.Calibrator.Curve is null ? Array.ConvertAll(scores, cbpe.Calibrator.Of) : Calibrator.CrossFitted(scores, labels);
        var checks = Checks(block, rows => BinaryEvaluation.Evaluate(Pick(scores, rows), Pick(predicted, rows), Pick(labels, rows)).Metrics,
            rows => BinaryExpectation.Of(Pick(scores, rows), Pick(predicted, rows), Pick(crossFitted, rows), cbpe.Calibrator, cbpe.Errors).Figures());
        return new(1, ModelTask.BinaryClassification, scores.Length, [cbpe.Calibrator], BinMeans.Of(scores, cbpe.Calibrator, layout.Scores), null, cbpe.Errors.PerRow, cbpe.Reference, checks);
    }

    /// <summary>For a model of K classes.</summary>
    /// <param name="scores">n×K finite scores, row by row.</param>
    /// <param name="labels">n class positions.</param>
    /// <inheritdoc cref="Binary"/>
    public static EstimatorDefinition? Multiclass(double[] scores, int[] labels, OutputLayout layout, ReadOnlySpan<long> times)
    {
        var k = layout.Classes.Count;
        if (labels.Length < LeastRows || labels.Distinct().Count() < 2)
            return null;
        var block = LabelledBlocks.Of(labels.Length, times);
        var calibrators = ClassCalibration.Learn(scores, labels, k);
        var errors = MulticlassSamplingErrors.Of(scores, labels, k);
        var crossFitted = ClassCalibration.CrossFitted(calibrators, scores, labels);
        IReadOnlyDictionary<string, double> Realised(int[] rows) => MulticlassEvaluation.Evaluate(PickRows(scores, rows, k), Pick(labels, rows), layout.Classes).Metrics;
        var checks = Checks(block, Realised, rows => MulticlassExpectation.Of(PickRows(scores, rows, k), PickRows(crossFitted, rows, k), calibrators, errors).Figures());
        return new(1, ModelTask.MulticlassClassification, labels.Length, calibrators, null, null, errors.PerRow, LabelledBlocks.Spread(block, Realised), checks);
    }

    /// <summary>For a regression.</summary>
    /// <param name="outputs">n finite predictions.</param>
    /// <param name="labels">n numbers that came.</param>
    /// <param name="absolute">n expected |y − ŷ|, each by a model that had not seen the row.</param>
    /// <param name="squared">n expected (y − ŷ)², likewise.</param>
    /// <returns>Null with fewer than <see cref="LeastRows"/> rows.</returns>
    public static EstimatorDefinition? Regression(double[] outputs, double[] labels, double[] absolute, double[] squared, ReadOnlySpan<long> times)
    {
        var n = labels.Length;
        if (n < LeastRows)
            return null;
        double[] offAbsolute = new double[n], offSquared = new double[n];
        for (var row = 0; row < n; row++)
        {
            var error = outputs[row] - labels[row];
            (offAbsolute[row], offSquared[row]) = (Math.Abs(error) - absolute[row], (error * error) - squared[row]);
        }

        var errors = new MetricSet();
        errors["mae"] = BinarySamplingErrors.Deviation(offAbsolute);
        errors["mse"] = BinarySamplingErrors.Deviation(offSquared);
        // For the limits, which ask for every figure's error; an estimate's own follows from the MSE's.
        errors["rmse"] = BinarySamplingErrors.Deviation(offSquared) / (2 * Math.Sqrt(Math.Max(double.Epsilon, TensorPrimitives.Average<double>(squared))));
        var block = LabelledBlocks.Of(n, times);
        IReadOnlyDictionary<string, double> Realised(int[] rows) => RegressionEvaluation.Evaluate(Pick(outputs, rows), Pick(labels, rows)).Metrics;
        var sampling = new SamplingErrors(errors.Values, n);
        var checks = Checks(block, Realised, rows => new RegressionExpectation(rows.Length, 0, rows.Sum(row => absolute[row]), rows.Sum(row => squared[row]), sampling).Figures());
        return new(1, ModelTask.Regression, n, [], null, new(outputs.Min(), outputs.Max()), errors.Values, LabelledBlocks.Spread(block, Realised), checks);
    }

    private static Dictionary<string, EstimateCheck> Checks(int[] block, Func<int[], IReadOnlyDictionary<string, double>> realised, Func<int[], IReadOnlyDictionary<string, double>> estimated)
    {
        int[] all = [.. Enumerable.Range(0, block.Length)];
        var squares = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        foreach (var rows in all.Where(row => block[row] >= 0).GroupBy(row => block[row]).Select(group => group.ToArray()))
        {
            var actual = realised(rows);
            foreach (var (key, value) in estimated(rows))
            {
                if (!actual.TryGetValue(key, out var truth))
                    continue;
                if (!squares.TryGetValue(key, out var list))
                    squares[key] = list = [];
                list.Add((value - truth) * (value - truth));
            }
        }

        var (total, expected) = (realised(all), estimated(all));
        return expected.Where(pair => total.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key,
            pair => new EstimateCheck(pair.Value, total[pair.Key], squares.TryGetValue(pair.Key, out var list) && list.Count > 1 ? Math.Sqrt(list.Average()) : null), StringComparer.Ordinal);
    }

    private static T[] Pick<T>(T[] values, int[] rows) => LabelledBlocks.Pick(values, rows);

    private static double[] PickRows(double[] values, int[] rows, int width)
    {
        var picked = new double[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * width, width).CopyTo(picked.AsSpan(i * width));
        return picked;
    }
}
