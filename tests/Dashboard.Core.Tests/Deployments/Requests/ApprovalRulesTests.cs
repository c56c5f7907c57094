using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Core.Tests.Deployments.Requests;

public sealed class ApprovalRulesTests
{
    private const string Digest = "d1";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Reviewer Ann = new(1, "ann", true, true), Ben = new(2, "ben", true, false), Cem = new(3, "cem", true, false), Dia = new(4, "dia", false, false);
    private static readonly Reviewer[] People = [Ann, Ben, Cem, Dia];
    private static readonly RequestFacts OfDia = new(Dia.Id, [Cem.Id], Digest, Now.AddDays(30));

    private static PromotionPolicy Policy(params ApprovalRule[] rules) => PromotionPolicy.Default(true) with { Approvals = rules, Groups = [new("risk", [Ben.Id, Cem.Id, Dia.Id])] };

    private static Approval By(Reviewer person, string digest = Digest, int daysAgo = 0) => new(person.Id, person.Name, Now.AddDays(-daysAgo), digest, "Approval", "");

    private static Error? Refusal(PromotionPolicy policy, Reviewer person, RequestFacts? request = null, string seen = Digest, params Approval[] given) =>
        ApprovalRules.Refusal(policy, request ?? OfDia, given, People, person, seen, Now);

    [Fact]
    public void An_approver_who_neither_proposed_nor_trained_may_approve() => Assert.Null(Refusal(PromotionPolicy.Default(true), Ben));

    [Fact]
    public void Whoever_proposed_may_not_approve() => Assert.IsType<OwnRequest>(Refusal(PromotionPolicy.Default(true), Ben, OfDia with { ProposedBy = Ben.Id }));

    [Fact]
    public void Whoever_trained_the_version_may_not_approve() => Assert.IsType<TrainedIt>(Refusal(PromotionPolicy.Default(true), Cem));

    [Fact]
    public void Without_four_eyes_whoever_proposed_and_trained_may_approve() =>
        Assert.Null(Refusal(PromotionPolicy.Default(true) with { FourEyes = false }, Cem, OfDia with { ProposedBy = Cem.Id }));

    [Fact]
    public void Without_the_role_nobody_may_approve_even_in_the_group() => Assert.IsType<NotInGroup>(Refusal(Policy(new ApprovalRule("Risk", "risk", 1)), Dia, OfDia with { ProposedBy = Ann.Id }));

    [Fact]
    public void Outside_of_the_group_nobody_may_approve()
    {
        var refused = Assert.IsType<NotInGroup>(Refusal(Policy(new ApprovalRule("Risk", "risk", 1)), Ann));
        Assert.Equal(["risk"], refused.Groups);
    }

    [Fact]
    public void Nobody_approves_twice() => Assert.IsType<AlreadyApproved>(Refusal(Policy(new ApprovalRule("Two", "approvers", 2)), Ben, null, Digest, By(Ben)));

    [Fact]
    public void Nobody_approves_what_they_have_not_seen() => Assert.IsType<StaleDigest>(Refusal(PromotionPolicy.Default(true), Ben, null, "older"));

    [Fact]
    public void Nothing_is_approved_before_its_evidence_is_there() => Assert.IsType<StaleDigest>(Refusal(PromotionPolicy.Default(true), Ben, OfDia with { Digest = null }));

    [Fact]
    public void An_expired_request_is_approved_by_nobody() => Assert.IsType<RequestExpired>(Refusal(PromotionPolicy.Default(true), Ben, OfDia with { ExpiresAt = Now }));

    [Fact]
    public void What_is_complete_takes_no_more() => Assert.IsType<NothingToApprove>(Refusal(PromotionPolicy.Default(true), Ann, null, Digest, By(Ben)));

    [Fact]
    public void A_changed_digest_voids_approvals_and_keeps_them_in_sight()
    {
        var standing = ApprovalRules.Of(PromotionPolicy.Default(true), OfDia with { Digest = "d2" }, [By(Ben)], People, Now);
        Assert.False(standing.IsComplete);
        Assert.Equal([ApprovalState.Void], standing.States);
        Assert.Null(Refusal(PromotionPolicy.Default(true), Ben, OfDia with { Digest = "d2" }, "d2", By(Ben)));
    }

    [Fact]
    public void An_old_approval_expires()
    {
        Assert.True(ApprovalRules.Of(PromotionPolicy.Default(true), OfDia, [By(Ben, daysAgo: 29)], People, Now).IsComplete);
        Assert.Equal([ApprovalState.Expired], ApprovalRules.Of(PromotionPolicy.Default(true), OfDia, [By(Ben, daysAgo: 30)], People, Now).States);
    }

    [Fact]
    public void An_approval_of_somebody_who_lost_the_role_counts_no_more()
    {
        var standing = ApprovalRules.Of(PromotionPolicy.Default(true), OfDia, [By(Ben)], [Ann, Ben with { MayApprove = false }], Now);
        Assert.Equal([ApprovalState.NoLongerMay], standing.States);
        Assert.False(standing.IsComplete);
    }

    [Fact]
    public void One_person_counts_for_one_rule()
    {
        var policy = Policy(new ApprovalRule("Any", "approvers", 1), new ApprovalRule("Risk", "risk", 1));
        var standing = ApprovalRules.Of(policy, OfDia, [By(Ben)], People, Now);
        Assert.Equal((2, 1), (standing.Needed, standing.Given));
    }

    [Fact]
    public void Somebody_of_the_narrow_group_makes_room_for_somebody_of_the_wide_one()
    {
        // Ben came first and filled the wide rule; when Ann comes, who fits nowhere else, he moves to the narrow one.
        var policy = Policy(new ApprovalRule("Any", "approvers", 1), new ApprovalRule("Risk", "risk", 1));
        Assert.True(ApprovalRules.Of(policy, OfDia, [By(Ben), By(Ann)], People, Now).IsComplete);
        Assert.Equal("Risk", ApprovalRules.RuleFor(policy, OfDia, [By(Ben)], People, Ann, Now)?.Name);
    }

    [Fact]
    public void A_rule_says_who_is_left_and_when_too_few_are()
    {
        var standing = ApprovalRules.Of(Policy(new ApprovalRule("Admins", "administrators", 2)), OfDia, [], People, Now);
        Assert.Equal(["ann"], standing.Rules[0].May);
        Assert.True(standing.Rules[0].IsStuck);
    }

    [Fact]
    public void Without_rules_nothing_is_missing() => Assert.True(ApprovalRules.Of(PromotionPolicy.Default(false), OfDia, [], People, Now).IsComplete);

    /// <summary>Over random people, groups, rules and approvals, against a search through all assignments.</summary>
    [Fact]
    public void As_many_places_are_filled_as_any_assignment_fills_in_whatever_order_people_approve()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var people = Enumerable.Range(1, 5).Select(id => new Reviewer(id, $"p{id}", random.Next(4) > 0, random.Next(3) == 0)).ToArray();
            var groups = Enumerable.Range(0, 2).Select(g => new PeopleGroup($"g{g}", [.. people.Where(_ => random.Next(2) == 0).Select(person => person.Id)])).ToArray();
            string[] names = ["approvers", "administrators", "g0", "g1"];
            var rules = Enumerable.Range(0, random.Next(1, 4)).Select(r => new ApprovalRule($"r{r}", names[random.Next(4)], random.Next(1, 3))).ToArray();
            var policy = PromotionPolicy.Default(true) with { Approvals = rules, Groups = groups, FourEyes = random.Next(2) == 0 };
            var request = new RequestFacts(random.Next(1, 6), [random.Next(1, 6)], Digest, Now.AddDays(1));
            Approval[] given = [.. people.Where(_ => random.Next(3) > 0).Select(person => By(person))];
            var standing = ApprovalRules.Of(policy, request, given, people, Now);
            random.Shuffle(given);
            Assert.Equal(standing.Given, ApprovalRules.Of(policy, request, given, people, Now).Given);
            Assert.Equal(Best(policy, request, rules.SelectMany(rule => Enumerable.Repeat(rule.Group, rule.Count)).ToList(), [.. given.Select(approval => people[approval.By - 1])], 0), standing.Given);
            Assert.All(standing.Rules, rule => Assert.True(rule.By.Count <= rule.Rule.Count));
            Assert.Equal(standing.Given, standing.Rules.SelectMany(rule => rule.By).Distinct().Count());
            if (policy.FourEyes)
                Assert.DoesNotContain(standing.Rules.SelectMany(rule => rule.By), name => name == $"p{request.ProposedBy}" || name == $"p{request.TrainedBy.Single()}");
        }
    }

    private static int Best(PromotionPolicy policy, RequestFacts request, List<string> places, Reviewer[] givers, int next)
    {
        if (next == givers.Length)
            return 0;
        var best = Best(policy, request, places, givers, next + 1);
        var giver = givers[next];
        if (!giver.MayApprove || (policy.FourEyes && (request.ProposedBy == giver.Id || request.TrainedBy.Contains(giver.Id))))
            return best;
        for (var i = 0; i < places.Count; i++)
        {
            if (places[i] is "administrators" && !giver.IsAdministrator || places[i].StartsWith('g') && !policy.Groups.First(group => group.Name == places[i]).People.Contains(giver.Id))
                continue;
            List<string> left = [.. places];
            left.RemoveAt(i);
            best = Math.Max(best, 1 + Best(policy, request, left, givers, next + 1));
        }

        return best;
    }
}
