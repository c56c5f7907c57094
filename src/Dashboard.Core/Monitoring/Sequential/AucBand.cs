using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>
/// A band for ROC-AUC over disjoint blocks (windows whose ground truth is in) that may be looked at after each of them. Remembers two sums, so it can be stored and resumed as it is.
/// <para>A block's AUC U is a two-sample U-statistic of n₊ positives and n₋ negatives: an average, over all pairings, of means of k = min(n₊, n₋) independent comparisons (Hoeffding 1963, section
/// 5). By Jensen's inequality k·U then has an exponential moment no larger than the sum of k independent observations in [0, 1], and <see cref="MixtureBand"/> applies with Σk·U and Σk.</para>
/// <para>It assumes that within a block rows of a class are independent and alike, that how many there are does not depend on their scores, and that every block's expected AUC is the same.
/// It is for looks at the ends of blocks, not within them. The estimate is the mean of the blocks' AUCs weighted by k: rows of different blocks are not compared, so it may differ from the AUC
/// of all rows together. Blocks with one class only say nothing.</para>
/// </summary>
/// <param name="Pairs">Σk.</param>
/// <param name="Sum">Σk·U.</param>
public sealed record AucBand(double Pairs = 0, double Sum = 0)
{
    /// <summary>With one block more.</summary>
    /// <param name="auc">In [0, 1]; not read where a class has no rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The AUC or a count is out of range.</exception>
    public AucBand With(double auc, long positives, long negatives)
    {
        if (positives < 0 || negatives < 0)
            throw new ArgumentOutOfRangeException(nameof(positives), Math.Min(positives, negatives), "A count is 0 or more.");
        var pairs = Math.Min(positives, negatives);
        if (pairs == 0)
            return this;
        if (auc is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(auc), auc, "A ROC-AUC is from 0 to 1.");
        return new(Pairs + pairs, Sum + (pairs * auc));
    }

    /// <param name="miscoverage">α, in (0, 1).</param>
    public AnytimeBand At(double miscoverage) => MixtureBand.Of(Math.Min(Sum, Pairs), Pairs, miscoverage);
}
