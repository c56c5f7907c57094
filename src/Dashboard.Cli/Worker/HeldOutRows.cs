using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Cli.Worker;

/// <summary>The held-out rows and what is true of them: the same for the new model and for the champion.</summary>
internal sealed class HeldOutRows
{
    private readonly Target target;
    private readonly int[] labels;
    private readonly double[] actual;

    public HeldOutRows(TrainingTable table, int[] rows)
    {
        (target, Rows) = (table.Target, rows);
        actual = [.. rows.Select(row => target.Values[row])];
        labels = target.Task == ModelTask.Regression ? [] : [.. actual.Select(value => (int)value)];
    }

    public int[] Rows { get; }

    /// <summary>The report for one model's outputs: rows × outputs.</summary>
    public EvaluationReport Evaluate(double[] outputs, double threshold) => target.Task switch
    {
        ModelTask.BinaryClassification => BinaryEvaluation.Evaluate(outputs, labels, threshold),
        ModelTask.MulticlassClassification => MulticlassEvaluation.Evaluate(outputs, labels, target.Classes),
        _ => RegressionEvaluation.Evaluate(outputs, actual),
    };

    /// <summary>How far two models' outputs are apart, each with its interval.</summary>
    public IReadOnlyList<PairedDifference> Compare(double[] champion, double[] challenger) => target.Task switch
    {
        ModelTask.BinaryClassification => PairedComparison.Binary(champion, challenger, labels),
        ModelTask.MulticlassClassification => PairedComparison.Multiclass(champion, challenger, labels, target.Classes.Count),
        _ => PairedComparison.Regression(champion, challenger, actual),
    };
}
