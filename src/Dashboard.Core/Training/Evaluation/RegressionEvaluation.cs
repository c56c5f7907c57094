namespace Dashboard.Core.Training.Evaluation;

/// <summary>Scores predicted numbers against what came. Definitions are scikit-learn's unless said; an error is prediction − actual.</summary>
public static class RegressionEvaluation
{
    private static readonly double[] Levels = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99];

    /// <summary>Evaluates n rows; with a NaN or infinite number among them no figure is given.</summary>
    /// <param name="predictions">n predictions, in the target's unit.</param>
    /// <param name="actual">n actual values.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static EvaluationReport Evaluate(ReadOnlySpan<double> predictions, ReadOnlySpan<double> actual)
    {
        if (predictions.Length != actual.Length)
            throw new ArgumentException($"There are {predictions.Length} predictions and {actual.Length} actual values; expected as many of each.", nameof(actual));
        var metrics = new MetricSet();
        if (actual.IsEmpty || !AllFinite(predictions) || !AllFinite(actual))
            return new(ModelTask.Regression, actual.Length, metrics.Values, null, [], null);

        var n = actual.Length;
        var errors = new double[n];
        double absolute = 0, squared = 0, sum = 0, relative = 0, pinball = 0, logarithmic = 0, largest = 0, total = 0;
        bool hasZero = false, hasNegative = false;
        for (var i = 0; i < n; i++)
        {
            double p = predictions[i], y = actual[i], error = p - y, size = Math.Abs(error);
            errors[i] = error;
            absolute += size;
            squared += error * error;
            sum += error;
            total += y;
            largest = Math.Max(largest, size);
            pinball += error < 0 ? 0.9 * size : 0.1 * size;
            hasZero |= y == 0;
            hasNegative |= y < 0 || p < 0;
            relative += size / Math.Abs(y);
            var logs = double.LogP1(p) - double.LogP1(y);
            logarithmic += logs * logs;
        }

        metrics["mae"] = absolute / n;
        metrics["mse"] = squared / n;
        metrics["rmse"] = Math.Sqrt(squared / n);
        metrics["mean_error"] = sum / n;
        metrics["max_error"] = largest;
        metrics["pinball_0_9"] = pinball / n;
        // A relative error against zero has no value; scikit-learn would put 1e15 there.
        metrics["mape"] = hasZero ? null : relative / n;
        metrics["msle"] = hasNegative ? null : logarithmic / n;
        AddVariance(metrics, actual, errors, total / n, squared, sum / n);

        Array.Sort(errors);
        metrics["median_ae"] = MedianSize(errors);
        return new(ModelTask.Regression, n, metrics.Values, null, [ResidualQuantiles(errors)], null);
    }

    private static void AddVariance(MetricSet metrics, ReadOnlySpan<double> actual, ReadOnlySpan<double> errors, double meanActual, double squaredErrors, double meanError)
    {
        var (spread, errorSpread) = (0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            spread += (actual[i] - meanActual) * (actual[i] - meanActual);
            errorSpread += (errors[i] - meanError) * (errors[i] - meanError);
        }

        if (spread <= 0)
            return;
        metrics["r2"] = 1 - (squaredErrors / spread);
        metrics["explained_variance"] = 1 - (errorSpread / spread);
    }

    private static double MedianSize(double[] errors)
    {
        var sizes = Array.ConvertAll(errors, Math.Abs);
        Array.Sort(sizes);
        return Quantile(sizes, 0.5);
    }

    /// <summary>Residuals (actual − prediction) by quantile: how far, and to which side, predictions miss.</summary>
    private static Curve ResidualQuantiles(double[] ascendingErrors) =>
        new("residual-quantiles", "Quantile", "Residual (actual − predicted)", [.. Levels], [.. Levels.Select(level => -Quantile(ascendingErrors, 1 - level))], null);

    /// <summary>Linear interpolation between order statistics (NumPy's default, Hyndman and Fan's type 7).</summary>
    private static double Quantile(double[] ascending, double level)
    {
        var at = level * (ascending.Length - 1);
        var below = (int)Math.Floor(at);
        return below + 1 < ascending.Length ? ascending[below] + ((at - below) * (ascending[below + 1] - ascending[below])) : ascending[below];
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }
}
