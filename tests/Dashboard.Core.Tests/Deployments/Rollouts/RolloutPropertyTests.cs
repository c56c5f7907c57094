using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Deployments.Plans;

namespace Dashboard.Core.Tests.Deployments.Rollouts;

/// <summary>What holds of every rollout, whatever is asked of it in whatever order and wherever the host dies.</summary>
public sealed class RolloutPropertyTests
{
    private static readonly List<History> Walks = [.. Enumerable.Range(0, 1500).Select(Wander)];

    [Fact]
    public void Weight_grows_only_by_a_passed_analysis_a_person_s_command_or_the_loading_that_was_approved()
    {
        foreach (var history in Walks)
            foreach (var (step, place) in history.Steps.Select((step, place) => (step, place)))
                if (step.Change.Transition is { } transition && transition.WeightAfter > transition.WeightBefore)
                {
                    var passed = transition.Report is { Verdict: Verdict.Pass, IsUntrusted: false } && transition.Command is null;
                    var person = transition.Command is { Source: CommandSource.Person };
                    var approved = transition.Command is { Action: RolloutAction.Warmed }
                        && history.Steps.Take(place).Last(earlier => earlier.Change.Transition?.From == RolloutPhase.PendingApproval).Command is { Action: RolloutAction.Approve } approval
                        && (approval.Source == CommandSource.Person || step.Before.Plan.Stages > 0 || step.Before.SkipsSteps);
                    Assert.True(passed || person || approved, $"{transition.From} → {transition.To}: {transition.Reason}");
                }
    }

    [Fact]
    public void One_version_is_live_and_what_the_new_one_does_not_get_the_champion_gets()
    {
        foreach (var state in States())
        {
            Assert.Contains(state.Live, new[] { state.Champion, state.Challenger });
            Assert.InRange(state.Weight.Parts, 0, TrafficWeight.Whole);
            // Who is live has all that is not split off: the new version is live exactly when it gets everything.
            Assert.Equal(state.Weight == TrafficWeight.All, state.Live == state.Challenger);
        }
    }

    [Fact]
    public void From_everywhere_but_an_end_it_can_be_rolled_back()
    {
        foreach (var state in States().Where(state => !state.IsTerminal))
        {
            var aborting = state.Phase == RolloutPhase.Aborting ? state : RolloutMachine.Apply(state, Walk.Command(state, RolloutAction.Abort), Walk.Start).Value.State;
            Assert.Equal((RolloutPhase.Aborting, 0, state.Champion), (aborting.Phase, aborting.Weight.Parts, aborting.Live));
            Assert.Equal(RolloutPhase.RolledBack, RolloutMachine.Apply(aborting, Walk.Command(aborting, RolloutAction.Drained), Walk.Start).Value.State.Phase);
        }
    }

    [Fact]
    public void Once_aborting_the_new_version_never_gets_traffic_again()
    {
        foreach (var history in Walks)
            Assert.All(history.Steps.SkipWhile(step => step.Change.State.Phase != RolloutPhase.Aborting), step =>
            {
                Assert.Equal((0, 0), (step.Change.State.Weight.Parts, step.Change.State.Mirrored.Parts));
                Assert.Contains(step.Change.State.Phase, new[] { RolloutPhase.Aborting, RolloutPhase.RolledBack });
            });
    }

    [Fact]
    public void An_end_takes_nothing()
    {
        foreach (var state in States().Where(state => state.IsTerminal))
        {
            foreach (var action in Enum.GetValues<RolloutAction>())
                Assert.IsType<IllegalTransition>(RolloutMachine.Apply(state, Walk.Command(state, action), Walk.Start).Error);
            Assert.Empty(RolloutMachine.Possible(state));
            Assert.Null(RolloutMachine.Tick(state, null, Walk.Start.AddYears(1)).Value.Transition);
        }
    }

    [Fact]
    public void The_revision_counts_transitions_and_nothing_else()
    {
        foreach (var history in Walks)
        {
            var revision = 0L;
            foreach (var step in history.Steps)
            {
                revision += step.Change.Transition is null ? 0 : 1;
                Assert.Equal(revision, step.Change.State.Revision);
                Assert.Equal(revision, step.Change.Transition?.Revision ?? revision);
            }
        }
    }

    [Fact]
    public void A_host_that_dies_before_or_after_storing_goes_on_exactly_where_it_was()
    {
        foreach (var history in Walks.Take(400))
            foreach (var step in history.Steps)
            {
                var restored = RolloutState.Parse(step.Before.ToJson()).Value;
                Assert.Equal(step.Before.ToJson(), restored.ToJson());
                // Died before it was stored: the same is done again. Died after: the command was carried out, and sent again it does nothing.
                Assert.Equal(step.Change.State.ToJson(), step.Again(restored).State.ToJson());
                if (step.Command is { } command)
                    Assert.Null(RolloutMachine.Apply(RolloutState.Parse(step.Change.State.ToJson()).Value, command, step.At.AddHours(1)).Value.Transition);
                else
                    Assert.Null(RolloutMachine.Tick(step.Change.State, null, step.At).Value.Transition);
            }
    }

    [Fact]
    public void A_transition_stored_by_somebody_else_in_between_makes_a_command_stale()
    {
        foreach (var step in Walks.SelectMany(history => history.Steps).Where(step => step.Command is not null && step.Change.Transition is not null))
            Assert.IsType<StaleRevision>(RolloutMachine.Apply(step.Change.State, step.Command! with { Id = Guid.NewGuid() }, step.At).Error);
    }

    [Fact]
    public void The_walks_visit_every_phase_and_carry_out_every_action()
    {
        Assert.Equal(Enum.GetValues<RolloutPhase>(), States().Select(state => state.Phase).Distinct().Order());
        Assert.Equal(Enum.GetValues<RolloutAction>(), Walks.SelectMany(history => history.Steps).Where(step => step is { Command: not null, Change.Transition: not null }).Select(step => step.Command!.Action).Distinct().Order());
        Assert.Equal(Enum.GetValues<PauseReason>(), States().Select(state => state.Pause).OfType<PauseReason>().Distinct().Order());
    }

    [Fact]
    public void Of_several_rollouts_of_a_target_never_two_have_traffic()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            RolloutState[] lane = [.. Enumerable.Range(0, 3).Select(i => RolloutState.Draft(Guid.NewGuid(), "delays/production", 1, 2 + i, Plan(random), Walk.Start).Value)];
            for (var i = 0; i < 150; i++)
            {
                var which = random.Next(3);
                var command = Sensible(lane[which], random);
                if (command.Action == RolloutAction.Approve && OneAtATime.Check(lane[which], lane) is not null)
                    continue;
                lane[which] = RolloutMachine.Apply(lane[which], command, Walk.Start).Match(change => change.State, _ => lane[which]);
                Assert.InRange(lane.Count(state => !state.IsTerminal && (state.Weight > TrafficWeight.None || state.Mirrored > TrafficWeight.None)), 0, 1);
            }
        }
    }

    private static IEnumerable<RolloutState> States() => Walks.SelectMany(history => history.Steps).Select(step => step.Change.State);

    private static History Wander(int seed)
    {
        var random = new Random(seed);
        var state = RolloutState.Draft(new Guid(seed, 1, 2, [1, 2, 3, 4, 5, 6, 7, 8]), "delays/production", 1, 2, Plan(random), Walk.Start, random.Next(8) == 0).Value;
        var (at, steps) = (Walk.Start, new List<Step>());
        for (var i = 0; i < 60; i++)
        {
            at = at.AddMinutes(random.Next(4) == 0 ? random.Next(40) : random.Next(6));
            // So that some bake to their end, and some stages run out of time.
            if (state.Phase is RolloutPhase.Baking or RolloutPhase.Step or RolloutPhase.Shadow && random.Next(4) == 0)
                at = at.AddHours(1);
            var step = random.Next(2) == 0 ? Commanded(state, random, at, steps) : Ticked(state, random, at);
            if (step is null)
                continue;
            steps.Add(step);
            state = step.Change.State;
        }

        return new(steps);
    }

    private static Step? Commanded(RolloutState state, Random random, DateTimeOffset at, List<Step> steps)
    {
        var command = random.Next(10) switch
        {
            // Anything at all, by anybody, at any revision; what was sent before; or what makes sense.
            0 => new RolloutCommand(Guid.NewGuid(), state.Revision - random.Next(2), (RolloutAction)random.Next(Enum.GetValues<RolloutAction>().Length), (CommandSource)random.Next(3), "ada", random.Next(2) == 0 ? "because" : null),
            1 when steps.FindLast(step => step.Command is not null) is { } sent => sent.Command!,
            _ => Sensible(state, random),
        };
        return RolloutMachine.Apply(state, command, at).Match<Step?>(change => new(state, at, command, change, again => RolloutMachine.Apply(again, command, at).Value), _ => null);
    }

    private static Step? Ticked(RolloutState state, Random random, DateTimeOffset at)
    {
        var verdict = random.Next(12) switch { 0 => Verdict.Fail, < 7 => Verdict.Pass, _ => Verdict.Inconclusive };
        var report = state.Compares && random.Next(5) > 0
            ? new Core.Deployments.Analysis.StageReport(state.Stage, at.AddMinutes(-random.Next(3)), verdict, ["as it is"], [], null, verdict == Verdict.Inconclusive && random.Next(10) == 0, state.Evidence)
            : null;
        return RolloutMachine.Tick(state, report, at).Match<Step?>(change => new(state, at, null, change, again => RolloutMachine.Tick(again, report, at).Value), _ => null);
    }

    private static RolloutCommand Sensible(RolloutState state, Random random)
    {
        var possible = RolloutMachine.Possible(state);
        // Ends are drawn less often, so that walks get far.
        var action = possible.Count == 0 ? RolloutAction.Abort : possible[random.Next(possible.Count)];
        if (action is RolloutAction.Abort or RolloutAction.Supersede or RolloutAction.WarmingFailed && random.Next(4) > 0)
            action = possible.Count == 0 ? action : possible[random.Next(possible.Count)];
        var sources = RolloutCommand.AllowedFor(action);
        return Walk.Command(state, action, sources[random.Next(sources.Count)]);
    }

    private static RolloutPlan Plan(Random random)
    {
        var plan = Samples.Of((RolloutStrategy)random.Next(Enum.GetValues<RolloutStrategy>().Length));
        return plan with
        {
            Shadow = plan.Shadow ?? (random.Next(4) == 0 && plan.Metrics.Count > 0 ? Samples.Mirror : null),
            OnFailure = (FailureAction)random.Next(2),
            AutomaticPromotion = random.Next(2) == 0,
        };
    }

    private sealed record Step(RolloutState Before, DateTimeOffset At, RolloutCommand? Command, RolloutChange Change, Func<RolloutState, RolloutChange> Again);

    private sealed record History(List<Step> Steps);
}
