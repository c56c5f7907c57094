using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

public sealed partial class ChampionSwitch
{
    /// <summary>How long a rollback that is already in force waits to be stored before it is answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Takes what is new out of traffic: a rollout that is under way is aborted, otherwise the champion before the present one returns; once more, the one before that.
    /// Where the version is in memory the swap comes first, and a database that cannot be written does not stand in the way: the decision is stored as soon as it can be.
    /// </summary>
    public async Task<Result<ChampionChanged>> RollBackAsync(SwitchOrder order, CancellationToken ct)
    {
        if (order.Reason.Length > MaxReason)
            return InvalidValue.Of("reason", $"{order.Reason.Length} characters", $"at most {MaxReason} characters");
        if (!serving.Answers(order.Model, order.ExpectedChampion) || serving.ReturnAtOnce(order.Model) is not var (now, gone))
            return await StoreRollBackAsync(order, ct);
        var at = time.GetUtcNow();
        notifications.Publish(new(Topics.Deployments, order.Model, now.Number.ToString()));
        // What is in force is stored whether or not whoever asked goes on waiting.
        var storing = Task.Run(() => StoreInForceAsync(order, now.Number, gone.Number, at), CancellationToken.None);
        return await Task.WhenAny(storing, Task.Delay(Patience, time, ct)) == storing
            ? await storing
            : new ChampionChanged(order.Model, DeploymentKind.Rollback, gone.Number, now.Number, at, "The database has not answered yet; it is stored as soon as it does.");
    }

    /// <summary>Tries once more to store what could not be stored.</summary>
    /// <returns>What is in the way still (null: nothing is left to store), and what the registry has refused, since somebody decided otherwise meanwhile: it is in force no more.</returns>
    public async Task<(Exception? Fault, IReadOnlyList<(PendingRollback Rollback, Error Error)> Refused)> StorePendingAsync(CancellationToken ct)
    {
        List<(PendingRollback, Error)> refused = [];
        foreach (var one in pending.All)
        {
            try
            {
                var stored = await StoreRollBackAsync(new(one.Model, one.By, Shorten($"{one.Reason}{(one.Reason.Length == 0 ? "" : " ")}(in force since {one.At:u}; the database could not be written)"), null, one.EventTime), ct);
                pending.Remove(one);
                await SettleAsync(one.Model, ct);
                if (stored.Error is { } error)
                    refused.Add((one, error));
                else
                    notifications.Publish(new(Topics.Deployments, one.Model, one.To.ToString()));
            }
            catch (Exception fault) when (PendingRollbacks.IsStorageFault(fault))
            {
                return (fault, refused);
            }
        }

        return (null, refused);
    }

    private async Task<Result<ChampionChanged>> StoreInForceAsync(SwitchOrder order, int now, int gone, DateTimeOffset at)
    {
        try
        {
            var stored = await StoreRollBackAsync(order, CancellationToken.None);
            // Refused: somebody else decided in the meantime, and the registry says what.
            await SettleAsync(order.Model, CancellationToken.None);
            return stored;
        }
        catch (Exception fault) when (PendingRollbacks.IsStorageFault(fault))
        {
            var lost = pending.Add(new(order.Model, gone, now, order.By, order.Reason, at, order.EventTime));
            return new ChampionChanged(order.Model, DeploymentKind.Rollback, gone, now, at,
                $"The database cannot be written ({fault.GetBaseException().Message}); it is tried again until it can.{(lost is null ? "" : $" Nor can a note be left beside it ({lost.Message}): a restart before that would bring version {gone} back.")}");
        }
    }

    private async Task SettleAsync(string model, CancellationToken ct)
    {
        serving.Settle(model);
        await serving.SynchroniseAsync(ct);
    }

    private async Task<Result<ChampionChanged>> StoreRollBackAsync(SwitchOrder order, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.AsNoTracking().Include(m => m.Versions).SingleOrDefaultAsync(m => m.Name == order.Model, ct) is not { } model)
            return new NotFound("model", order.Model);
        if ((await RolloutStore.ActiveAsync(db, ct)).Find(rollout => rollout.Model == order.Model && rollout.Environment == RolloutTarget.Production) is { } rollout)
            return await AbortAsync(order, rollout.State, ct);
        return await StandingAsync(db, model.Id, ct) is [.., var before, _]
            ? await SwitchAsync(db, order, DeploymentKind.Rollback, model, model.Versions.Single(v => v.Id == before), ct)
            : new Conflict($"'{order.Model}' has no champion before the present one to return to.") { Field = "model", Value = order.Model, Expected = "a model with a champion that replaced another" };
    }

    private async Task<Result<ChampionChanged>> AbortAsync(SwitchOrder order, RolloutState state, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (state.Phase != RolloutPhase.Aborting)
        {
            var aborted = await rollouts.ApplyAsync(state.Id, new(Guid.NewGuid(), state.Revision, RolloutAction.Abort, CommandSource.Person, order.By, order.Reason.Length == 0 ? null : order.Reason), ct);
            // It moved between look and command; what is wanted is the same wherever it is by now.
            if (aborted.Error is StaleRevision)
                return await StoreRollBackAsync(order, ct);
            if (aborted.Error is { } error)
                return error;
        }

        return new ChampionChanged(order.Model, DeploymentKind.Rollback, state.Challenger, state.Champion, now);
    }

    private static string Shorten(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason];
}
