using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Training;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Policies;

/// <summary>What a policy wanted and could not do.</summary>
public sealed record PolicyRefused(string Model, string Wanted, Error Error);

/// <summary>
/// Does what a model's policy says may happen without a person; each is off until somebody turns it on. What was done is found again in the database, so a round may be repeated, and a host that is
/// started anew does nothing twice.
/// </summary>
public sealed class AutomaticPolicies(IDbContextFactory<DashboardDb> factory, PolicyStore policies, RolloutStore rollouts, RequestStore requests, Retraining retraining, MonitoringQueries monitoring, ServingHost serving,
    TimeProvider time) : IDisposable
{
    /// <summary>Between two trainings that a policy starts for a model.</summary>
    public static readonly TimeSpan BetweenTrainings = TimeSpan.FromHours(24);

    /// <summary>How much of the newest labelled past a policy trains on.</summary>
    public static readonly TimeSpan TrainingWindow = TimeSpan.FromDays(30);

    private static readonly Actor Policy = Actor.Operator(PromotionPolicy.Actor);

    /// <summary>One round at a time: two would both find that nothing was done yet.</summary>
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Looks at every model once.</summary>
    /// <returns>What could not be done.</returns>
    public async Task<IReadOnlyList<PolicyRefused>> RoundAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await LookAsync(ct);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<List<PolicyRefused>> LookAsync(CancellationToken ct)
    {
        List<PolicyRefused> refused = [];
        foreach (var model in await ModelsAsync(ct))
        {
            var found = await policies.FindAsync(model, RolloutTarget.Production, ct);
            // A model that was removed meanwhile has no policy.
            if (!found.IsSuccess)
                continue;
            var automatic = found.Value.Policy.Automatic;
            if (automatic.RollBackOnGuardAlert && await RollBackAsync(model, ct) is { } kept)
                refused.Add(new(model, "roll back", kept));
            if ((automatic.RetrainOnDrift || automatic.RetrainOnLoss) && await RetrainAsync(model, automatic, ct) is { } untrained)
                refused.Add(new(model, "retrain", untrained));
            if (automatic.ProposeWinningChallenger && await ProposeAsync(model, automatic, ct) is { } unproposed)
                refused.Add(new(model, "propose", unproposed));
            if (automatic.PromoteWithoutPeople && await LetGoAsync(model, ct) is { } stuck)
                refused.Add(new(model, "promote", stuck));
        }

        return refused;
    }

    /// <summary>A critical alert that began while the rollout had traffic takes its version back.</summary>
    private async Task<Error?> RollBackAsync(string model, CancellationToken ct)
    {
        if ((await rollouts.ActiveAsync(ct)).FirstOrDefault(one => one.Model == model && one.Environment == RolloutTarget.Production) is not { } rollout || rollout.State.Phase == RolloutPhase.Aborting)
            return null;
        if ((await rollouts.HistoryAsync(rollout.State.Id, ct)).FirstOrDefault(step => step.To is RolloutPhase.Shadow or RolloutPhase.Step or RolloutPhase.Promoting)?.At is not { } since)
            return null;
        await using var db = await factory.CreateDbContextAsync(ct);
        var guard = await db.AlertFirings.AsNoTracking().Where(f => f.Incident.Model.Name == model && f.Severity == AlertSeverity.Critical && f.ResolvedAt == null && f.FiredAt >= since).OrderBy(f => f.Id).FirstOrDefaultAsync(ct);
        if (guard is null)
            return null;
        var applied = await rollouts.ApplyAsync(rollout.State.Id,
            new(Guid.NewGuid(), rollout.State.Revision, RolloutAction.Abort, CommandSource.Policy, PromotionPolicy.Actor, $"The guard alert '{guard.RuleName}' fires (incident {guard.IncidentId}): {guard.Situation}"), ct);
        if (applied.Error is { } error)
            return error is StaleRevision ? null : error;
        await serving.SynchroniseAsync(ct);
        return null;
    }

    /// <summary>Drift or loss that fires starts a training on the newest labelled past; once, however long it fires.</summary>
    private async Task<Error?> RetrainAsync(string model, AutomaticActions automatic, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var firing = await db.AlertFirings.AsNoTracking().Where(f => f.Incident.Model.Name == model && f.ResolvedAt == null).OrderBy(f => f.Id).ToListAsync(ct);
        if (firing.Find(one => Concerns(one.Definition.Signal.Kind, automatic)) is not { } cause)
            return null;
        var latest = time.GetUtcNow() - BetweenTrainings;
        if (await db.Jobs.AnyAsync(j => j.ModelName == model && (j.Status == JobStatus.Queued || j.Status == JobStatus.Running || (j.RequestedBy == PromotionPolicy.Actor && (j.CreatedAt >= latest || j.CreatedAt >= cause.FiredAt))), ct))
            return null;
        if (await monitoring.SpanAsync(model, ct) is not { } span)
            return new Conflict($"'{model}' has no events to train on.");
        var window = new EventWindow(span.Newest - TrainingWindow, span.Newest.AddMilliseconds(1));
        return (await retraining.StartAsync(model, new(Window: window, Reason: $"policy: '{cause.RuleName}' fires (incident {cause.IncidentId})"), PromotionPolicy.Actor, ct)).Error;
    }

    /// <summary>A challenger that was better on held-out rows is proposed, once.</summary>
    private async Task<Error?> ProposeAsync(string model, AutomaticActions automatic, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var aliases = await db.ModelAliases.AsNoTracking().Where(a => db.Models.Any(m => m.Id == a.ModelId && m.Name == model)).ToListAsync(ct);
        if (aliases.Find(a => a.Alias == ModelAlias.Challenger) is not { } challenger || aliases.Find(a => a.Alias == ModelAlias.Champion) is not { } champion)
            return null;
        var versions = await db.ModelVersions.AsNoTracking().Where(v => v.Id == challenger.VersionId || v.Id == champion.VersionId).ToDictionaryAsync(v => v.Id, ct);
        if (versions[challenger.VersionId].ComparisonJson is not { } json || CanonicalJson.Deserialize<ChallengerComparison>(json) is not { Verdict: ComparisonVerdict.Better } won
            || won.ChampionVersion != versions[champion.VersionId].Number || await db.PromotionRequests.AnyAsync(r => r.VersionId == challenger.VersionId && r.Environment == RolloutTarget.Production, ct))
            return null;
        var plan = StandardPlans.Of(RolloutStrategy.Canary, CanonicalJson.Deserialize<ModelManifest>(versions[challenger.VersionId].ManifestJson).Task) with { AutomaticPromotion = automatic.PromoteWithoutPeople };
        return (await requests.ProposeAsync(new(model, versions[challenger.VersionId].Number, RolloutTarget.Production, plan, won.Sentence), Policy, ct)).Error;
    }

    /// <summary>What a policy proposed goes without people once its evidence is there.</summary>
    private async Task<Error?> LetGoAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var ready = await db.PromotionRequests.AsNoTracking().Where(r => r.Model.Name == model && r.State == RequestState.Open && r.ProposedBy == PromotionPolicy.Actor && r.ProposedById == null && r.Digest != null).Select(r => r.Id).ToListAsync(ct);
        Error? first = null;
        foreach (var id in ready)
            first ??= (await requests.PromoteByPolicyAsync(id, "a challenger that wins, on its way as a canary.", ct)).Error;
        return first;
    }

    private async Task<IReadOnlyList<string>> ModelsAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Models.AsNoTracking().Select(m => m.Name).ToListAsync(ct);
    }

    private static bool Concerns(SignalKind kind, AutomaticActions automatic) => kind switch
    {
        SignalKind.DriftedImportance or SignalKind.DriftedInputs or SignalKind.InputDrift or SignalKind.ModelDrift or SignalKind.PredictionDrift => automatic.RetrainOnDrift,
        SignalKind.Metric or SignalKind.MetricLoss or SignalKind.EstimatedMetric or SignalKind.EstimatedLoss or SignalKind.ConceptDrift => automatic.RetrainOnLoss,
        _ => false,
    };
}
