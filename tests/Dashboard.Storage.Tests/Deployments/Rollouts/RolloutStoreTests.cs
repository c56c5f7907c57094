using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Tests.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Storage.Tests.Monitoring.Alerts;

namespace Dashboard.Storage.Tests.Deployments.Rollouts;

public sealed class RolloutStoreTests
{
    private static readonly RolloutPlan Canary = StandardPlans.Of(RolloutStrategy.Canary);

    [Fact]
    public async Task A_rollout_goes_from_draft_to_champion_and_registry_history_and_audit_agree()
    {
        await using var flights = await Flights.StartAsync();
        var rollout = await flights.DraftAsync(2, Canary);

        foreach (var action in (RolloutAction[])[RolloutAction.Submit, RolloutAction.Approve, RolloutAction.Warmed, RolloutAction.SkipStep, RolloutAction.SkipStep, RolloutAction.SkipStep])
            await flights.DoAsync(rollout, action);
        Assert.Equal(RolloutPhase.AwaitingPromotion, (await flights.Store.FindAsync(rollout, default)).Value.State.Phase);
        Assert.Equal(1, await flights.ChampionAsync());
        await flights.DoAsync(rollout, RolloutAction.Promote);
        Assert.Equal(2, await flights.ChampionAsync());
        await flights.DoAsync(rollout, RolloutAction.Switched);
        flights.Time.Now += Canary.BakeTime;
        Assert.Equal(RolloutPhase.Succeeded, (await flights.TickAsync(rollout)).Value.State.Phase);

        var history = await flights.Store.HistoryAsync(rollout, default);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (long)i), history.Select(transition => transition.Revision));
        Assert.Equal([RolloutPhase.PendingApproval, RolloutPhase.Warming, RolloutPhase.Step, RolloutPhase.Step, RolloutPhase.Step, RolloutPhase.AwaitingPromotion, RolloutPhase.Promoting, RolloutPhase.Baking, RolloutPhase.Succeeded],
            history.Select(transition => transition.To));
        Assert.Equal([(null, 1), (1, 2)], (await flights.Installation.Get<DeploymentHistory>().ListAsync("flights", default)).Select(change => (change.From, change.To)));
        var entries = await flights.Installation.Get<ActivityLog>().ListAsync("flights", 50, null, default);
        Assert.Equal(10, entries.Count(entry => entry.Action.StartsWith("rollout.", StringComparison.Ordinal)));
        Assert.Contains(entries, entry => entry is { Action: "rollout.step", Summary: var said } && said.Contains("Step 1 at 5 %", StringComparison.Ordinal));
        Assert.Empty(await flights.Store.ActiveAsync(default));
    }

    [Fact]
    public async Task Aborting_what_was_promoted_returns_to_the_champion_before_in_the_same_transaction()
    {
        await using var flights = await Flights.StartAsync();
        var rollout = await flights.LiveAsync(2, StandardPlans.Of(RolloutStrategy.AllAtOnce) with { AutomaticPromotion = true });
        await flights.DoAsync(rollout, RolloutAction.Switched);
        Assert.Equal(2, await flights.ChampionAsync());

        await flights.DoAsync(rollout, RolloutAction.Abort, "worse");

        Assert.Equal(1, await flights.ChampionAsync());
        Assert.Equal((DeploymentKind.Rollback, 1, "worse"), (await flights.Installation.Get<DeploymentHistory>().ListAsync("flights", default)).Select(change => (change.Kind, change.To, change.Reason)).Last());
        await flights.DoAsync(rollout, RolloutAction.Drained);
        Assert.Equal(RolloutPhase.RolledBack, (await flights.Store.FindAsync(rollout, default)).Value.State.Phase);
    }

    [Fact]
    public async Task Of_two_who_command_at_once_one_is_told_to_look_again_and_nothing_of_theirs_is_stored()
    {
        await using var flights = await Flights.StartAsync();
        var rollout = await flights.LiveAsync(2, Canary);
        var revision = (await flights.Store.FindAsync(rollout, default)).Value.State.Revision;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => flights.Store.ApplyAsync(rollout, new(Guid.NewGuid(), revision, i % 2 == 0 ? RolloutAction.Pause : RolloutAction.SkipStep, CommandSource.Person, "ada", "now"), default)));

        Assert.Single(answers, answer => answer.IsSuccess);
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.IsType<StaleRevision>(answer.Error));
        Assert.Equal(revision + 1, (await flights.Store.HistoryAsync(rollout, default))[^1].Revision);
    }

    [Fact]
    public async Task The_same_command_again_changes_nothing_and_is_no_second_entry()
    {
        await using var flights = await Flights.StartAsync();
        var rollout = await flights.LiveAsync(2, Canary);
        var revision = (await flights.Store.FindAsync(rollout, default)).Value.State.Revision;
        var pause = new RolloutCommand(Guid.NewGuid(), revision, RolloutAction.Pause, CommandSource.Person, "ada");

        var first = await flights.Store.ApplyAsync(rollout, pause, default);
        var again = await flights.Store.ApplyAsync(rollout, pause, default);

        Assert.NotNull(first.Value.Transition);
        Assert.Null(again.Value.Transition);
        Assert.Equal(first.Value.State.Revision, again.Value.State.Revision);
    }

    [Fact]
    public async Task A_look_is_stored_with_its_evidence_and_the_failure_keeps_its_report()
    {
        await using var flights = await Flights.StartAsync();
        var rollout = await flights.LiveAsync(2, Canary);
        var state = (await flights.Store.FindAsync(rollout, default)).Value.State;
        flights.Time.Now += TimeSpan.FromSeconds(5);
        var quiet = state.Analyse(new(state.Stage, flights.Time.GetUtcNow(), [new("errors", ArmReading.OfRate(4000, 40), ArmReading.OfRate(200, 2))])).Value;

        Assert.Null((await flights.Store.TickAsync(rollout, state.Revision, quiet, null, default)).Value.Transition);
        var seen = (await flights.Store.FindAsync(rollout, default)).Value;
        Assert.Equal(200, seen.State.Evidence.Metrics[0].Challenger.Count);
        Assert.Equal(Verdict.Inconclusive, seen.Report!.Verdict);

        // The first bad look teaches what to bet on, the second one wins the bet.
        var failed = await LookAsync(40_000, 400, 2_000, 400);
        Assert.Null(failed.Value.Transition);
        failed = await LookAsync(44_000, 440, 2_200, 440);

        Assert.Equal((RolloutPhase.Aborting, 1L), (failed.Value.State.Phase, failed.Value.State.Revision - state.Revision));
        var kept = (await flights.Store.HistoryAsync(rollout, default))[^1];
        Assert.Equal(Verdict.Fail, kept.Report!.Verdict);
        Assert.Equal(2200, kept.Report.Metrics[0].ChallengerSamples);
        Assert.Contains("Errors", kept.Reason, StringComparison.Ordinal);

        async Task<Result<RolloutChange>> LookAsync(long requests, long errors, long newRequests, long newErrors)
        {
            flights.Time.Now += TimeSpan.FromSeconds(5);
            var present = (await flights.Store.FindAsync(rollout, default)).Value.State;
            var look = present.Analyse(new(present.Stage, flights.Time.GetUtcNow(), [new("errors", ArmReading.OfRate(requests, errors), ArmReading.OfRate(newRequests, newErrors))]));
            return await flights.Store.TickAsync(rollout, present.Revision, look.Value, null, default);
        }
    }

    [Fact]
    public async Task One_rollout_of_a_model_at_a_time_and_no_promotion_past_it()
    {
        await using var flights = await Flights.StartAsync(3);
        var first = await flights.LiveAsync(2, Canary);
        var second = await flights.DraftAsync(3, Canary);
        await flights.DoAsync(second, RolloutAction.Submit);

        var state = (await flights.Store.FindAsync(second, default)).Value.State;
        var busy = await flights.Store.ApplyAsync(second, new(Guid.NewGuid(), state.Revision, RolloutAction.Approve, CommandSource.Person, "ada"), default);
        var past = await flights.Installation.Get<ChampionSwitch>().PromoteAsync(new("flights", "ada"), 3, default);

        Assert.Equal(first, Assert.IsType<TargetBusy>(busy.Error).Rollout);
        Assert.IsType<TargetBusy>(past.Error);
        Assert.Equal(1, await flights.ChampionAsync());
    }

    [Fact]
    public async Task What_cannot_be_rolled_out_is_refused_by_field()
    {
        await using var flights = await Flights.StartAsync();

        Assert.IsType<NotFound>((await flights.CreateAsync(new("rain", 1, "production", Canary, "ada", ""))).Error);
        Assert.IsType<NotFound>((await flights.CreateAsync(new("flights", 9, "production", Canary, "ada", ""))).Error);
        Assert.Equal("environment", (await flights.CreateAsync(new("flights", 2, "moon", Canary, "ada", ""))).Error!.Field);
        Assert.Equal("version", (await flights.CreateAsync(new("flights", 1, "production", Canary, "ada", ""))).Error!.Field);
        Assert.Equal("reason", (await flights.CreateAsync(new("flights", 2, "production", Canary, "ada", new string('x', 5000)))).Error!.Field);
        Assert.Equal("plan.strategy", (await flights.CreateAsync(new("flights", 2, "production", StandardPlans.Of(RolloutStrategy.Rolling), "ada", ""))).Error!.Field);
        Assert.NotNull((await flights.CreateAsync(new("flights", 2, "production", Canary with { Steps = [] }, "ada", ""))).Error);
    }

    [Fact]
    public async Task A_version_that_was_live_recently_skips_the_steps()
    {
        await using var flights = await Flights.StartAsync();
        await flights.Installation.Get<ChampionSwitch>().PromoteAsync(new("flights", "ada"), 2, default);

        var back = await flights.LiveAsync(1, Canary);

        Assert.Equal(RolloutPhase.Promoting, (await flights.Store.FindAsync(back, default)).Value.State.Phase);
    }

    [Fact]
    public async Task A_version_that_was_taken_back_goes_through_the_steps_again()
    {
        await using var flights = await Flights.StartAsync();
        await flights.Installation.Get<ChampionSwitch>().PromoteAsync(new("flights", "ada"), 2, default);
        await flights.Installation.Get<ChampionSwitch>().RollBackAsync(new("flights", "ada"), default);

        var again = await flights.LiveAsync(2, Canary);

        Assert.Equal(RolloutPhase.Step, (await flights.Store.FindAsync(again, default)).Value.State.Phase);
    }
}
