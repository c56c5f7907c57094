using System.Globalization;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Cli.Worker;

/// <summary>What a package carries so that the model's performance can be estimated before labels arrive.</summary>
/// <param name="Definition">The content of estimator.json.</param>
/// <param name="AbsoluteLoss">For regression: the model of |y − ŷ|, as XGBoost's JSON.</param>
/// <param name="SquaredLoss">For regression: the model of (y − ŷ)².</param>
internal sealed record EstimatorFiles(EstimatorDefinition Definition, byte[]? AbsoluteLoss, byte[]? SquaredLoss)
{
    /// <summary>How well it does on the held-out rows, for the log.</summary>
    public string Sentence()
    {
        var metric = MetricInfo.For(MetricInfo.Primary(Definition.Task));
        return Definition.Checks.TryGetValue(metric.Key, out var check)
            ? string.Create(CultureInfo.InvariantCulture, $"Performance can be estimated before labels arrive, learnt from {Definition.Rows:N0} held-out rows: {metric.Name} {metric.Format(check.Estimated)} estimated, {metric.Format(check.Realised)} realised")
            : string.Create(CultureInfo.InvariantCulture, $"Performance can be estimated before labels arrive, learnt from {Definition.Rows:N0} held-out rows");
    }
}

/// <summary>Learns from the held-out rows, which are the only ones that the model has not seen.</summary>
internal static class EstimatorTraining
{
    /// <summary>More rows sharpen neither a calibrator nor a loss model by anything that anyone would see.</summary>
    private const int MostRows = 100_000;

    /// <returns>The files, or a sentence that says why performance cannot be estimated.</returns>
    public static (EstimatorFiles? Files, string? WhyNot) Run(TrainedModel model, double threshold, BoosterParameters parameters, CancellationToken ct)
    {
        var target = model.Table.Target;
        var outputs = target.Task == ModelTask.MulticlassClassification ? target.Classes.Count : 1;
        var picked = Usable(model.Outputs, outputs, model.Split.Test.Length);
        if (picked.Length < EstimatorLearning.LeastRows)
            return (null, $"there are {picked.Length} held-out rows; expected at least {EstimatorLearning.LeastRows}");
        var scores = new double[picked.Length * outputs];
        for (var i = 0; i < picked.Length; i++)
            model.Outputs.AsSpan(picked[i] * outputs, outputs).CopyTo(scores.AsSpan(i * outputs));
        int[] rows = [.. picked.Select(i => model.Split.Test[i])];
        double[] actual = [.. rows.Select(row => target.Values[row])];
        long[] times = model.Table.Times is { } all ? [.. rows.Select(row => all[row])] : [];
        if (target.Task == ModelTask.Regression)
            return (LossTraining.Run(model, picked, scores, actual, times, parameters, ct), null);

        var layout = new OutputLayout(target.Task, target.Classes, threshold, null);
        int[] labels = [.. actual.Select(value => (int)value)];
        var definition = target.Task == ModelTask.BinaryClassification
            ? EstimatorLearning.Binary(scores, labels, layout, times)
            : EstimatorLearning.Multiclass(scores, labels, layout, times);
        return definition is null ? (null, $"all held-out rows are {target.Classes[labels[0]]}") : (new(definition, null, null), null);
    }

    /// <summary>Evenly spaced ones among the held-out rows that the model could answer.</summary>
    private static int[] Usable(double[] outputs, int width, int rows)
    {
        int[] finite = [.. Enumerable.Range(0, rows).Where(row => Array.TrueForAll(outputs[(row * width)..((row + 1) * width)], double.IsFinite))];
        var taken = Math.Min(finite.Length, MostRows);
        return [.. Enumerable.Range(0, taken).Select(i => finite[(int)((long)i * finite.Length / taken)])];
    }
}
