using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>A loss that is a mean over rows, so that a change of it can be divided among rows. ROC-AUC is none: it compares rows.</summary>
public enum LossKind { LogLoss, ErrorRate, BrierScore, AbsoluteError, SquaredError }

/// <summary>What each row loses.</summary>
public static class RowLoss
{
    /// <summary>What is explained where nobody says otherwise.</summary>
    public static LossKind Default(ModelTask task) => task == ModelTask.Regression ? LossKind.AbsoluteError : LossKind.LogLoss;

    /// <summary>The losses that a task has, the default first.</summary>
    public static IReadOnlyList<LossKind> Of(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => [LossKind.LogLoss, LossKind.ErrorRate, LossKind.BrierScore],
        ModelTask.MulticlassClassification => [LossKind.LogLoss, LossKind.ErrorRate],
        _ => [LossKind.AbsoluteError, LossKind.SquaredError],
    };

    /// <summary>For people, in the middle of a sentence.</summary>
    public static string Words(LossKind kind) => kind switch
    {
        LossKind.LogLoss => "log loss",
        LossKind.ErrorRate => "error rate",
        LossKind.BrierScore => "Brier score",
        LossKind.AbsoluteError => "mean absolute error",
        _ => "mean squared error",
    };

    /// <summary>The loss of each row; NaN where its ground truth is not known.</summary>
    /// <param name="threshold">From which probability on a binary model says yes.</param>
    /// <exception cref="ArgumentException">The task has no such loss.</exception>
    public static double[] Of(ObservedRows rows, LossKind kind, ModelTask task, double threshold)
    {
        if (!Of(task).Contains(kind))
            throw new ArgumentException($"{kind} is no loss of {task}; expected one of {string.Join(", ", Of(task))}.", nameof(kind));
        var losses = new double[rows.Count];
        for (var row = 0; row < losses.Length; row++)
            losses[row] = double.IsNaN(rows.Labels[row]) ? double.NaN : One(rows.OutputsOf(row), rows.Labels[row], kind, task, threshold);
        return losses;
    }

    private static double One(ReadOnlySpan<float> outputs, double label, LossKind kind, ModelTask task, double threshold) => (kind, task) switch
    {
        (LossKind.AbsoluteError, _) => Math.Abs(outputs[0] - label),
        (LossKind.SquaredError, _) => (outputs[0] - label) * (outputs[0] - label),
        (LossKind.BrierScore, _) => (outputs[0] - label) * (outputs[0] - label),
        (LossKind.ErrorRate, ModelTask.BinaryClassification) => (outputs[0] >= threshold ? 1 : 0) == (int)label ? 0 : 1,
        (LossKind.ErrorRate, _) => Largest(outputs) == (int)label ? 0 : 1,
        (_, ModelTask.BinaryClassification) => BinaryEvaluation.LogLoss(outputs[0], (int)label),
        _ => MulticlassEvaluation.LogLoss(Array.ConvertAll(outputs.ToArray(), output => (double)output), (int)label),
    };

    private static int Largest(ReadOnlySpan<float> outputs)
    {
        var largest = 0;
        for (var i = 1; i < outputs.Length; i++)
            if (outputs[i] > outputs[largest])
                largest = i;
        return largest;
    }
}
