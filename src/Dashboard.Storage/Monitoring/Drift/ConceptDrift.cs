namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>One block's loss, as the detectors took it.</summary>
/// <param name="Loss">The mean over its labelled rows; see <see cref="Core.Monitoring.Blocks.BlockLoss"/>.</param>
/// <param name="Evidence">How strongly all blocks up to this one say that the loss is above what is tolerated.</param>
/// <param name="Adwin">ADWIN saw a change at this block.</param>
/// <param name="PageHinkley">Page and Hinkley's test did.</param>
public sealed record LossPoint(DateTimeOffset Start, long Labelled, double Loss, double Evidence, bool Adwin, bool PageHinkley);

/// <summary>Whether the relation of inputs and truth has become another, judged by the losses of blocks that are labelled well enough.</summary>
/// <param name="LossName">"Brier score", "error rate" or "absolute error".</param>
/// <param name="Baseline">The mean loss of the reference's blocks.</param>
/// <param name="Tolerated">The baseline and the margin that is called harmless.</param>
/// <param name="Threshold">The evidence from which there is an alarm: without harmful drift it takes at least so many blocks on average to a false one.</param>
/// <param name="Since">The block at which the evidence first reached the threshold and has stayed there; null while there is no alarm.</param>
/// <param name="Points">In order of time.</param>
public sealed record ConceptDrift(string LossName, double Baseline, double Tolerated, double Threshold, DateTimeOffset? Since, IReadOnlyList<LossPoint> Points)
{
    public double Evidence => Points.Count == 0 ? 0 : Points[^1].Evidence;

    public bool IsAlarm => Since is not null;
}
