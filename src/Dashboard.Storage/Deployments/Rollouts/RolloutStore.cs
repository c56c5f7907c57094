using System.Linq.Expressions;
using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Rollouts;

/// <summary>
/// Rollouts as rows. Every transition is written with compare-and-set on the revision it came from, together with its entry of the audit log and, where it changes what is live, with the change of
/// champion: one transaction, so that registry and rollout never disagree.
/// </summary>
public sealed class RolloutStore(IDbContextFactory<DashboardDb> factory, EnvironmentNames environments, NodeRoster roster, ModelClock clock, Notifications notifications, TimeProvider time)
{
    /// <summary>Approved and not over: loaded, or with traffic.</summary>
    internal static readonly Expression<Func<RolloutRow, bool>> IsActive = row => row.Phase != RolloutPhase.Draft && row.Phase != RolloutPhase.PendingApproval
        && row.Phase != RolloutPhase.Succeeded && row.Phase != RolloutPhase.RolledBack && row.Phase != RolloutPhase.Superseded;

    /// <summary>Adds a draft to the caller's context; it is stored when the caller saves.</summary>
    public async Task<Result<RolloutState>> CreateAsync(DashboardDb db, NewRollout order, CancellationToken ct)
    {
        if (order.Reason.Length > RolloutCommand.MaxReason)
            return InvalidValue.Of("reason", $"{order.Reason.Length} characters", $"at most {RolloutCommand.MaxReason} characters");
        if (!environments.Has(order.Environment))
            return InvalidValue.Of("environment", order.Environment, environments.Words);
        if (order.Plan.Strategy == RolloutStrategy.Rolling && roster.Of(order.Environment) is { Count: < 2 } nodes)
            return InvalidValue.Of("plan.strategy", "rolling", $"a strategy for one node (canary goes step by step, too): {order.Environment} has {(nodes.Count == 0 ? "no nodes" : "only the control room itself")} to roll across, and a node is added on the page Environments");
        if (await db.Models.Include(m => m.Versions).SingleOrDefaultAsync(m => m.Name == order.Model, ct) is not { } model)
            return new NotFound("model", order.Model);
        if (model.Versions.Find(v => v.Number == order.Version) is not { } version)
            return NotFound.In("model", order.Model, "version", order.Version.ToString());
        var history = await TargetHistory.ChangesAsync(db, order.Environment, model.Id, ct);
        var champion = TargetHistory.Standing(history) is [.., var live] ? model.Versions.Find(v => v.Id == live) : null;
        if (champion is null && order.Plan.Stages > 0)
            return new Conflict($"'{order.Model}' has no champion{(order.Environment == RolloutTarget.Production ? "" : $" in {order.Environment}")} yet, and the plan compares with one; expected a plan without stages (allAtOnce or blueGreen) for its first version.") { Field = "plan.strategy", Value = order.Plan.Strategy.ToString(), Expected = "allAtOnce or blueGreen" };
        if (champion?.Id == version.Id)
            return new Conflict($"Version {version.Number} is already the champion of '{order.Model}'{(order.Environment == RolloutTarget.Production ? "" : $" in {order.Environment}")}.") { Field = "version", Value = version.Number.ToString(), Expected = "another version" };
        var now = time.GetUtcNow();
        var skips = RecentVersions.SkipsSteps(Periods(history), version.Id, order.Plan.RecentlyLive, now);
        var draft = RolloutState.Draft(Guid.CreateVersion7(now), RolloutTarget.Of(order.Model, order.Environment), champion?.Number ?? 0, order.Version, order.Plan, now, skips);
        if (draft.Error is { } error)
            return error;
        var state = draft.Value;
        db.Rollouts.Add(new RolloutRow
        {
            Id = state.Id, ModelId = model.Id, VersionId = version.Id, ChampionId = champion?.Id, Environment = order.Environment, Phase = state.Phase, Revision = state.Revision,
            StateJson = state.ToJson(), By = order.By, Reason = order.Reason, CreatedAt = now, UpdatedAt = now,
        });
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = order.By, Action = "rollout.created", ModelName = order.Model, Subject = state.Id.ToString(),
            Summary = $"Drafted a {Words(order.Plan.Strategy)} of version {version.Number} of {order.Model} to {order.Environment}{(order.Reason.Length == 0 ? "." : $": {order.Reason}")}",
            AfterJson = ActivityEntry.Json(new { version = version.Number, version.Digest, champion = champion?.Number, order.Environment, planDigest = order.Plan.Digest, order.Plan }),
        });
        return state;
    }

    /// <summary>Carries out a command in a transaction of its own, and tells of it.</summary>
    public async Task<Result<RolloutChange>> ApplyAsync(Guid rollout, RolloutCommand command, CancellationToken ct) =>
        await ChangeAsync(rollout, (db, row, state, inner) => ApplyAsync(db, row, state, command, inner), ct);

    /// <summary>Carries out a command in the caller's context and transaction; it is stored when the caller saves, and the caller tells of it.</summary>
    public async Task<Result<RolloutChange>> ApplyAsync(DashboardDb db, Guid rollout, RolloutCommand command, CancellationToken ct)
    {
        var found = await LoadAsync(db, rollout, ct);
        return found.Error is { } error ? error : await ApplyAsync(db, found.Value.Row, found.Value.State, command, ct);
    }

    /// <summary>What time and analysis bring about; see <see cref="RolloutMachine.Tick"/>.</summary>
    /// <param name="report">A look at the stage that the rollout is in; null: there was none.</param>
    /// <param name="seen">The revision that was looked at.</param>
    /// <param name="waitingFor">See <see cref="RolloutMachine.Tick"/>.</param>
    public async Task<Result<RolloutChange>> TickAsync(Guid rollout, long seen, StageReport? report, string? waitingFor, CancellationToken ct) =>
        await ChangeAsync(rollout, async (db, row, state, inner) =>
        {
            if (state.Revision != seen)
                return new StaleRevision(seen, state.Revision);
            var ticked = RolloutMachine.Tick(state, report, time.GetUtcNow(), waitingFor);
            if (ticked.Error is { } error)
                return error;
            if (report is not null)
            {
                row.ReportJson = CanonicalJson.Serialize(report with { Evidence = StageEvidence.None });
                row.Looks++;
            }

            await StoreAsync(db, row, state, ticked.Value, inner);
            return ticked.Value;
        }, ct);

    public async Task<Result<RolloutView>> FindAsync(Guid rollout, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await ViewsAsync(db, db.Rollouts.AsNoTracking().Where(r => r.Id == rollout), ct);
        return rows is [var found] ? found : new NotFound("rollout", rollout.ToString());
    }

    /// <summary>Rollouts that are loaded or have traffic: approved and not over.</summary>
    public async Task<IReadOnlyList<RolloutView>> ActiveAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await ActiveAsync(db, ct);
    }

    /// <inheritdoc cref="ActiveAsync(CancellationToken)"/>
    internal static Task<List<RolloutView>> ActiveAsync(DashboardDb db, CancellationToken ct) =>
        ViewsAsync(db, db.Rollouts.AsNoTracking().Where(IsActive), ct);

    /// <summary>Rollouts that are under way, and those that ended since a time; the one that changed last first.</summary>
    public async Task<IReadOnlyList<RolloutView>> NewsAsync(DateTimeOffset since, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var active = await ActiveAsync(db, ct);
        var ended = await ViewsAsync(db, db.Rollouts.AsNoTracking().Where(r => r.UpdatedAt >= since && (r.Phase == RolloutPhase.Succeeded || r.Phase == RolloutPhase.RolledBack || r.Phase == RolloutPhase.Superseded)), ct);
        return [.. active.Concat(ended).OrderByDescending(one => one.UpdatedAt)];
    }

    /// <summary>The rollouts of a model, newest first, at most a hundred. What was rejected, withdrawn or left to expire never became one, and is no draft that waits for something either: it is found by its request.</summary>
    public async Task<IReadOnlyList<RolloutView>> ListAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await ViewsAsync(db, db.Rollouts.AsNoTracking().Where(r => r.Phase != RolloutPhase.Draft && db.Models.Any(m => m.Id == r.ModelId && m.Name == model)).OrderByDescending(r => r.CreatedAt).Take(100), ct);
    }

    /// <summary>All transitions of a rollout, oldest first.</summary>
    public async Task<IReadOnlyList<RolloutTransition>> HistoryAsync(Guid rollout, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.RolloutEvents.AsNoTracking().Where(e => e.RolloutId == rollout).OrderBy(e => e.Revision).Select(e => e.TransitionJson).ToListAsync(ct);
        return [.. rows.Select(CanonicalJson.Deserialize<RolloutTransition>)];
    }

    private async Task<Result<RolloutChange>> ChangeAsync(Guid rollout, Func<DashboardDb, RolloutRow, RolloutState, CancellationToken, Task<Result<RolloutChange>>> change, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        // SQLite takes its write lock here: what is read below is what is written upon.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await LoadAsync(db, rollout, ct);
        if (found.Error is { } error)
            return error;
        var (row, state) = found.Value;
        var changed = await change(db, row, state, ct);
        if (!changed.IsSuccess)
            return changed;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new StaleRevision(state.Revision, changed.Value.State.Revision);
        }

        await transaction.CommitAsync(ct);
        var model = await db.Models.Where(m => m.Id == row.ModelId).Select(m => m.Name).SingleAsync(ct);
        notifications.Publish(new(changed.Value.Transition is null ? Topics.Rollouts : Topics.Deployments, model, rollout.ToString()));
        return changed;
    }

    private async Task<Result<RolloutChange>> ApplyAsync(DashboardDb db, RolloutRow row, RolloutState state, RolloutCommand command, CancellationToken ct)
    {
        var applied = RolloutMachine.Apply(state, command, time.GetUtcNow());
        if (applied.Error is { } error)
            return error;
        if (command.Action == RolloutAction.Approve && applied.Value.Transition is not null
            && OneAtATime.Check(state, (await ActiveAsync(db, ct)).Select(other => other.State)) is { } busy)
            return busy;
        if (state.Champion == 0 && applied.Value.State.Phase == RolloutPhase.Aborting && state.Live == state.Challenger)
            return new Conflict($"Version {state.Challenger} is the first champion of its model: there is no version before it to return to.");
        await StoreAsync(db, row, state, applied.Value, ct);
        return applied;
    }

    private async Task StoreAsync(DashboardDb db, RolloutRow row, RolloutState before, RolloutChange change, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        (row.StateJson, row.Phase, row.Revision) = (change.State.ToJson(), change.State.Phase, change.State.Revision);
        if (change.Transition is not { } transition)
            return;
        row.UpdatedAt = now;
        if (change.State.Stage != before.Stage)
            row.ReportJson = null;
        var model = await db.Models.AsNoTracking().Where(m => m.Id == row.ModelId).Select(m => m.Name).SingleAsync(ct);
        db.RolloutEvents.Add(new() { RolloutId = row.Id, Revision = transition.Revision, At = transition.At, TransitionJson = CanonicalJson.Serialize(transition with { Report = transition.Report is { } report ? report with { Evidence = StageEvidence.None } : null }) });
        var actor = transition.Actor ?? "rollout analysis";
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = actor, Action = $"rollout.{Kebab(transition.To)}", ModelName = model, Subject = row.Id.ToString(),
            Summary = $"Rollout of version {before.Challenger} of {model}: {RolloutWords.Of(transition.To)}{(transition.To == RolloutPhase.Step ? $" {transition.StepIndex + 1}" : "")} at {transition.WeightAfter}. {transition.Reason}",
            BeforeJson = ActivityEntry.Json(new { phase = transition.From, weight = transition.WeightBefore, revision = before.Revision }),
            AfterJson = ActivityEntry.Json(new { phase = transition.To, weight = transition.WeightAfter, revision = transition.Revision }),
        });
        if (before.Live != change.State.Live)
            await SwitchAsync(db, model, row, change.State, actor, transition.Reason, now, ct);
    }

    private async Task SwitchAsync(DashboardDb db, string model, RolloutRow row, RolloutState state, string actor, string reason, DateTimeOffset now, CancellationToken ct)
    {
        var versions = await db.ModelVersions.AsNoTracking().Where(v => v.ModelId == row.ModelId).ToListAsync(ct);
        var (champion, challenger) = (versions.Find(v => v.Id == row.ChampionId), versions.Single(v => v.Id == row.VersionId));
        var promotes = state.Live == state.Challenger;
        if (!promotes && champion is null)
            return;
        var shortened = reason.Length <= ChampionSwitch.MaxReason ? reason : reason[..ChampionSwitch.MaxReason];
        var (kind, from, to) = promotes ? (DeploymentKind.Promotion, champion, challenger) : (DeploymentKind.Rollback, challenger, champion!);
        if (row.Environment == RolloutTarget.Production)
            await ChampionRecord.WriteAsync(db, model, kind, from, to, actor, shortened, await clock(model, ct), now, ct);
        else
            ChampionRecord.WriteElsewhere(db, row.Environment, model, kind, from, to, actor, shortened, now);
    }

    private static async Task<Result<(RolloutRow Row, RolloutState State)>> LoadAsync(DashboardDb db, Guid rollout, CancellationToken ct)
    {
        if (await db.Rollouts.SingleOrDefaultAsync(r => r.Id == rollout, ct) is not { } row)
            return new NotFound("rollout", rollout.ToString());
        var state = RolloutState.Parse(row.StateJson);
        return state.Error is { } error ? error : (row, state.Value);
    }

    private static async Task<List<RolloutView>> ViewsAsync(DashboardDb db, IQueryable<RolloutRow> rows, CancellationToken ct)
    {
        var found = await rows.Join(db.Models, row => row.ModelId, model => model.Id, (row, model) => new { row, model.Name }).ToListAsync(ct);
        return [.. found.Select(one => new RolloutView(one.Name, one.row.Environment, RolloutState.Parse(one.row.StateJson).Value,
            one.row.ReportJson is { } json ? CanonicalJson.Deserialize<StageReport>(json) : null, one.row.By, one.row.Reason, one.row.CreatedAt, one.row.UpdatedAt))];
    }

    /// <summary>When versions were live until something took their place. What was taken back is known as well, but not as good: it goes through the steps again.</summary>
    private static IEnumerable<LivePeriod> Periods(List<TargetChange> history) =>
        history.Select((change, i) => (change, Next: i + 1 < history.Count ? history[i + 1] : null)).Where(pair => pair.Next?.Kind != DeploymentKind.Rollback)
            .Select(pair => new LivePeriod(pair.change.ToVersionId, pair.change.At, pair.Next?.At));

    private static string Kebab(RolloutPhase phase) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(phase.ToString());

    private static string Words(RolloutStrategy strategy) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(strategy.ToString()) + " rollout";
}
