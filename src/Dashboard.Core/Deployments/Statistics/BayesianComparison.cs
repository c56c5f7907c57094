using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Deployments.Statistics;

/// <summary>How the versions stand, in words that people ask for. To show, never to decide: read again and again it errs as often as any peeked-at figure.</summary>
/// <param name="ChallengerHigher">P(B &gt; A), from 0 to 1.</param>
/// <param name="LossIfHigherIsWorse">E[max(B − A, 0)]: what choosing the new version is expected to cost where less is better.</param>
/// <param name="LossIfLowerIsWorse">E[max(A − B, 0)]: the same where more is better.</param>
public readonly record struct Posterior(double ChallengerHigher, double LossIfHigherIsWorse, double LossIfLowerIsWorse);

/// <summary>Bayesian comparison of two arms.</summary>
public static class BayesianComparison
{
    /// <summary>The most terms that are summed.</summary>
    public const int LargestSum = 20_000;

    /// <summary>
    /// Rates under uniform priors: the posterior is Beta(s + 1, n − s + 1), and P(B &gt; A) = Σ_{i&lt;α_B} B(α_A + i, β_A + β_B) / ((β_B + i)·B(1 + i, β_B)·B(α_A, β_A)) exactly (Miller 2015,
    /// "Formulas for Bayesian A/B testing"), or one of the three sums that mirror it, whichever is shortest. E[max(B − A, 0)] = E[B]·P(B′ &gt; A) − E[A]·P(B &gt; A′), with one event more in B′
    /// and in A′. Where all four counts are above <see cref="LargestSum"/> the posteriors are taken as normal, which moves P by less than 0.001, so that a look at millions takes no longer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is impossible.</exception>
    public static Posterior Rates(RateArm champion, RateArm challenger)
    {
        champion.Check(nameof(champion));
        challenger.Check(nameof(challenger));
        var (a, b) = (Beta.Of(champion), Beta.Of(challenger));
        if (Math.Min(Math.Min(a.Alpha, a.Fails), Math.Min(b.Alpha, b.Fails)) > LargestSum)
            return Means(b.Mean - a.Mean, a.Variance + b.Variance);
        var higher = Higher(b, a);
        var (moreB, moreA) = (Higher(b with { Alpha = b.Alpha + 1 }, a), Higher(b, a with { Alpha = a.Alpha + 1 }));
        return new(higher, Math.Max(0, (b.Mean * moreB) - (a.Mean * moreA)), Math.Max(0, (a.Mean * (1 - moreA)) - (b.Mean * (1 - moreB))));
    }

    /// <summary>Means whose difference has a normal posterior N(d, s²) (flat prior): P = Φ(d/s), E[max(±d, 0)] = s·φ(d/s) ± d·Φ(±d/s).</summary>
    /// <param name="variance">s², above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The variance is not above 0.</exception>
    public static Posterior Means(double difference, double variance)
    {
        if (!(variance > 0))
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "A variance is above 0.");
        var deviation = Math.Sqrt(variance);
        var z = difference / deviation;
        var density = deviation * Normal.PDF(0, 1, z);
        return new(Normal.CDF(0, 1, z), density + (difference * Normal.CDF(0, 1, z)), density - (difference * Normal.CDF(0, 1, -z)));
    }

    /// <summary>P(x &gt; y).</summary>
    private static double Higher(Beta x, Beta y)
    {
        var shortest = Math.Min(Math.Min(x.Alpha, x.Fails), Math.Min(y.Alpha, y.Fails));
        var probability = shortest == x.Alpha ? Sum(x, y)
            : shortest == y.Alpha ? 1 - Sum(y, x)
            : shortest == y.Fails ? Sum(y.Mirrored, x.Mirrored)
            : 1 - Sum(x.Mirrored, y.Mirrored);
        return Math.Clamp(probability, 0, 1);
    }

    /// <summary>The sum over x.Alpha terms; each follows from the one before it by a factor, in logarithms so that none is lost.</summary>
    private static double Sum(Beta x, Beta y)
    {
        var log = SpecialFunctions.BetaLn(y.Alpha, y.Fails + x.Fails) - SpecialFunctions.BetaLn(y.Alpha, y.Fails);
        var sum = 0.0;
        for (double i = 0; i < x.Alpha; i++)
        {
            sum += Math.Exp(log);
            log += Math.Log((y.Alpha + i) / (y.Alpha + y.Fails + x.Fails + i) * (x.Fails + i) / (1 + i));
        }

        return sum;
    }

    /// <summary>Beta(Alpha, Fails) with whole parameters of 1 or more.</summary>
    private readonly record struct Beta(double Alpha, double Fails)
    {
        public double Mean => Alpha / (Alpha + Fails);

        public double Variance => Mean * (1 - Mean) / (Alpha + Fails + 1);

        public Beta Mirrored => new(Fails, Alpha);

        public static Beta Of(RateArm arm) => new(arm.Events + 1, arm.NonEvents + 1);
    }
}
