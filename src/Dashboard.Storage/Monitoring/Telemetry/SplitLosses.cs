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
    private enum News { Estimate, Truth, Correction, Mirrored }

    private readonly List<Item> gathered = [];

    /// <summary>What a new prediction is expected to lose.</summary>
    public void Expect(PredictionRecord record, MonitoredVersion version)
    {
        if (record.CountedBy is { } split && record.ArrivedAt >= split.Since && RolloutComparison.ExpectedLoss(version.Estimator, record.Features, record.Outputs) is { } loss)
            gathered.Add(new(split, News.Estimate, record.Assignment.Arm, 0, loss));
    }

    /// <summary>
    /// What a prediction lost, where it is evidence of the present stage: arrived since it began, and assigned in it, or copied by it. A later truth takes the place of an earlier one; see <see cref="SplitTally"/>
    /// and <see cref="AnswerTally"/> for how much of that is remembered.
    /// </summary>
    public void Realise(string model, MonitoredVersion version, in LoggedPrediction prediction, in LabelItem item)
    {
        if (router.Current.Models.GetValueOrDefault(model)?.Split is not { } split || prediction.Arrived < UtcMicroseconds.Of(split.Since))
            return;
        Arm? arm = version.VersionId == split.Challenger.VersionId ? Arm.Challenger : version.VersionId == split.Champion.VersionId ? Arm.Champion : null;
        if (arm is not { } known || (split.IsShadow ? known != Arm.Champion : prediction.Stage != split.Stage))
            return;
        var (row, label) = (split.Traffic.Hash(item.Id), item.Value);
        if (split.IsShadow)
        {
            gathered.Add(new(split, News.Mirrored, known, row, label));
            return;
        }

        var outputs = PredictionPayload.Outputs(prediction.Payload);
        if (RolloutComparison.Loss(version.Layout.Output, outputs, label) is not { } loss)
            return;
        if (prediction.Label is not { } before)
            gathered.Add(new(split, News.Truth, known, row, loss));
        else if (RolloutComparison.Loss(version.Layout.Output, outputs, before) is { } earlier)
            gathered.Add(new(split, News.Correction, known, row, loss, earlier));
    }

    /// <summary>Hands over what was gathered, after the commit.</summary>
    public void Count()
    {
        foreach (var (split, news, arm, row, value, before) in gathered)
        {
            switch (news)
            {
                case News.Estimate:
                    split.Tally.EstimatedLoss(arm, value);
                    break;
                case News.Truth:
                    split.Tally.RealisedLoss(arm, row, value);
                    break;
                case News.Correction:
                    split.Tally.CorrectedLoss(arm, row, before, value);
                    break;
                default:
                    split.TakeTruth(row, value);
                    break;
            }
        }

        gathered.Clear();
    }

    /// <param name="Row">The hash of the prediction's id.</param>
    /// <param name="Value">A loss, or the label of a copied row.</param>
    /// <param name="Before">The loss that a correction takes the place of.</param>
    private readonly record struct Item(RouteSplit Split, News News, Arm Arm, ulong Row, double Value, double Before = 0);
}
