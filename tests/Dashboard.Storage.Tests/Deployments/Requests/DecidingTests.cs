using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Storage.Tests.Deployments.Requests;

/// <summary>Approving, rejecting, waiving, and going round it all: who may, and what follows.</summary>
public sealed class DecidingTests
{
    [Fact]
    public async Task A_proposal_waits_and_the_approval_of_another_lets_its_rollout_go()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync();
        Assert.Equal(RolloutPhase.PendingApproval, await PhaseAsync(team, id));
        Assert.Equal([id], (await team.Store.WaitingAsync(team["ben"], default)).Select(request => request.Id));
        Assert.Empty(await team.Store.WaitingAsync(team["dia"], default));

        Assert.Null((await team.ApproveAsync(id, "ben")).Error);

        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, id));
        var seen = await team.SeeAsync(id, "ann");
        Assert.Equal((RequestState.Approved, "ben"), (seen.Summary.State, seen.EndedBy));
        Assert.Empty(await team.Store.WaitingAsync(team["ben"], default));
        var actions = (await team.Flights.Installation.Get<ActivityLog>().ListAsync("flights", 50, null, default)).Select(entry => entry.Action).ToList();
        Assert.Empty(((string[])["request.proposed", "request.evidence-gathered", "request.approval-given", "request.approved", "rollout.pending-approval", "rollout.warming"]).Except(actions));
    }

    [Fact]
    public async Task What_was_decided_stays_as_it_was_decided_whatever_the_policy_and_roles_become()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync();
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
        var before = await team.SeeAsync(id, "ann");

        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Approvals = [new("Five", "administrators", 5)] }, "ann", default);
        Assert.Null((await team.Flights.Installation.Get<Dashboard.Storage.Governance.People.PeopleStore>().ChangeAsync(team["ben"].PersonId!.Value, Role.Viewer, new Dictionary<string, Role>(), true, "ann", default)).Error);

        var after = await team.SeeAsync(id, "ann");
        Assert.Equal((1, 1, before.Policy.Digest), (after.Summary.Needed, after.Summary.Given, after.Policy.Digest));
        Assert.Equal((ApprovalState.Counts, "ben"), (Assert.Single(after.Approvals).State, Assert.Single(Assert.Single(after.Rules).By)));
        Assert.Equal(1, Assert.Single(await team.Store.ListAsync(RequestState.Approved, null, null, default)).Needed);
    }

    [Fact]
    public async Task Whoever_proposed_does_not_approve_by_an_account_or_by_a_token_of_it()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync(by: "ben");
        Assert.IsType<OwnRequest>((await team.ApproveAsync(id, "ben")).Error);
        var token = team["ben"] with { Kind = ActorKind.Token, Id = "77", Name = "ben (ci)" };
        Assert.IsType<OwnRequest>((await team.Store.ApproveAsync(id, (await team.SeeAsync(id, "ben")).Digest!, "", token, default)).Error);
        Assert.Equal(RolloutPhase.PendingApproval, await PhaseAsync(team, id));
    }

    [Theory]
    [InlineData("cem")]
    [InlineData("cem (nightly)")]
    [InlineData("CEM")]
    public async Task Whoever_trained_the_version_does_not_approve_even_by_a_token(string madeBy)
    {
        await using var team = await Team.StartAsync();
        await team.MadeByAsync(2, madeBy);
        var id = await team.ReadyAsync();
        Assert.IsType<TrainedIt>((await team.ApproveAsync(id, "cem")).Error);
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
    }

    [Fact]
    public async Task What_has_no_person_behind_it_does_not_approve()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync();
        var digest = (await team.SeeAsync(id, "ann")).Digest!;
        var bootstrap = new Actor(ActorKind.Token, "1", "bootstrap", Role.Administrator, new Dictionary<string, Role>());
        Assert.IsType<NoAccount>((await team.Store.ApproveAsync(id, digest, "", bootstrap, default)).Error);
        Assert.IsType<NoAccount>((await team.Store.ApproveAsync(id, digest, "", Actor.Operator("host"), default)).Error);
        Assert.IsType<NoAccount>((await team.Store.BreakGlassAsync(id, "now", Actor.Operator("host"), default)).Error);
    }

    [Fact]
    public async Task Of_two_rules_two_people_approve_and_racing_approvals_count_once_each()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Approvals = [new("Two", "approvers", 2)] }, "ann", default);
        var id = await team.ReadyAsync();
        var digest = (await team.SeeAsync(id, "ann")).Digest!;

        // One person twice at once: one counts.
        var twice = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => team.Store.ApproveAsync(id, digest, "", team["ben"], default))));
        Assert.Single(twice, result => result.IsSuccess);
        Assert.All(twice.Where(result => !result.IsSuccess), result => Assert.IsType<AlreadyApproved>(result.Error));
        Assert.Equal(RolloutPhase.PendingApproval, await PhaseAsync(team, id));

        // Two people at once for the last place: one lets it go, the other comes too late.
        var race = await Task.WhenAll(((string[])["cem", "ann"]).Select(name => Task.Run(() => team.Store.ApproveAsync(id, digest, "", team[name], default))));
        Assert.Single(race, result => result.IsSuccess);
        var seen = await team.SeeAsync(id, "ann");
        Assert.Equal(2, seen.Approvals.Count);
        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, id));
    }

    [Fact]
    public async Task A_required_check_that_fails_stands_in_the_way_until_somebody_else_waives_it()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync(2, "dia", CheckNames.Smoke);
        Assert.IsType<CheckStandsInTheWay>((await team.ApproveAsync(id, "ben")).Error);
        Assert.IsType<NotAllowed>((await team.Store.WaiveAsync(id, CheckNames.Smoke, "never mind", team["dia"], default)).Error);
        Assert.Equal("reason", (await team.Store.WaiveAsync(id, CheckNames.Smoke, " ", team["cem"], default)).Error?.Field);
        Assert.Equal("check", (await team.Store.WaiveAsync(id, CheckNames.Schema, "it passed", team["cem"], default)).Error?.Field);

        Assert.Null((await team.Store.WaiveAsync(id, CheckNames.Smoke, "known fault of the sample", team["cem"], default)).Error);

        var check = (await team.SeeAsync(id, "ben")).Checks.Single(one => one.Result.Name == CheckNames.Smoke);
        Assert.Equal(("waived", "known fault of the sample", "cem"), (check.State, check.Waiver?.Reason, check.Waiver?.By));
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_and_ends_the_request()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync();
        Assert.Equal("reason", (await team.Store.RejectAsync(id, "", team["ben"], default)).Error?.Field);
        Assert.Null((await team.Store.RejectAsync(id, "too slow", team["ben"], default)).Error);
        Assert.Equal(ErrorKind.Conflict, (await team.ApproveAsync(id, "cem")).Error?.Kind);
        Assert.Equal(RolloutPhase.Draft, await PhaseAsync(team, id));
        Assert.Equal([(false, "ben", "too slow")], (await team.Store.DecisionsAsync(VersionId(team, 2), default)).Select(one => (one.Approved, one.By, one.Comment)));
    }

    [Fact]
    public async Task An_administrator_goes_round_the_approvals_and_another_one_reviews_it()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ProposeAsync();
        Assert.IsType<NotAllowed>((await team.Store.BreakGlassAsync(id, "now", team["ben"], default)).Error);
        Assert.Null((await team.Store.BreakGlassAsync(id, "the present one answers nonsense", team["ann"], default)).Error);
        Assert.Equal(RolloutPhase.Warming, await PhaseAsync(team, id));
        Assert.True((await team.SeeAsync(id, "ben")).Summary.ReviewOutstanding);
        Assert.Empty(await team.Store.WaitingAsync(team["ann"], default));
        Assert.Equal([id], (await team.Store.WaitingAsync(team["abe"], default)).Select(request => request.Id));

        var incidents = team.Flights.Installation.Get<Incidents>();
        var incident = Assert.Single(await incidents.ListAsync("flights", open: true, 10, default));
        Assert.Equal((id, AlertSeverity.Critical), (incident.RequestId, incident.Severity));
        // No rule fires in it, so no quiet ends it.
        await team.Flights.Installation.Get<AlertLedger>().SettleAsync(default);
        Assert.Single(await incidents.ListAsync("flights", open: true, 10, default));

        Assert.IsType<OwnEmergency>((await team.Store.ReviewAsync(id, "it was right", team["ann"], default)).Error);
        Assert.IsType<NotAllowed>((await team.Store.ReviewAsync(id, "it was right", team["ben"], default)).Error);
        Assert.Null((await team.Store.ReviewAsync(id, "it was right", team["abe"], default)).Error);

        var seen = await team.SeeAsync(id, "ben");
        Assert.False(seen.Summary.ReviewOutstanding);
        Assert.Equal(("ann", "abe", "it was right"), (seen.Glass!.By, seen.Glass.ReviewedBy, seen.Glass.ReviewWords));
        Assert.Equal(TransitionReason.Reviewed, Assert.Single(await incidents.ListAsync("flights", open: false, 10, default)).Resolution);
    }

    [Fact]
    public async Task Where_the_policy_forbids_it_nobody_goes_round_the_approvals()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync("flights", "production", PromotionPolicy.Default(true) with { BreakGlass = false }, "ann", default);
        Assert.Equal(ErrorKind.Conflict, (await team.Store.BreakGlassAsync(await team.ProposeAsync(), "now", team["ann"], default)).Error?.Kind);
    }

    [Fact]
    public async Task When_another_version_went_live_meanwhile_what_was_proposed_goes_no_more()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ReadyAsync(3);
        Assert.Null((await team.SeeAsync(id, "ben")).Moved);
        await team.Flights.Installation.Get<Storage.Deployments.ChampionSwitch>().PromoteAsync(new("flights", "host"), 2, default);

        Assert.IsType<ChampionMoved>((await team.ApproveAsync(id, "ben")).Error);
        Assert.IsType<ChampionMoved>((await team.Store.BreakGlassAsync(id, "now", team["ann"], default)).Error);
        var seen = await team.SeeAsync(id, "ben");
        Assert.IsType<ChampionMoved>(seen.Moved);
        Assert.Empty(seen.Approvals);
    }

    [Fact]
    public async Task An_account_that_was_disabled_since_counts_no_more()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", PromotionPolicy.Default(true) with { Approvals = [new("Two", "approvers", 2)] }, "ann", default);
        var id = await team.ReadyAsync();
        await team.ApproveAsync(id, "ben");
        await team.Flights.Installation.Get<Storage.Governance.People.PeopleStore>().ChangeAsync(team["ben"].PersonId!.Value, Role.Approver, new Dictionary<string, Role>(), enabled: false, "ann", default);
        Assert.Null((await team.ApproveAsync(id, "cem")).Error);
        var seen = await team.SeeAsync(id, "ann");
        Assert.Equal([ApprovalState.NoLongerMay, ApprovalState.Counts], seen.Approvals.Select(approval => approval.State));
        Assert.Equal(RequestState.Open, seen.Summary.State);
    }

    private static async Task<RolloutPhase> PhaseAsync(Team team, int id) =>
        (await team.Flights.Store.FindAsync((await team.SeeAsync(id, "ann")).RolloutId, default)).Value.State.Phase;

    private static int VersionId(Team team, int number) => team.Flights.Installation.Get<Storage.Registry.ModelRegistry>().FindVersionAsync("flights", $"{number}", default).GetAwaiter().GetResult().Value.Id;
}
