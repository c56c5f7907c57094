using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Core.Tests.Deployments.Requests;

public sealed class PromotionPolicyTests
{
    private static readonly PromotionPolicy Team = PromotionPolicy.Default(true) with
    {
        Approvals = [new("Owners", "approvers", 2), new("Risk", "risk", 1)],
        Groups = [new("risk", [4, 9])],
        Margins = new(0.05, new Dictionary<string, double> { ["long haul"] = 0.1 }),
        Automatic = new(RetrainOnDrift: true),
    };

    [Fact]
    public void With_accounts_one_other_person_approves_and_alone_nobody_has_to()
    {
        Assert.Equal(1, PromotionPolicy.Default(true).ApprovalsNeeded);
        Assert.True(PromotionPolicy.Default(true).FourEyes);
        Assert.Equal(0, PromotionPolicy.Default(false).ApprovalsNeeded);
        Assert.Null(PromotionPolicy.Default(true).Check());
        Assert.Equal(new AutomaticActions(), PromotionPolicy.Default(true).Automatic);
    }

    [Fact]
    public void A_policy_survives_its_own_text_with_its_digest()
    {
        var read = PromotionPolicy.Parse(Team.ToJson());
        Assert.Equal(Team.Digest, read.Value.Digest);
        Assert.Equal(Team.ToJson(), read.Value.ToJson());
        Assert.NotEqual(Team.Digest, (Team with { FourEyes = false }).Digest);
    }

    [Theory]
    [InlineData("\"fourEyes\":true", "\"fourEyes\":true,\"fourEys\":true", "fourEys")]
    [InlineData("\"fourEyes\":true", "\"fourEyes\":\"yes\"", "fourEyes")]
    [InlineData("\"group\":\"risk\"", "\"group\":\"finance\"", "approvals[1].group")]
    [InlineData("\"count\":2", "\"count\":0", "approvals[0].count")]
    [InlineData("\"name\":\"Risk\"", "\"name\":\"Owners\"", "approvals[1].name")]
    [InlineData("\"people\":[4,9]", "\"people\":[4,4]", "groups[0].people")]
    [InlineData("\"people\":[4,9]", "\"people\":[]", "groups[0].people")]
    [InlineData("\"name\":\"risk\"", "\"name\":\"approvers\"", "groups[0].name")]
    [InlineData("\"requestDays\":30", "\"requestDays\":0", "requestDays")]
    [InlineData("\"package\"", "\"packages\"", "requiredChecks[0]")]
    [InlineData("\"overall\":0.05", "\"overall\":-0.05", "margins.overall")]
    [InlineData("\"long haul\":0.1", "\"long haul\":2", "margins.segments.long haul")]
    [InlineData("\"latencyBudgetMs\":10", "\"latencyBudgetMs\":0", "latencyBudgetMs")]
    public void What_is_wrong_is_named_by_its_field(string text, string broken, string field)
    {
        Assert.Contains(text, Team.ToJson(), StringComparison.Ordinal);
        var error = PromotionPolicy.Parse(Team.ToJson().Replace(text, broken, StringComparison.Ordinal)).Error;
        Assert.NotNull(error);
        Assert.StartsWith(field, error.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_left_out_is_named() => Assert.Equal("approvals", PromotionPolicy.Parse("{}").Error?.Field);

    [Fact]
    public void Any_part_of_a_request_changes_its_digest()
    {
        var digest = RequestDigest.Of("a", "b", "c");
        Assert.Equal(64, digest.Length);
        Assert.All([RequestDigest.Of("x", "b", "c"), RequestDigest.Of("a", "x", "c"), RequestDigest.Of("a", "b", "x"), RequestDigest.Of("b", "a", "c")], other => Assert.NotEqual(digest, other));
    }
}
