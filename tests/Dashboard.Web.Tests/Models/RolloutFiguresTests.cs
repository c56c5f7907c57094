using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Training;
using Dashboard.Web.Components.Pages.Models.Rollouts;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Tests.Models;

/// <summary>What a rollout's page says of stages and figures: no more than is known.</summary>
public sealed class RolloutFiguresTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_step_that_was_skipped_does_not_look_like_one_that_passed()
    {
        var (state, history) = Walk(RolloutAction.Submit, RolloutAction.Approve, RolloutAction.Warmed, RolloutAction.SkipStep, RolloutAction.Pause, RolloutAction.SkipStep);

        Assert.Equal([StageStanding.Done, StageStanding.Done, StageStanding.Skipped, StageStanding.Skipped, StageStanding.Now, StageStanding.Ahead, StageStanding.Ahead], RolloutStages.Of(state, history, null).Select(stage => stage.Standing));
        Assert.Equal("step 1, skipped by ada", RolloutStages.Of(state, history, null)[2].Note);
    }

    [Fact]
    public void Who_promotes_at_once_has_skipped_all_steps_that_were_left()
    {
        var (state, history) = Walk(RolloutAction.Submit, RolloutAction.Approve, RolloutAction.Warmed, RolloutAction.PromoteNow, RolloutAction.Switched);

        Assert.Equal([StageStanding.Done, StageStanding.Done, StageStanding.Skipped, StageStanding.Skipped, StageStanding.Skipped, StageStanding.Done, StageStanding.Now], RolloutStages.Of(state, history, null).Select(stage => stage.Standing));
    }

    [Fact]
    public void Without_an_interval_the_page_says_what_was_shown_and_no_more()
    {
        Assert.Equal("± 0 pp; shown to be below + 1 pp, with too few events for an interval", Plain(RolloutDisplay.Interval(Finding(Verdict.Pass))));
        Assert.Equal("± 0 pp, too few events for an interval", Plain(RolloutDisplay.Interval(Finding(Verdict.Inconclusive))));
    }

    [Fact]
    public void What_is_only_shown_neither_passes_nor_fails()
    {
        Assert.Equal((StateKind.Warn, "Worse", "warn"), RolloutDisplay.OfShown(Finding(Verdict.Fail)));
        Assert.Equal((StateKind.None, "Not worse", "none"), RolloutDisplay.OfShown(Finding(Verdict.Pass)));
    }

    [Theory]
    [InlineData(StandardMetrics.RealisedLossName, ModelTask.BinaryClassification, "share of wrong decisions")]
    [InlineData(StandardMetrics.EstimatedLossName, ModelTask.Regression, "mean absolute error")]
    [InlineData("latency", ModelTask.Regression, "geometric mean")]
    [InlineData("errors", ModelTask.Regression, null)]
    public void A_figure_says_what_it_is_a_figure_of(string metric, ModelTask task, string? meaning) => Assert.Equal(meaning, RolloutDisplay.Meaning(metric, task));

    private static string Plain(string text) => text.Replace('\u202f', ' ').Replace('\u2009', ' ').Replace('\u00a0', ' ');

    private static MetricFinding Finding(Verdict verdict) => new("errors", MetricForm.Rate, MetricRole.Guardrail, verdict, 1000, 400, 0, 0, new(double.NegativeInfinity, 0, double.PositiveInfinity), 0.01, 0, 0, 4, null, "");

    private static (RolloutState State, IReadOnlyList<RolloutTransition> History) Walk(params RolloutAction[] actions)
    {
        var state = RolloutState.Draft(Guid.NewGuid(), "delays/production", 1, 2, StandardPlans.Of(RolloutStrategy.Canary), Start).Value;
        var history = new List<RolloutTransition>();
        foreach (var action in actions)
        {
            var change = RolloutMachine.Apply(state, new(Guid.NewGuid(), state.Revision, action, RolloutCommand.AllowedFor(action)[0], "ada", "because"), Start).Value;
            state = change.State;
            history.Add(change.Transition!);
        }

        return (state, history);
    }
}
