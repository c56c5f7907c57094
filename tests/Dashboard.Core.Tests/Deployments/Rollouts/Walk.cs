using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Tests.Deployments.Rollouts;

/// <summary>A rollout on its way, with every transition so far.</summary>
internal sealed class Walk
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public Walk(RolloutPlan plan, bool skipsSteps = false) => State = RolloutState.Draft(new("6e1e2f0c-53a1-4b5e-9f57-1d3c8f0a7b11"), "delays/production", 1, 2, plan, Start, skipsSteps).Value;

    public RolloutState State { get; private set; }

    public DateTimeOffset Now { get; private set; } = Start;

    public List<RolloutTransition> Transitions { get; } = [];

    public static RolloutCommand Command(RolloutState state, RolloutAction action, CommandSource? source = null) =>
        new(Guid.NewGuid(), state.Revision, action, source ?? RolloutCommand.AllowedFor(action)[0], "ada", "because");

    public Walk Do(params RolloutAction[] actions)
    {
        foreach (var action in actions)
            Take(RolloutMachine.Apply(State, Command(State, action), Now).Value);
        return this;
    }

    public Walk Approved() => Do(RolloutAction.Submit, RolloutAction.Approve);

    public Walk Wait(double minutes)
    {
        Now = Now.AddMinutes(minutes);
        return this;
    }

    public Walk Tick(Verdict? verdict = null, bool untrusted = false)
    {
        Take(RolloutMachine.Tick(State, verdict is { } given ? Report(given, untrusted) : null, Now).Value);
        return this;
    }

    public StageReport Report(Verdict verdict, bool untrusted = false) => new(State.Stage, Now, verdict, [$"The analysis says {verdict}."], [], null, untrusted, State.Evidence);

    private void Take(RolloutChange change)
    {
        State = change.State;
        if (change.Transition is { } transition)
            Transitions.Add(transition);
    }
}
