using Dashboard.Core.Deployments;

namespace Dashboard.Core.Tests.Deployments;

public sealed class ChampionHistoryTests
{
    private static readonly ChampionChange One = new(false, 1), Two = new(false, 2), Three = new(false, 3), BackToOne = new(true, 1), BackToTwo = new(true, 2);

    [Fact]
    public void Without_a_promotion_nothing_stands() => Assert.Empty(ChampionHistory.Standing([]));

    [Fact]
    public void Repeated_rollbacks_walk_further_back() =>
        Assert.Equal([1], ChampionHistory.Standing([One, Two, Three, BackToTwo, BackToOne]));

    [Fact]
    public void A_version_that_was_rolled_back_is_not_what_the_next_rollback_returns_to() =>
        Assert.Equal([1, 3], ChampionHistory.Standing([One, Two, BackToOne, Three]));

    [Fact]
    public void A_version_may_be_promoted_again_after_its_rollback() =>
        Assert.Equal([1, 2], ChampionHistory.Standing([One, Two, BackToOne, Two]));
}
