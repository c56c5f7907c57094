namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>The models that an analysis learns on the way; they come from a native library, behind this.</summary>
public interface ICauseModels
{
    /// <summary>Tells current rows from reference ones.</summary>
    /// <param name="columns">The columns that it may look at; one or more.</param>
    /// <param name="sample">The rows to learn from. Copies of a row are never on both sides of a fold.</param>
    /// <returns>For each reference row of the sample, in its order, the calibrated chance of being current, from models that had not seen the row.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    double[] ChanceOfCurrent(IReadOnlyList<int> columns, RowSample sample, CancellationToken ct);

    /// <summary>Where the loss differs from what the same inputs cost in the reference.</summary>
    /// <param name="reference">The loss of each reference row.</param>
    /// <param name="current">The loss of each current row.</param>
    /// <returns>For each column the mean absolute contribution (TreeSHAP) to the difference, in units of the loss; null where inputs do not tell, so that the difference is alike everywhere.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    double[]? SpreadOfDifference(double[] reference, double[] current, CancellationToken ct);
}
