using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Serving;

/// <summary>
/// Asks both versions of a shadow stage what a caller asked, reading and scoring in the same way and on the same thread, so that their times compare; the answers are counted, kept as single numbers until their truth comes, and thrown away.
/// </summary>
internal sealed partial class MirrorWorker(Mirrors mirrors, Router router, VersionCatalog versions, Settings settings, TimeProvider time, ILogger<MirrorWorker> logger) : BackgroundService
{
    private static readonly Arm[] Forwards = [Arm.Champion, Arm.Challenger], Backwards = [Arm.Challenger, Arm.Champion];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whoever starts the host does not wait for the first copy.
        await Task.Yield();
        var turn = false;
        await foreach (var copy in mirrors.ReadAllAsync(stoppingToken))
        {
            // The stage may be over: then nobody asks its challenger any more.
            if (!ReferenceEquals(router.Current.Models.GetValueOrDefault(copy.Split.Champion.Name)?.Split?.Tally, copy.Split.Tally))
                continue;
            (float[][]? champion, float[][]? challenger) = (null, null);
            // The second of two finds the body in the cache, so they take turns.
            foreach (var arm in (turn = !turn) ? Forwards : Backwards)
                (arm == Arm.Challenger ? ref challenger : ref champion) = Ask(copy, arm);
            if (champion is null || challenger is null)
            {
                copy.Forget();
                continue;
            }

            for (var row = 0; row < copy.Rows.Length; row++)
                copy.Split.KeepAnswers(copy.Rows[row], champion[row], challenger[row]);
        }
    }

    /// <returns>What it predicted, an array a row; null: it failed.</returns>
    private float[][]? Ask(MirroredRequest copy, Arm arm)
    {
        var (split, model) = (copy.Split, copy.Split.VersionOf(arm));
        try
        {
            var started = time.GetTimestamp();
            if (copy.Protocol.Read(model, copy.Json, copy.Binary, settings.Serving.MaxRows, out var request) is not null)
            {
                split.Tally.Failed(arm);
                return null;
            }

            var scored = Predictor.Score(model, request.Rows);
            split.CountAnswer(arm, time.GetElapsedTime(started).TotalSeconds, scored.Outputs);
            var estimator = versions.Of(model).Estimator;
            for (var row = 0; row < scored.Outputs.Length; row++)
                if (RolloutComparison.ExpectedLoss(estimator, scored.Features[row], scored.Outputs[row]) is { } loss)
                    split.Tally.EstimatedLoss(arm, loss);
            return scored.Outputs;
        }
        catch (Exception exception)
        {
            split.Tally.Failed(arm);
            if (split.Tally.IsFirstFailure())
                LogFailure(logger, exception, model.Number, model.Name);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "Version {Version} of {Model} failed at a copy of a request; its caller had the champion's answer. Further failures of this stage are counted and not logged")]
    private static partial void LogFailure(ILogger logger, Exception exception, int version, string model);
}
