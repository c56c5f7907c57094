using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>The evaluation of a model that was trained elsewhere, on the rows of its sample whose outcome is known.</summary>
internal static class SampleEvaluation
{
    /// <returns>Null where no outcome is known.</returns>
    public static EvaluationReport? Of(ModelManifest manifest, ReferenceRows sample)
    {
        int[] rows = [.. Enumerable.Range(0, sample.Count).Where(row => double.IsFinite(sample.Labels[row]))];
        if (rows.Length == 0)
            return null;
        var outputs = new List<double>(rows.Length * sample.OutputCount);
        foreach (var row in rows)
            foreach (var output in sample.OutputsOf(row))
                outputs.Add(output);
        double[] scores = [.. outputs], labels = [.. rows.Select(row => sample.Labels[row])];
        return manifest.Task switch
        {
            ModelTask.Regression => RegressionEvaluation.Evaluate(scores, labels),
            ModelTask.BinaryClassification => BinaryEvaluation.Evaluate(scores, Array.ConvertAll(labels, label => (int)label), manifest.DecisionThreshold),
            _ => MulticlassEvaluation.Evaluate(scores, Array.ConvertAll(labels, label => (int)label), manifest.Classes),
        };
    }
}
