using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Deployments.Plans;
using static Dashboard.Core.Deployments.Rollouts.RolloutAction;

namespace Dashboard.Core.Tests.Deployments.Rollouts;

public sealed class RolloutMachineTests
{
    [Fact]
    public void A_canary_that_passes_goes_from_draft_to_success_by_itself_after_its_approval()
    {
        var walk = new Walk(Samples.Canary(5, 25)).Approved().Do(Warmed).Wait(10).Tick(Verdict.Pass).Wait(10).Tick(Verdict.Pass).Do(Switched).Wait(60).Tick();
        Assert.Equal([RolloutPhase.PendingApproval, RolloutPhase.Warming, RolloutPhase.Step, RolloutPhase.Step, RolloutPhase.Promoting, RolloutPhase.Baking, RolloutPhase.Succeeded], walk.Transitions.Select(t => t.To));
        Assert.Equal([0, 0, 500, 2500, 10_000, 10_000, 10_000], walk.Transitions.Select(t => t.WeightAfter.Parts));
        Assert.Equal(Enumerable.Range(1, 7).Select(revision => (long)revision), walk.Transitions.Select(t => t.Revision));
        Assert.Equal(2, walk.State.Live);
        Assert.True(walk.State.IsTerminal);
    }

    [Fact]
    public void Every_strategy_goes_through_its_own_phases()
    {
        RolloutPhase[] End(params RolloutPhase[] phases) => [RolloutPhase.PendingApproval, RolloutPhase.Warming, .. phases, RolloutPhase.Promoting];
        foreach (var (strategy, expected) in ((RolloutStrategy, RolloutPhase[])[])
        [
            (RolloutStrategy.AllAtOnce, End()), (RolloutStrategy.BlueGreen, End()), (RolloutStrategy.Shadow, End(RolloutPhase.Shadow)), (RolloutStrategy.AbTest, End(RolloutPhase.Step)),
            (RolloutStrategy.Rolling, End(RolloutPhase.Step, RolloutPhase.Step, RolloutPhase.Step)), (RolloutStrategy.Canary, End(RolloutPhase.Step, RolloutPhase.Step, RolloutPhase.Step)),
        ])
        {
            var walk = new Walk(Samples.Of(strategy)).Approved().Do(Warmed);
            for (var i = 0; i < 3 && walk.State.Compares; i++)
                walk.Wait(25).Tick(Verdict.Pass);
            Assert.Equal(expected, walk.Transitions.Select(t => t.To));
        }
    }

    [Fact]
    public void Shadow_mirrors_without_weight_and_only_the_champion_is_live()
    {
        var walk = new Walk(Samples.Canary(5) with { Shadow = Samples.Mirror }).Approved().Do(Warmed);
        Assert.Equal((RolloutPhase.Shadow, 0, 10_000, 1), (walk.State.Phase, walk.State.Weight.Parts, walk.State.Mirrored.Parts, walk.State.Live));
        walk.Wait(20).Tick(Verdict.Pass);
        Assert.Equal((RolloutPhase.Step, 500, 0, 1), (walk.State.Phase, walk.State.Weight.Parts, walk.State.Mirrored.Parts, walk.State.Live));
    }

    [Fact]
    public void Without_automatic_promotion_a_person_promotes_and_no_time_does()
    {
        var walk = new Walk(Samples.Canary(5) with { AutomaticPromotion = false }).Approved().Do(Warmed).Wait(10).Tick(Verdict.Pass);
        Assert.Equal((RolloutPhase.AwaitingPromotion, 500), (walk.State.Phase, walk.State.Weight.Parts));
        walk.Wait(100_000).Tick(Verdict.Pass).Tick();
        Assert.Equal(RolloutPhase.AwaitingPromotion, walk.State.Phase);
        Assert.Equal(RolloutPhase.Promoting, walk.Do(Promote).State.Phase);
    }

    [Fact]
    public void A_failure_takes_the_new_version_out_at_once_and_keeps_the_evidence()
    {
        var walk = new Walk(Samples.Canary(5)).Approved().Do(Warmed).Wait(1).Tick(Verdict.Fail);
        Assert.Equal((RolloutPhase.Aborting, 0, 1), (walk.State.Phase, walk.State.Weight.Parts, walk.State.Live));
        Assert.Equal(Verdict.Fail, walk.Transitions[^1].Report!.Verdict);
        Assert.Equal("The analysis says Fail.", walk.State.Reason);
        Assert.Equal(RolloutPhase.RolledBack, walk.Do(Drained).State.Phase);
    }

    [Fact]
    public void A_failure_freezes_where_the_plan_says_so_and_a_person_decides()
    {
        var walk = new Walk(Samples.Canary(5, 25) with { OnFailure = FailureAction.Freeze }).Approved().Do(Warmed).Wait(1).Tick(Verdict.Fail).Wait(500).Tick(Verdict.Pass);
        Assert.Equal((RolloutPhase.Frozen, 500), (walk.State.Phase, walk.State.Weight.Parts));
        var stage = walk.State.Stage;
        walk.Do(Resume);
        Assert.Equal((RolloutPhase.Step, stage + 1, walk.Now), (walk.State.Phase, walk.State.Stage, walk.State.CountingSince));
        Assert.Equal(RolloutPhase.Aborting, walk.Tick(Verdict.Fail).Do(Abort).State.Phase);
    }

    [Fact]
    public void A_pass_before_the_hold_is_over_is_not_taken_for_one_nor_is_a_report_that_does_not_cover_it()
    {
        var walk = new Walk(Samples.Canary(5)).Approved().Do(Warmed).Wait(9).Tick(Verdict.Pass);
        Assert.Equal(RolloutPhase.Step, walk.State.Phase);
        var cutShort = walk.Report(Verdict.Pass);
        walk.Wait(5);
        Assert.Null(RolloutMachine.Tick(walk.State, cutShort, walk.Now).Value.Transition);
        Assert.Equal(RolloutPhase.Promoting, walk.Tick(Verdict.Pass).State.Phase);
    }

    [Fact]
    public void Without_a_verdict_at_the_end_of_a_stage_it_pauses_and_going_on_gives_it_the_time_again()
    {
        var walk = new Walk(Samples.Canary(5)).Approved().Do(Warmed).Wait(29).Tick(Verdict.Inconclusive).Wait(1).Tick(Verdict.Inconclusive);
        Assert.Equal((RolloutPhase.Paused, PauseReason.Inconclusive, 500), (walk.State.Phase, walk.State.Pause, walk.State.Weight.Parts));
        walk.Wait(100).Tick(Verdict.Pass);
        Assert.Equal(RolloutPhase.Paused, walk.State.Phase);
        var stage = walk.State.Stage;
        walk.Do(Resume).Tick(Verdict.Pass);
        Assert.Equal((RolloutPhase.Step, stage), (walk.State.Phase, walk.State.Stage));
        Assert.Equal(RolloutPhase.Promoting, walk.Wait(10).Tick(Verdict.Pass).State.Phase);
        Assert.Contains("Nothing was counted", new Walk(Samples.Canary(5)).Approved().Do(Warmed).Wait(30).Tick().State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_clock_says_when_the_hold_and_the_phase_end()
    {
        var walk = new Walk(Samples.Canary(5)).Approved();
        Assert.Equal(new(null, walk.Now.AddMinutes(10)), RolloutTimes.Of(walk.State));
        Assert.Equal(new(walk.Now.AddMinutes(10), walk.Now.AddMinutes(30)), RolloutTimes.Of(walk.Do(Warmed).State));
        Assert.Equal(default, RolloutTimes.Of(walk.Do(Pause).State));
        Assert.Equal(new(null, walk.Now.AddHours(1)), RolloutTimes.Of(walk.Do(PromoteNow, Switched).State));
    }

    [Fact]
    public void A_split_that_is_not_as_planned_pauses_at_once()
    {
        var walk = new Walk(Samples.Canary(5)).Approved().Do(Warmed).Wait(1).Tick(Verdict.Inconclusive, untrusted: true);
        Assert.Equal((RolloutPhase.Paused, PauseReason.SplitMismatch), (walk.State.Phase, walk.State.Pause));
    }

    [Fact]
    public void A_failure_while_it_is_paused_or_waits_for_promotion_still_ends_it()
    {
        Assert.Equal(RolloutPhase.Aborting, new Walk(Samples.Canary(5)).Approved().Do(Warmed, Pause).Tick(Verdict.Fail).State.Phase);
        Assert.Equal(RolloutPhase.Aborting, new Walk(Samples.Canary(5) with { AutomaticPromotion = false }).Approved().Do(Warmed).Wait(10).Tick(Verdict.Pass).Tick(Verdict.Fail).State.Phase);
    }

    [Fact]
    public void Loading_and_switching_that_take_longer_than_the_deadline_end_it()
    {
        Assert.Equal(RolloutPhase.Aborting, new Walk(Samples.Canary(5)).Approved().Wait(10).Tick().State.Phase);
        var promoting = new Walk(Samples.Of(RolloutStrategy.BlueGreen)).Approved().Do(Warmed).Wait(9).Tick();
        Assert.Equal((RolloutPhase.Promoting, 10_000, 2), (promoting.State.Phase, promoting.State.Weight.Parts, promoting.State.Live));
        Assert.Equal((RolloutPhase.Aborting, 0, 1), (promoting.Wait(1).Tick().State.Phase, promoting.State.Weight.Parts, promoting.State.Live));
    }

    [Fact]
    public void A_rollback_to_what_was_live_recently_skips_shadow_and_steps_whatever_the_plan_says_of_promotion()
    {
        var walk = new Walk(Samples.Canary(5, 25) with { AutomaticPromotion = false, Shadow = Samples.Mirror }, skipsSteps: true).Approved().Do(Warmed);
        Assert.Equal(RolloutPhase.Promoting, walk.State.Phase);
        var (day, now) = (TimeSpan.FromDays(1), Walk.Start);
        LivePeriod[] history = [new(1, now.AddDays(-9), now.AddDays(-2)), new(2, now.AddDays(-2), now.AddHours(-5)), new(3, now.AddHours(-5), null)];
        Assert.Equal([false, true, true, false], new[] { 1, 2, 3, 4 }.Select(version => RecentVersions.SkipsSteps(history, version, day, now)));
    }

    [Fact]
    public void Skipping_and_promoting_at_once_are_a_person_s_with_a_reason()
    {
        var walk = new Walk(Samples.Canary(5, 25)).Approved().Do(Warmed);
        foreach (var action in (RolloutAction[])[SkipStep, PromoteNow])
        {
            Assert.IsType<NotForThisSource>(RolloutMachine.Apply(walk.State, Walk.Command(walk.State, action, CommandSource.Policy), walk.Now).Error);
            Assert.Equal("reason", RolloutMachine.Apply(walk.State, Walk.Command(walk.State, action) with { Reason = " " }, walk.Now).Error!.Field);
        }

        var switching = new Walk(Samples.Of(RolloutStrategy.BlueGreen)).Do(Submit).State;
        Assert.IsType<NotForThisSource>(RolloutMachine.Apply(switching, Walk.Command(switching, Approve, CommandSource.Policy), walk.Now).Error);
        Assert.True(RolloutMachine.Apply(switching with { SkipsSteps = true }, Walk.Command(switching, Approve, CommandSource.Policy), walk.Now).IsSuccess);
        Assert.Equal(2500, walk.Do(SkipStep).State.Weight.Parts);
        Assert.Equal(RolloutPhase.AwaitingPromotion, walk.Do(SkipStep).State.Phase);
        Assert.Equal(10_000, walk.Do(PromoteNow).State.Weight.Parts);
    }

    [Fact]
    public void A_command_that_was_carried_out_may_be_sent_again_and_a_stale_one_is_refused()
    {
        var walk = new Walk(Samples.Canary(5));
        var submit = Walk.Command(walk.State, Submit);
        var after = RolloutMachine.Apply(walk.State, submit, walk.Now).Value.State;
        var approved = RolloutMachine.Apply(after, Walk.Command(after, Approve), walk.Now).Value.State;
        var again = RolloutMachine.Apply(approved, submit, walk.Now).Value;
        Assert.Null(again.Transition);
        Assert.Same(approved, again.State);
        var stale = Assert.IsType<StaleRevision>(RolloutMachine.Apply(approved, Walk.Command(after, Abort), walk.Now).Error);
        Assert.Equal((1, 2), (stale.Seen, stale.Present));
    }

    [Fact]
    public void An_illegal_transition_says_what_would_have_been_possible()
    {
        var draft = new Walk(Samples.Canary(5)).State;
        var error = Assert.IsType<IllegalTransition>(RolloutMachine.Apply(draft, Walk.Command(draft, Promote), Walk.Start).Error);
        Assert.Equal([Submit, Abort, Supersede], error.Possible);
        Assert.Equal("A rollout that is Draft cannot Promote; expected Submit, Abort, Supersede.", error.Message);
        Assert.Equal(ErrorKind.Conflict, error.Kind);
    }

    [Fact]
    public void A_draft_s_plan_can_be_changed_and_an_approved_one_s_cannot()
    {
        var walk = new Walk(Samples.Canary(5));
        var revised = RolloutMachine.Revise(walk.State, Samples.Canary(10), 0).Value;
        Assert.Equal((1, 1000), (revised.Revision, revised.Plan.Steps[0].Weight.Parts));
        Assert.IsType<StaleRevision>(RolloutMachine.Revise(revised, Samples.Canary(10), 0).Error);
        Assert.IsType<InvalidValue>(RolloutMachine.Revise(revised, Samples.Canary(0), 1).Error);
        walk.Do(Submit);
        Assert.IsType<Conflict>(RolloutMachine.Revise(walk.State, Samples.Canary(10), 1).Error);
        Assert.Equal(RolloutPhase.Draft, walk.Do(Reject).State.Phase);
    }

    [Fact]
    public void A_target_has_one_rollout_with_traffic_and_another_takes_over_only_before_the_promotion()
    {
        var walk = new Walk(Samples.Canary(5)).Approved();
        var other = RolloutState.Draft(Guid.NewGuid(), walk.State.Target, 1, 3, Samples.Canary(5), Walk.Start).Value;
        Assert.Equal(walk.State.Id, OneAtATime.Check(other, [walk.State, other])!.Rollout);
        Assert.Null(OneAtATime.Check(walk.State, [walk.State, other]));
        Assert.Null(OneAtATime.Check(other with { Target = "delays/staging" }, [walk.State]));
        Assert.Equal((RolloutPhase.Superseded, 0), (walk.Do(Warmed, Supersede).State.Phase, walk.State.Weight.Parts));
        Assert.Null(OneAtATime.Check(other, [walk.State]));
        var promoting = new Walk(Samples.Of(RolloutStrategy.AllAtOnce)).Approved().Do(Warmed).State;
        Assert.IsType<IllegalTransition>(RolloutMachine.Apply(promoting, Walk.Command(promoting, Supersede), Walk.Start).Error);
    }

    [Fact]
    public void A_report_of_another_stage_is_refused()
    {
        var walk = new Walk(Samples.Canary(5, 25)).Approved().Do(Warmed).Wait(10);
        var report = walk.Report(Verdict.Pass);
        walk.Tick(Verdict.Pass);
        Assert.IsType<StaleReport>(RolloutMachine.Tick(walk.State, report, walk.Now.AddHours(1)).Error);
        Assert.IsType<StaleReport>(RolloutMachine.Tick(new Walk(Samples.Canary(5)).State, report with { Stage = 0 }, walk.Now).Error);
    }

    [Theory]
    [InlineData("{}", "plan")]
    [InlineData("[", "$")]
    public void A_stored_state_that_is_none_is_an_error(string json, string field) => Assert.Equal(field, RolloutState.Parse(json).Error!.Field);

    [Fact]
    public void A_stored_state_that_contradicts_itself_is_an_error()
    {
        var state = new Walk(Samples.Canary(5)).Approved().Do(Warmed).State;
        Assert.Equal("stepIndex", RolloutState.Parse((state with { StepIndex = 7 }).ToJson()).Error!.Field);
        Assert.Equal("held", RolloutState.Parse((state with { Phase = RolloutPhase.Paused }).ToJson()).Error!.Field);
        Assert.Equal("evidence", RolloutState.Parse((state with { Evidence = new([]) }).ToJson()).Error!.Field);
        Assert.Equal("steps", RolloutState.Parse((state with { Plan = state.Plan with { Steps = [] } }).ToJson()).Error!.Field);
        Assert.Equal("challenger", RolloutState.Draft(Guid.NewGuid(), "t", 1, 1, state.Plan, Walk.Start).Error!.Field);
    }
}
