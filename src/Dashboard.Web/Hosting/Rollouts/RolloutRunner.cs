using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Serving;
using Dashboard.Web.Hosting.Nodes;

namespace Dashboard.Web.Hosting.Rollouts;

/// <summary>
/// Brings rollouts forward: loads what was approved, looks at the traffic of both versions, and lets time and evidence decide. Everything it knows is in the database, so a host that is started
/// again goes on where the last one was.
/// </summary>
internal sealed partial class RolloutRunner(RolloutStore store, ServingEnvironments environments, NodeDirectory nodes, ChampionSwitch champions, PendingRollbacks pending, Settings settings, TimeProvider time,
    ILogger<RolloutRunner> logger) : BackgroundService
{
    private const string Host = "host";

    private static readonly Result<RolloutChange?> Unchanged = (RolloutChange?)null;

    /// <summary>More transitions than this in one look there cannot be: from warming over all stages with nothing to wait for.</summary>
    private const int MostTransitions = 16;

    /// <summary>What was said last of each rollout that cannot go on, so that it is said once and not with every look.</summary>
    private readonly Dictionary<Guid, string> refusals = [];
    private bool unstored;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.Rollouts.LookSeconds), time);
        try
        {
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; rollouts go on at the next start.
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            await StorePendingAsync(ct);
            foreach (var rollout in await store.ActiveAsync(ct))
                await AdvanceAsync(rollout, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // What answers goes on answering as it does; the next look tries again.
            LogFailure(logger, fault);
        }
    }

    private async Task StorePendingAsync(CancellationToken ct)
    {
        if (pending.All.Count == 0)
            return;
        var (fault, refused) = await champions.StorePendingAsync(ct);
        foreach (var (rollback, error) in refused)
            LogNotStored(logger, rollback.Model, rollback.To, error.Message);
        if (fault is not null && !unstored)
            LogUnstored(logger, fault);
        unstored = fault is not null;
    }

    private async Task AdvanceAsync(RolloutView rollout, CancellationToken ct)
    {
        if (environments.Find(rollout.Environment) is not { } environment)
        {
            // The setting was changed while a rollout was under way there; it waits for the environment to come back.
            TellRefusal(rollout, $"the installation has no environment '{rollout.Environment}' any more");
            return;
        }

        for (var i = 0; i < MostTransitions; i++)
        {
            var changed = await OnceAsync(rollout, environment, ct);
            if (changed.Error is StaleRevision or NotFound)
                return; // Somebody was faster, or has removed the model with its rollouts; the next look sees what they did.
            if (changed.Error is { } error)
            {
                TellRefusal(rollout, error.Message);
                return;
            }

            refusals.Remove(rollout.State.Id);
            if (changed.Value?.Transition is not { } transition)
                return;
            LogMoved(logger, rollout.Model, rollout.State.Challenger, transition.From, transition.To, transition.WeightAfter.ToString(), transition.Reason);
            await environment.Serving.SynchroniseAsync(ct);
            if ((await store.FindAsync(rollout.State.Id, ct)) is not { IsSuccess: true, Value: { State.IsTerminal: false } next })
                return;
            rollout = next;
        }
    }

    private void TellRefusal(RolloutView rollout, string reason)
    {
        if (refusals.GetValueOrDefault(rollout.State.Id) == reason)
            return;
        refusals[rollout.State.Id] = reason;
        LogRefused(logger, rollout.State.Id, rollout.Model, reason);
    }

    /// <summary>One transition, or one look that is stored.</summary>
    /// <returns>Null: nothing was new.</returns>
    private async Task<Result<RolloutChange?>> OnceAsync(RolloutView rollout, ServingEnvironment environment, CancellationToken ct)
    {
        var state = rollout.State;
        var route = environment.Router.Current.Models.GetValueOrDefault(rollout.Model);
        switch (state.Phase)
        {
            case RolloutPhase.Warming when await WarmAsync(rollout, environment, ct) is { } command:
                return Changed(await store.ApplyAsync(state.Id, command, ct));
            case RolloutPhase.Promoting when route?.Champion?.Number == state.Challenger && AllNodesHaveIt(rollout):
                return Changed(await store.ApplyAsync(state.Id, Command(state, RolloutAction.Switched), ct));
            case RolloutPhase.Aborting when route is null || (route.Split is null && route.Champion?.Number != state.Challenger && AllNodesHaveIt(rollout)):
                return Changed(await store.ApplyAsync(state.Id, Command(state, RolloutAction.Drained), ct));
            default:
                return await TickAsync(rollout, route, ct);
        }
    }

    /// <summary>Whether every node that speaks does what it is to do. One that is silent is not waited for: it gets its orders before anything else when it is back.</summary>
    private bool AllNodesHaveIt(RolloutView rollout) => nodes.Missing(rollout.Environment, rollout.Model, silentToo: false) is null;

    private async Task<Result<RolloutChange?>> TickAsync(RolloutView rollout, ModelRoute? route, CancellationToken ct)
    {
        var state = rollout.State;
        StageReport? report = null;
        if (state.Compares && route?.Split is { } split && split.Rollout == state.Id && split.Stage == state.Stage)
        {
            var look = state.Analyse(split.Tally.Look(state.Plan, state.Stage, time.GetUtcNow(), split.Bins?.Phrases));
            if (look.Error is { } error)
                return error;
            report = look.Value;
        }

        // Node after node: the next has its turn when all have done theirs.
        var waitingFor = state.Plan.Strategy == RolloutStrategy.Rolling && state.Compares ? nodes.Missing(rollout.Environment, rollout.Model, silentToo: true) : null;
        var expected = RolloutMachine.Tick(state, report, time.GetUtcNow(), waitingFor);
        if (expected.Error is { } refused)
            return refused;
        // What was counted before needs no second writing.
        return expected.Value.Transition is null && (report is null || (rollout.Report is not null && Counts(report.Evidence) == Counts(state.Evidence)))
            ? Unchanged
            : Changed(await store.TickAsync(state.Id, state.Revision, report, waitingFor, ct));
    }

    private async Task<RolloutCommand?> WarmAsync(RolloutView rollout, ServingEnvironment environment, CancellationToken ct)
    {
        var state = rollout.State;
        var faults = await environment.Serving.SynchroniseAsync(ct);
        if (environment.Router.Current.Models.GetValueOrDefault(rollout.Model) is not { } route)
            return null;
        if (route.Versions.ContainsKey(state.Challenger))
            return AllNodesHaveIt(rollout) ? Command(state, RolloutAction.Warmed) : null;
        return Command(state, RolloutAction.WarmingFailed, $"Version {state.Challenger} cannot be loaded. {string.Join(' ', faults.Where(fault => fault.Model == rollout.Model).Select(fault => fault.Error.Message))}".TrimEnd());
    }

    private static RolloutCommand Command(RolloutState state, RolloutAction action, string? reason = null) => new(Guid.NewGuid(), state.Revision, action, CommandSource.Host, Host, reason);

    private static Result<RolloutChange?> Changed(Result<RolloutChange> changed) => changed.Error is { } error ? error : changed.Value;

    private static long Counts(StageEvidence evidence) => evidence.Metrics.Sum(metric => metric.Champion.Count + metric.Challenger.Count);

    [LoggerMessage(LogLevel.Information, "Rollout of {Model} version {Version}: {From} to {To} at {Weight}. {Reason}")]
    private static partial void LogMoved(ILogger logger, string model, int version, RolloutPhase from, RolloutPhase to, string weight, string reason);

    [LoggerMessage(LogLevel.Error, "Rollout {Rollout} of {Model} could not be brought forward: {Reason}")]
    private static partial void LogRefused(ILogger logger, Guid rollout, string model, string reason);

    [LoggerMessage(LogLevel.Error, "Rollouts could not be looked at; trying again")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The rollback of {Model} to version {Version}, in force while the database could not be written, was refused when it could: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string model, int version, string reason);

    [LoggerMessage(LogLevel.Error, "A rollback is in force and cannot be stored yet; trying again until it can")]
    private static partial void LogUnstored(ILogger logger, Exception exception);
}
