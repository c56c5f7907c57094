using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests;

namespace Dashboard.Storage.Tests.Deployments.Requests;

public sealed class PolicyStoreTests
{
    private static PromotionPolicy Asking(int approvals) => PromotionPolicy.Default(true) with { Approvals = approvals == 0 ? [] : [new("Approval", "approvers", approvals)] };

    [Fact]
    public async Task The_nearest_policy_holds()
    {
        await using var team = await Team.StartAsync();
        Assert.True((await team.Policies.FindAsync("flights", "production", default)).Value.IsDefault);
        await team.Policies.SetAsync(null, "", Asking(2), "ann", default);
        await team.Policies.SetAsync("flights", "", Asking(3), "ann", default);
        await team.Policies.SetAsync("flights", "production", Asking(4), "ann", default);
        Assert.Equal(4, (await team.Policies.FindAsync("flights", "production", default)).Value.Policy.ApprovalsNeeded);
        Assert.Equal(3, (await team.Policies.FindAsync("flights", "", default)).Value.Policy.ApprovalsNeeded);
        Assert.Equal(2, (await team.Policies.FindAsync(null, "production", default)).Value.Policy.ApprovalsNeeded);
        Assert.Equal([(null, ""), ("flights", ""), ("flights", "production")], (await team.Policies.ListAsync(default)).Select(policy => (policy.Model, policy.Environment)));
        Assert.Equal(3, (await team.Policies.RemoveAsync("flights", "production", "ann", default)).Value.Policy.ApprovalsNeeded);
    }

    [Fact]
    public async Task A_group_names_people_who_have_an_account()
    {
        await using var team = await Team.StartAsync();
        var refused = await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Groups = [new("risk", [team["ben"].PersonId!.Value, 4711])] }, "ann", default);
        Assert.Equal(("groups[0].people", "4711"), (refused.Error!.Field, refused.Error.Value));
        Assert.Equal("environment", (await team.Policies.SetAsync("flights", "staging", Asking(1), "ann", default)).Error?.Field);
        Assert.Equal(ErrorKind.NotFound, (await team.Policies.SetAsync("trains", "", Asking(1), "ann", default)).Error?.Kind);
    }

    [Fact]
    public async Task Where_approvals_are_asked_for_a_direct_promotion_is_refused_with_what_to_do()
    {
        await using var team = await Team.StartAsync();
        Assert.Contains("propose it", (await team.Policies.DirectRefusalAsync("flights", default))!.Message, StringComparison.Ordinal);
        await team.Policies.SetAsync("flights", "", Asking(0), "ann", default);
        Assert.Null(await team.Policies.DirectRefusalAsync("flights", default));
    }
}
