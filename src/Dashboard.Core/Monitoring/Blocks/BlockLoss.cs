using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// The loss that concept drift is judged by, one number a labelled row: the Brier score (p − y)² of a binary model, 0 or 1 for a right or wrong class of a multi-class model, both in [0, 1];
/// the absolute error of a regression, in the target's unit.
/// </summary>
public static class BlockLoss
{
    /// <summary>The sum over a window's labelled rows.</summary>
    public static double SumOf(OutputProfile output) => output.Layout.Task switch
    {
        ModelTask.BinaryClassification => Math.Max(0, output.Squared),
        ModelTask.MulticlassClassification => Wrong(output),
        _ => Math.Max(0, output.Absolute),
    };

    /// <summary>What the loss is called.</summary>
    public static string Name(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => "Brier score",
        ModelTask.MulticlassClassification => "error rate",
        _ => "absolute error",
    };

    private static long Wrong(OutputProfile output)
    {
        var right = 0L;
        for (int c = 0, k = output.Layout.Classes.Count; c < k; c++)
            right += output.Confusion[(c * k) + c];
        return output.Labelled - right;
    }
}
