using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Deployments.Requests;

namespace Dashboard.Storage.Tests.Deployments.Requests;

/// <summary>Asking for a promotion, taking it back, and what evidence and time bring.</summary>
public sealed class ProposingTests
{
    [Fact]
    public async Task What_needs_no_approval_waits_for_the_rollout_before_it_and_goes_once_that_is_over()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Approvals = [] }, "ann", default);
        var first = await team.ReadyAsync(2);
        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, first));

        var second = await team.ReadyAsync(3);

        var seen = await team.SeeAsync(second, "ann");
        Assert.Equal(RequestState.Open, seen.Summary.State);
        Assert.NotNull(seen.Evidence);
        Assert.Contains("expected it to end first", seen.EvidenceError, StringComparison.Ordinal);
        Assert.Empty(await team.Store.GoOnAsync(default));
        Assert.Equal(RolloutPhase.PendingApproval, await PhaseAsync(team, second));

        var before = (await team.SeeAsync(first, "ann")).RolloutId;
        await team.Flights.DoAsync(before, RolloutAction.Abort);
        if (await PhaseAsync(team, first) == RolloutPhase.Aborting)
            await team.Flights.DoAsync(before, RolloutAction.Drained);
        Assert.Empty(await team.Store.GoOnAsync(default));

        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, second));
        var gone = await team.SeeAsync(second, "ann");
        Assert.Equal((RequestState.Approved, null), (gone.Summary.State, gone.EvidenceError));
    }

    [Fact]
    public async Task New_evidence_voids_approvals_and_keeps_them_in_sight()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync("flights", "", PromotionPolicy.Default(true) with { Approvals = [new("Two", "approvers", 2)] }, "ann", default);
        var id = await team.ReadyAsync();
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
        var before = (await team.SeeAsync(id, "cem")).Digest!;

        Assert.Null((await team.Store.RenewAsync(id, team["dia"], default)).Error);
        Assert.IsType<StaleDigest>((await team.Store.ApproveAsync(id, before, "", team["cem"], default)).Error);
        team.Flights.Time.Now += TimeSpan.FromSeconds(1);
        await team.GatherAsync(id);

        var seen = await team.SeeAsync(id, "cem");
        Assert.NotEqual(before, seen.Digest);
        Assert.Equal([ApprovalState.Void], seen.Approvals.Select(approval => approval.State));
        Assert.Equal((0, 2), (seen.Summary.Given, seen.Summary.Needed));
        Assert.Null((await team.ApproveAsync(id, "cem")).Error);
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, id));
    }

    [Fact]
    public async Task Approvals_and_requests_expire()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Approvals = [new("Two", "approvers", 2)], ApprovalDays = 2, RequestDays = 5 }, "ann", default);
        var id = await team.ReadyAsync();
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
        team.Flights.Time.Now += TimeSpan.FromDays(3);
        Assert.Equal([ApprovalState.Expired], (await team.SeeAsync(id, "cem")).Approvals.Select(approval => approval.State));
        Assert.Equal(0, await team.Store.ExpireAsync(default));

        team.Flights.Time.Now += TimeSpan.FromDays(2);
        Assert.IsType<RequestExpired>((await team.ApproveAsync(id, "cem")).Error);
        Assert.Equal(1, await team.Store.ExpireAsync(default));
        Assert.Equal(RequestState.Expired, (await team.SeeAsync(id, "cem")).Summary.State);
        Assert.Equal(RolloutPhase.Draft, await PhaseAsync(team, id));
    }

    [Fact]
    public async Task Where_no_approval_is_asked_for_the_evidence_lets_it_go_unless_a_required_check_fails()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(false), "ann", default);
        var good = await team.ReadyAsync(2);
        Assert.Equal(RequestState.Approved, (await team.SeeAsync(good, "ann")).Summary.State);
        var bad = await team.ReadyAsync(3, "dia", CheckNames.Package);
        Assert.Equal(RequestState.Open, (await team.SeeAsync(bad, "ann")).Summary.State);
    }

    [Fact]
    public async Task Only_whoever_proposed_or_an_administrator_takes_a_request_back()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync();
        Assert.IsType<NotYours>((await team.Store.WithdrawAsync(id, "", team["ben"], default)).Error);
        Assert.Null((await team.Store.WithdrawAsync(id, "found a fault", team["dia"], default)).Error);
        Assert.Equal(RequestState.Withdrawn, (await team.SeeAsync(id, "ann")).Summary.State);
        Assert.NotEqual(id, await team.ProposeAsync());
    }

    [Fact]
    public async Task A_version_is_proposed_once_at_a_time()
    {
        await using var team = await Team.StartAsync();
        await team.ProposeAsync();
        var again = await team.Store.ProposeAsync(new("flights", 2, "production", Team.Canary, "again"), team["dia"], default);
        Assert.Equal((ErrorKind.Conflict, "version"), (again.Error!.Kind, again.Error.Field));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_proposal_that_is_refused()
    {
        await using var team = await Team.StartAsync();
        Assert.NotNull((await team.Store.ProposeAsync(new("flights", 1, "production", Team.Canary, "it is live already"), team["dia"], default)).Error);
        Assert.Empty(await team.Store.ListAsync(null, null, null, default));
        Assert.Empty(await team.Flights.Store.ListAsync("flights", default));
    }

    [Fact]
    public async Task What_cannot_start_by_itself_keeps_its_evidence_and_says_why()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(false), "ann", default);
        await team.ReadyAsync(2);
        var second = await team.SeeAsync(await team.ReadyAsync(3), "ann");
        Assert.Equal(RequestState.Open, second.Summary.State);
        Assert.NotNull(second.Evidence);
        Assert.NotNull(second.EvidenceError);
    }

    private static async Task<RolloutPhase> PhaseAsync(Team team, int id) =>
        (await team.Flights.Store.FindAsync((await team.SeeAsync(id, "ann")).RolloutId, default)).Value.State.Phase;
}
