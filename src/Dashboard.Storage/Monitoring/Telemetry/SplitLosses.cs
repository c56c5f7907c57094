using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>
/// Losses of the predictions that a rollout shared out, for the tally of its stage: counted when their batch is on disk, so that a batch that is tried again counts once. One thread only.
/// </summary>
internal sealed class SplitLosses(Router router)
{
    private readonly List<(SplitTally Tally, Arm Arm, bool IsRealised, double Loss)> gathered = [];

    /// <summary>What a new prediction is expected to lose.</summary>
    public void Expect(PredictionRecord record, MonitoredVersion version)
    {
        if (record.CountedBy is { } split && record.ArrivedAt >= split.Since && RolloutComparison.ExpectedLoss(version.Estimator, record.Features, record.Outputs) is { } loss)
            gathered.Add((split.Tally, record.Assignment.Arm, false, loss));
    }

    /// <summary>
    /// What a prediction lost, where it is evidence of the present stage: assigned in it, arrived since it began. The first truth counts; a replacement would have to take back a loss that
    /// an earlier look may or may not have stored, so it changes nothing.
    /// </summary>
    public void Realise(string model, MonitoredVersion version, in LoggedPrediction prediction, double label)
    {
        if (prediction is not { Label: null, Stage: { } stage } || router.Current.Models.GetValueOrDefault(model)?.Split is not { } split)
            return;
        if (stage != split.Stage || prediction.Arrived < UtcMicroseconds.Of(split.Since))
            return;
        Arm? arm = version.VersionId == split.Challenger.VersionId ? Arm.Challenger : version.VersionId == split.Champion.VersionId ? Arm.Champion : null;
        if (arm is { } known && RolloutComparison.Loss(version.Layout.Output, PredictionPayload.Outputs(prediction.Payload), label) is { } loss)
            gathered.Add((split.Tally, known, true, loss));
    }

    /// <summary>Hands over what was gathered, after the commit.</summary>
    public void Count()
    {
        foreach (var (tally, arm, isRealised, loss) in gathered)
        {
            if (isRealised)
                tally.RealisedLoss(arm, loss);
            else
                tally.EstimatedLoss(arm, loss);
        }

        gathered.Clear();
    }
}
