using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>Rolls back in any environment: in production as <see cref="ChampionSwitch"/> does, elsewhere by the same swap first and the same rules.</summary>
public sealed class EnvironmentSwitch(IDbContextFactory<DashboardDb> factory, ServingEnvironments environments, EnvironmentNames names, RolloutStore rollouts, ChampionSwitch champions, Notifications notifications, TimeProvider time)
{
    /// <summary>Takes what is new out of an environment: a rollout under way is aborted, otherwise the version before the present one returns.</summary>
    public async Task<Result<ChampionChanged>> RollBackAsync(string environment, SwitchOrder order, CancellationToken ct)
    {
        if (environment == RolloutTarget.Production)
            return await champions.RollBackAsync(order, ct);
        if (environments.Find(environment) is not { } target)
            return InvalidValue.Of("environment", environment, names.Words);
        if (order.Reason.Length > ChampionSwitch.MaxReason)
            return InvalidValue.Of("reason", $"{order.Reason.Length} characters", $"at most {ChampionSwitch.MaxReason} characters");
        // The swap comes first here, too; where the decision cannot be stored after it, what answers stays as it is now until one can.
        if (target.Serving.Answers(order.Model, order.ExpectedChampion))
            target.Serving.ReturnAtOnce(order.Model);
        var stored = await StoreAsync(environment, order, ct);
        target.Serving.Settle(order.Model);
        await target.Serving.SynchroniseAsync(ct);
        if (stored.IsSuccess)
            notifications.Publish(new(Topics.Deployments, order.Model, stored.Value.To.ToString()));
        return stored;
    }

    private async Task<Result<ChampionChanged>> StoreAsync(string environment, SwitchOrder order, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.AsNoTracking().Include(m => m.Versions).SingleOrDefaultAsync(m => m.Name == order.Model, ct) is not { } model)
            return new NotFound("model", order.Model);
        if ((await RolloutStore.ActiveAsync(db, ct)).Find(rollout => rollout.Model == order.Model && rollout.Environment == environment)?.State is { } state)
            return await AbortAsync(environment, order, state, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (TargetHistory.Standing(await TargetHistory.ChangesAsync(db, environment, model.Id, ct)) is not [.., var before, var live])
            return new Conflict($"'{order.Model}' has no version before the present one in {environment} to return to.") { Field = "model", Value = order.Model, Expected = "a model with a version that replaced another" };
        ModelVersion from = model.Versions.Single(v => v.Id == live), to = model.Versions.Single(v => v.Id == before);
        if (order.ExpectedChampion is { } expected && expected != from.Number)
            return new Conflict($"In {environment} version {from.Number} of '{order.Model}' is live by now, not version {expected}; look again before changing it.") { Field = "expectedChampion", Value = expected.ToString(), Expected = from.Number.ToString() };
        var now = time.GetUtcNow();
        ChampionRecord.WriteElsewhere(db, environment, order.Model, DeploymentKind.Rollback, from, to, order.By, order.Reason, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new ChampionChanged(order.Model, DeploymentKind.Rollback, from.Number, to.Number, now);
    }

    private async Task<Result<ChampionChanged>> AbortAsync(string environment, SwitchOrder order, RolloutState state, CancellationToken ct)
    {
        if (state.Phase != RolloutPhase.Aborting)
        {
            var aborted = await rollouts.ApplyAsync(state.Id, new(Guid.NewGuid(), state.Revision, RolloutAction.Abort, CommandSource.Person, order.By, order.Reason.Length == 0 ? null : order.Reason), ct);
            // It moved between look and command; what is wanted is the same wherever it is by now.
            if (aborted.Error is StaleRevision)
                return await StoreAsync(environment, order, ct);
            if (aborted.Error is { } error)
                return error;
        }

        return new ChampionChanged(order.Model, DeploymentKind.Rollback, state.Challenger, state.Champion, time.GetUtcNow());
    }
}
