namespace Dashboard.Core.Deployments.Statistics;

/// <summary>One look at the difference of two arms.</summary>
/// <param name="Band">Of d = the new version − the champion; the whole line while there is too little.</param>
/// <param name="Variance">V of d; NaN while there is too little.</param>
/// <param name="LogRatio">ln Λ against d = 0; 0 while there is too little.</param>
public readonly record struct MixtureLook(AnytimeBand Band, double Variance, double LogRatio)
{
    public bool IsEnough => !double.IsNaN(Variance);

    /// <summary>p_t = min(p_{t−1}, 1/Λ): a p-value that may be looked at all the time.</summary>
    /// <param name="earlier">p_{t−1}; 1 before the first look.</param>
    public double PValue(double earlier) => Math.Min(earlier, Math.Exp(-LogRatio));
}

/// <summary>
/// The mixture sequential probability ratio test for a difference d of two arms, with a normal mixture of standard deviation τ (Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022, "Always valid
/// inference"): ln Λ = ½ ln(V/(V + τ²)) + d²τ²/(2V(V + τ²)), and the interval d ± √(V(V + τ²)/τ² · (ln((V + τ²)/V) − 2 ln α)) holds the truth at all looks together with probability 1 − α. It
/// needs no memory. τ should be about as large as the effect that matters. The level is that of the central limit theorem; hence the gates below.
/// <para>All looks must be at one fixed split of the traffic: when the split moves while the mean moves with the hour, means over both stretches compare unlike hours.</para>
/// </summary>
public static class MixtureSprt
{
    /// <summary>Successes and failures that each arm must have before rates are judged.</summary>
    public const int RateGate = 10;

    /// <summary>Observations that each arm must have before means are judged.</summary>
    public const int MeanGate = 30;

    /// <summary>
    /// Rates. V = p̂(1 − p̂)(1/n_A + 1/n_B) with the pooled p̂: with each arm's own variance a small arm that happens to have few events looks too certain, and the type-I error reaches 8–10 % at
    /// 1–5 % of the traffic.
    /// </summary>
    /// <param name="tau">τ, above 0.</param>
    /// <param name="risk">α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MixtureLook Rates(RateArm champion, RateArm challenger, double tau, double risk)
    {
        champion.Check(nameof(champion));
        challenger.Check(nameof(challenger));
        Check(tau, risk);
        var difference = challenger.Rate - champion.Rate;
        if (Math.Min(Math.Min(champion.Events, champion.NonEvents), Math.Min(challenger.Events, challenger.NonEvents)) < RateGate)
            return Nothing(difference);
        var pooled = (champion + challenger).Rate;
        return Look(difference, pooled * (1 - pooled) * ((1.0 / champion.Trials) + (1.0 / challenger.Trials)), tau, risk);
    }

    /// <summary>
    /// Means. V is the larger of the pooled one, s²(1/n_A + 1/n_B), and Welch's, s²_A/n_A + s²_B/n_B: the first alone is too small when the small arm varies more, the second when it happens to
    /// have varied little so far. Arms without any variation say nothing.
    /// </summary>
    /// <inheritdoc cref="Rates"/>
    public static MixtureLook Means(MeanArm champion, MeanArm challenger, double tau, double risk)
    {
        champion.Check(nameof(champion));
        challenger.Check(nameof(challenger));
        Check(tau, risk);
        var difference = challenger.Mean - champion.Mean;
        if (Math.Min(champion.Count, challenger.Count) < MeanGate)
            return Nothing(difference);
        double one = champion.Count, other = challenger.Count;
        var pooled = (((one - 1) * champion.Variance) + ((other - 1) * challenger.Variance)) / (one + other - 2) * ((1 / one) + (1 / other));
        var variance = Math.Max(pooled, (champion.Variance / one) + (challenger.Variance / other));
        return variance > 0 ? Look(difference, variance, tau, risk) : Nothing(difference);
    }

    private static MixtureLook Look(double d, double v, double tau, double risk)
    {
        var t = tau * tau;
        var log = (0.5 * Math.Log(v / (v + t))) + (d * d * t / (2 * v * (v + t)));
        var half = Math.Sqrt(v * (v + t) / t * (Math.Log((v + t) / v) - (2 * Math.Log(risk))));
        return new(new(d - half, d, d + half), v, log);
    }

    private static MixtureLook Nothing(double difference) => new(new(double.NegativeInfinity, difference, double.PositiveInfinity), double.NaN, 0);

    private static void Check(double tau, double risk)
    {
        if (!(tau > 0 && double.IsFinite(tau)))
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "The effect that matters is a finite number above 0.");
        if (risk is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(risk), risk, "A risk lies between 0 and 1.");
    }
}
