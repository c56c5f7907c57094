using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Serving;

namespace Dashboard.Storage.Deployments.Rollouts;

/// <summary>What a person asks of a rollout that is under way: stored first, then in force; an abort the other way about.</summary>
public sealed class RolloutCommands(RolloutStore store, EnvironmentSwitch switches, ServingEnvironments environments)
{
    /// <summary>What a person may ask of a rollout now. Before it is approved all is asked of its request, which must not be left behind open.</summary>
    public static IReadOnlyList<RolloutAction> Possible(RolloutState state) => IsBeforeApproval(state) ? [] : RolloutMachine.Possible(state, CommandSource.Person);

    /// <param name="model">The model that the rollout is expected to be of.</param>
    /// <param name="revision">The revision that the person saw.</param>
    /// <param name="command">The same again is the same command, for callers that lost the answer; null: a new one.</param>
    /// <returns>The rollout as it is afterwards.</returns>
    public async Task<Result<RolloutView>> GiveAsync(string model, Guid rollout, RolloutAction action, long revision, string actor, string? reason, Guid? command, CancellationToken ct)
    {
        var found = await store.FindAsync(rollout, ct);
        if (found.Error is { } unknown)
            return unknown;
        if (found.Value.Model != model)
            return NotFound.In("model", model, "rollout", rollout.ToString());
        var order = new RolloutCommand(command ?? Guid.NewGuid(), revision, action, CommandSource.Person, actor, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim());
        var state = found.Value.State;
        if (IsBeforeApproval(state))
            return new Conflict($"The rollout is not approved{(state.Phase == RolloutPhase.PendingApproval ? " yet; expected a decision on its request, which can be approved, rejected and withdrawn" : ", so there is nothing to ask of it")}.");
        // Refused before anything is taken out of traffic; whoever saw an older state of a rollout that goes on must look again.
        if (action == RolloutAction.Abort && !state.Commands.Contains(order.Id) && RolloutMachine.Apply(state, order, state.Since).Error is { } refused)
            return refused;
        if (action == RolloutAction.Abort && !state.IsTerminal)
        {
            var aborted = await switches.RollBackAsync(found.Value.Environment, new(model, actor, order.Reason ?? ""), ct);
            if (aborted.Error is { } error)
                return error;
            return await store.FindAsync(rollout, ct);
        }

        var applied = await store.ApplyAsync(rollout, order, ct);
        if (applied.Error is { } fault)
            return fault;
        if (environments.Find(found.Value.Environment) is { } target)
            await target.Serving.SynchroniseAsync(ct);
        return await store.FindAsync(rollout, ct);
    }

    private static bool IsBeforeApproval(RolloutState state) => state.Phase is RolloutPhase.Draft or RolloutPhase.PendingApproval;
}
