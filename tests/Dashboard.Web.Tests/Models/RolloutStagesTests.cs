using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Web.Components.Pages.Models.Rollouts;

namespace Dashboard.Web.Tests.Models;

/// <summary>A plan as a strip.</summary>
public sealed class RolloutStagesTests
{
    [Fact]
    public void From_node_to_node_a_step_is_a_number_of_nodes_where_their_number_is_known()
    {
        var state = RolloutState.Draft(Guid.NewGuid(), RolloutTarget.Of("m", "production"), 1, 2, StandardPlans.Of(RolloutStrategy.Rolling, null, 3), DateTimeOffset.UnixEpoch).Value;

        Assert.Equal(["Approval", "Warm-up", "1 of 3", "2 of 3", "All nodes", "Bake"], Titles(3));
        // With a node more since then, the same shares are others of them.
        Assert.Equal(["Approval", "Warm-up", "2 of 4", "3 of 4", "All nodes", "Bake"], Titles(4));
        Assert.StartsWith("nodes, step 1, ", RolloutStages.Of(state, [], 3)[2].Note, StringComparison.Ordinal);
        Assert.All(Titles(null)[2..4], title => Assert.EndsWith(" %", title, StringComparison.Ordinal));

        string[] Titles(int? nodes) => [.. RolloutStages.Of(state, [], nodes).Select(stage => stage.Title)];
    }

    [Fact]
    public void Of_a_canary_a_step_is_a_share_of_the_traffic_however_many_nodes_there_are()
    {
        var state = RolloutState.Draft(Guid.NewGuid(), RolloutTarget.Of("m", "production"), 1, 2, StandardPlans.Of(RolloutStrategy.Canary), DateTimeOffset.UnixEpoch).Value;

        Assert.Equal([.. state.Plan.Steps.Select(step => $"{step.Weight}"), "100 %", "Bake"], RolloutStages.Of(state, [], 3).Skip(2).Select(stage => stage.Title));
    }
}
