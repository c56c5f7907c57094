using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Deployments.Plans;

namespace Dashboard.Core.Tests.Deployments.Rollouts;

public sealed class NodeTurnsTests
{
    [Fact]
    public void As_the_weight_grows_nodes_only_ever_get_the_new_version_and_one_of_each_is_left_to_compare()
    {
        for (var nodes = 2; nodes <= 12; nodes++)
        {
            var names = NodeTurns.InOrder(Enumerable.Range(0, nodes).Select(i => $"node-{i:00}").Reverse());
            var before = 0;
            for (var percent = 1; percent <= 99; percent++)
            {
                var weight = TrafficWeight.OfPercent(percent).Value;
                var having = names.Count(name => NodeTurns.HasNew(weight, names, name));
                Assert.Equal(NodeTurns.Count(weight, nodes), having);
                Assert.InRange(having, Math.Max(before, 1), nodes - 1);
                Assert.True(names.Take(having).All(name => NodeTurns.HasNew(weight, names, name)));
                before = having;
            }

            Assert.Equal((0, nodes), (names.Count(name => NodeTurns.HasNew(TrafficWeight.None, names, name)), names.Count(name => NodeTurns.HasNew(TrafficWeight.All, names, name))));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(51)]
    public void The_standard_plan_has_a_step_for_every_node_but_the_last(int nodes)
    {
        var plan = StandardPlans.Of(RolloutStrategy.Rolling, null, nodes);

        Assert.Null(plan.Check());
        Assert.Equal(Enumerable.Range(1, nodes - 1), plan.Steps.Select(step => NodeTurns.Count(step.Weight, nodes)));
    }

    [Fact]
    public void With_more_nodes_than_a_plan_has_steps_several_take_their_turn_together()
    {
        var plan = StandardPlans.Of(RolloutStrategy.Rolling, null, 200);

        Assert.Null(plan.Check());
        Assert.Equal(PlanCheck.MaxSteps, plan.Steps.Count);
        var counts = plan.Steps.Select(step => NodeTurns.Count(step.Weight, 200)).ToList();
        Assert.Equal(counts.Distinct().Order(), counts);
    }

    [Fact]
    public void A_node_that_is_not_on_the_list_has_its_turn_last()
    {
        Assert.False(NodeTurns.HasNew(TrafficWeight.OfPercent(99).Value, ["a", "b"], "stranger"));
        Assert.True(NodeTurns.HasNew(TrafficWeight.All, ["a", "b"], "stranger"));
        Assert.Equal((0, 0), (NodeTurns.Count(TrafficWeight.OfPercent(50).Value, 0), NodeTurns.Count(TrafficWeight.OfPercent(50).Value, 1)));
    }

    [Fact]
    public void While_a_node_is_waited_for_nothing_passes_what_fails_is_taken_back_and_in_the_end_it_pauses_and_says_for_whom()
    {
        var walk = new Walk(Samples.Canary(5, 25)).Approved().Do(RolloutAction.Warmed).Wait(10);
        var pass = walk.Report(Verdict.Pass);

        Assert.Null(RolloutMachine.Tick(walk.State, pass, walk.Now, "It waits for node b.").Value.Transition);
        Assert.Equal(RolloutPhase.Step, RolloutMachine.Tick(walk.State, pass, walk.Now).Value.State.Phase);
        Assert.Equal(RolloutPhase.Aborting, RolloutMachine.Tick(walk.State, walk.Report(Verdict.Fail), walk.Now, "It waits for node b.").Value.State.Phase);
        var late = walk.Wait(10_000);
        var paused = RolloutMachine.Tick(walk.State, walk.Report(Verdict.Pass), walk.Now, "It waits for node b.").Value.State;
        Assert.Equal((RolloutPhase.Paused, PauseReason.Inconclusive), (paused.Phase, paused.Pause));
        Assert.Contains("It waits for node b.", paused.Reason, StringComparison.Ordinal);
        Assert.Same(walk, late);
    }
}
