using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Serving;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>What became of a body of ground truth for an environment beside production.</summary>
/// <param name="Accepted">Labels of predictions of the rollout's present stage: both versions are judged by them.</param>
/// <param name="Unknown">Labels of no such prediction: of another stage, of one that has not been reported yet, or of more than are remembered.</param>
/// <param name="RejectedCount">Items that were not taken; <paramref name="Rejected"/> describes the first hundred.</param>
public sealed record StageTruthAnswer(long Accepted, long Unknown, long RejectedCount, IReadOnlyList<Rejection> Rejected);

/// <summary>Ground truth of an environment beside production. Its predictions are in no log: their answers are kept in memory for the stage of the rollout that compares versions there, and for nothing else.</summary>
internal static class StageTruth
{
    public static async Task<IResult> TakeAsync(string model, string name, HttpRequest request, ServingEnvironments environments, Settings settings, TimeProvider time, CancellationToken ct)
    {
        if (environments.Find(name) is not { } environment)
            return InvalidValue.Of("environment", name, settings.Environments.Words).ToProblem();
        var route = IngestionEndpoints.Route(environment.Router, model);
        if (route.Error is { } notServed)
            return notServed.ToProblem();
        if (route.Value.Split is not { } split)
            return new Conflict($"No rollout of model '{model}' compares versions in {name} now, and for nothing else is ground truth taken there.").ToProblem();
        if (!split.SharesTruth)
            return new Conflict($"Versions {split.Champion.Number} and {split.Challenger.Number} of model '{model}' have different tasks: no label says of both how wrong they are.").ToProblem();
        var items = JsonItems.Open(request, settings.Ingestion.MaxBodyBytes);
        if (items.Error is { } unreadable)
            return unreadable.ToProblem();
        await using var body = items.Value;
        var now = time.GetUtcNow();
        var rejections = new Rejections(null, split.Champion.ModelId, QualityKind.GroundTruthRejected, now);
        long accepted = 0, unknown = 0;
        var error = await IngestionEndpoints.ReadAsync(body, new LabelReader(split.Champion, now), rejections, batch =>
        {
            foreach (var label in batch)
                _ = split.TakeTruth(split.Traffic.Hash(label.Id), label.Value) ? accepted++ : unknown++;
            return Task.CompletedTask;
        }, ct);
        return IngestionEndpoints.Answer(new StageTruthAnswer(accepted, unknown, rejections.Count, rejections.Described), error, rejections, accepted + unknown);
    }
}
