namespace Dashboard.Core.Deployments.Statistics;

/// <summary>What a <see cref="RateEProcess"/> gathers evidence for, with d = the new version's rate − the champion's.</summary>
public enum RateClaim
{
    /// <summary>d is not the offset; refuted is d = offset.</summary>
    Differs,

    /// <summary>d is above the offset; refuted is d ≤ offset.</summary>
    Above,

    /// <summary>d is below the offset; refuted is d ≥ offset.</summary>
    Below,
}

/// <summary>
/// The exact two-arm e-process for rates (Turner, Ly and Grünwald 2024, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping"). It may be looked at after every
/// block, for as long as one likes: if the claim is false, E ever reaches 1/α with probability at most α (Ville's inequality), at any split of the traffic and any rate. Immutable; the whole of
/// it is what has to be stored to go on.
/// <para>A block of n_A and n_B trials multiplies E by Bin(s_A; p̃_A)·Bin(s_B; p̃_B) / [Bin(s_A; p_A)·Bin(s_B; p_B)]. The bet p̃ comes from earlier blocks alone: (s + 50·p̂)/(n + 50) with the pooled
/// past rate p̂ = (s_A + s_B + ½)/(n_A + n_B + 1), so the first block is never a bet. (p_A, p_B) is the point with p_B = p_A + offset that is nearest to the bet in Kullback–Leibler divergence,
/// weighted with n_A and n_B; for offset 0 it is p₀ = (n_A·p̃_A + n_B·p̃_B)/(n_A + n_B). A claim with a direction bets only in its direction.</para>
/// <para>Why it holds: at true rates q a factor's expectation is Π(1 + (q − p)(p̃ − p)/(p(1 − p)))^n ≤ exp(c·((q_B − p_B) − (q_A − p_A))) with c = n_B(p̃_B − p_B)/(p_B(1 − p_B)), since the nearest point
/// has n_A(p̃_A − p_A)/(p_A(1 − p_A)) = −c; this is at most 1 when q_B − q_A is on the refuted side. The rates may be others in every block: only their difference is judged, within the block. It
/// assumes independent trials inside a block, and that how many trials an arm gets does not depend on their outcomes.</para>
/// </summary>
/// <param name="Offset">In (−1, 1).</param>
/// <param name="Champion">Of all blocks so far.</param>
/// <param name="Challenger">Of all blocks so far.</param>
/// <param name="LogE">ln E now.</param>
/// <param name="Peak">The largest ln E so far, at least 0; exp(−Peak) is a p-value that is valid at any time.</param>
public sealed record RateEProcess(RateClaim Claim, double Offset, RateArm Champion = default, RateArm Challenger = default, double LogE = 0, double Peak = 0)
{
    private const double Shrinkage = 50;

    /// <exception cref="ArgumentOutOfRangeException">It is not in (−1, 1).</exception>
    public double Offset { get; init; } = Offset is > -1 and < 1 ? Offset : throw new ArgumentOutOfRangeException(nameof(Offset), Offset, "A difference of rates lies between -1 and 1.");

    /// <summary>Whether E has ever reached 1/<paramref name="risk"/>.</summary>
    /// <param name="risk">α, in (0, 1).</param>
    public bool HasShown(double risk) => Peak >= -Math.Log(risk);

    /// <summary>Whether E is at 1/<paramref name="risk"/> or more now.</summary>
    /// <param name="risk">α, in (0, 1).</param>
    public bool Shows(double risk) => LogE >= -Math.Log(risk);

    /// <summary>The next block: what came since the last look.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is impossible.</exception>
    public RateEProcess With(RateArm champion, RateArm challenger)
    {
        champion.Check(nameof(champion));
        challenger.Check(nameof(challenger));
        var log = LogE + LogFactor(champion, challenger);
        return this with { Champion = Champion + champion, Challenger = Challenger + challenger, LogE = log, Peak = Math.Max(Peak, log) };
    }

    private double LogFactor(RateArm a, RateArm b)
    {
        if (a.Trials == 0 || b.Trials == 0)
            return 0;
        var pooled = (Champion.Events + Challenger.Events + 0.5) / (Champion.Trials + Challenger.Trials + 1.0);
        var betA = Bet(Champion, pooled);
        var betB = Bet(Challenger, pooled);
        var effect = betB - betA - Offset;
        if (Claim switch { RateClaim.Above => effect <= 0, RateClaim.Below => effect >= 0, _ => effect == 0 })
            return 0;
        var null0 = Nearest(a.Trials, betA, b.Trials, betB);
        return LogRatio(a, betA, null0) + LogRatio(b, betB, null0 + Offset);
    }

    private static double Bet(RateArm past, double pooled) => (past.Events + (Shrinkage * pooled)) / (past.Trials + Shrinkage);

    private static double LogRatio(RateArm arm, double bet, double refuted) =>
        Term(arm.Events, bet, refuted) + Term(arm.NonEvents, 1 - bet, 1 - refuted);

    private static double Term(long count, double bet, double refuted) => count == 0 ? 0 : count * Math.Log(bet / refuted);

    /// <summary>The champion's rate at the nearest refuted point: where the (concave) expected log-likelihood along p_B = p_A + offset has its top.</summary>
    private double Nearest(double countA, double betA, double countB, double betB)
    {
        if (Offset == 0)
            return ((countA * betA) + (countB * betB)) / (countA + countB);
        double Slope(double p) => (countA * (betA - p) / (p * (1 - p))) + (countB * (betB - Offset - p) / ((p + Offset) * (1 - p - Offset)));
        var low = Math.Max(Math.Min(betA, betB - Offset), Math.Max(0, -Offset));
        var high = Math.Min(Math.Max(betA, betB - Offset), Math.Min(1, 1 - Offset));
        for (var middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2)
        {
            if (Slope(middle) > 0)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }
}
