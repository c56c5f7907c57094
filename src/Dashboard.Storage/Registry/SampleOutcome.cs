using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Storage.Registry;

/// <summary>What an imported model's sample says about its performance, where the outcome of its rows is known.</summary>
/// <param name="Metrics">The realised figures: what live ones are compared with.</param>
/// <param name="Estimator">Null for a regression, whose loss models only a training makes.</param>
internal sealed record SampleOutcome(IReadOnlyDictionary<string, double> Metrics, EstimatorDefinition? Estimator)
{
    /// <summary>Reads an outcome: a class by its position, 0 and 1 also as false and true, or a number. Nothing is not known.</summary>
    public static bool TryRead(string? cell, ModelManifest manifest, out double label)
    {
        label = double.NaN;
        if (cell is null)
            return true;
        label = cell switch
        {
            "true" when manifest.Task == ModelTask.BinaryClassification => 1,
            "false" when manifest.Task == ModelTask.BinaryClassification => 0,
            _ => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.PositiveInfinity,
        };
        return manifest.Task == ModelTask.Regression ? double.IsFinite(label) : label >= 0 && label < manifest.Classes.Count && label == Math.Floor(label);
    }

    /// <summary>What <see cref="TryRead"/> takes, for messages.</summary>
    public static string Expected(ModelManifest manifest) => manifest.Task switch
    {
        ModelTask.BinaryClassification => "0 or 1, false or true, or nothing where it is not known",
        ModelTask.MulticlassClassification => $"a class from 0 to {manifest.Classes.Count - 1}, or nothing where it is not known",
        _ => "a number, or nothing where it is not known",
    };

    /// <summary>Learns from the rows whose outcome is known and which the model can answer.</summary>
    /// <param name="outputs">rows × outputs.</param>
    /// <param name="labels">NaN where the outcome is not known.</param>
    /// <returns>What follows, or an error where the outcomes are too few or all the same.</returns>
    public static Result<SampleOutcome> Learn(string target, ModelManifest manifest, OutputLayout layout, float[] outputs, double[] labels)
    {
        var width = manifest.OutputCount;
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => !double.IsNaN(labels[row]) && Array.TrueForAll(outputs[(row * width)..((row + 1) * width)], float.IsFinite))];
        if (rows.Length < EstimatorLearning.LeastRows)
            return InvalidValue.Of("target", $"{target}, known in {rows.Length} rows", $"a column that is known in at least {EstimatorLearning.LeastRows} rows");
        double[] actual = [.. rows.Select(row => labels[row])];
        double[] scores = [.. rows.SelectMany(row => outputs[(row * width)..((row + 1) * width)]).Select(output => (double)output)];
        if (manifest.Task == ModelTask.Regression)
            return new SampleOutcome(RegressionEvaluation.Evaluate(scores, actual).Metrics, null);
        int[] classes = [.. actual.Select(label => (int)label)];
        if (classes.Distinct().Count() < 2)
            return InvalidValue.Of("target", $"{target} = {manifest.Classes[classes[0]]} in every row", "at least two classes in the sample");
        return manifest.Task == ModelTask.BinaryClassification
            ? new SampleOutcome(BinaryEvaluation.Evaluate(scores, classes, manifest.DecisionThreshold).Metrics, EstimatorLearning.Binary(scores, classes, layout, []))
            : new SampleOutcome(MulticlassEvaluation.Evaluate(scores, classes, manifest.Classes).Metrics, EstimatorLearning.Multiclass(scores, classes, layout, []));
    }
}
