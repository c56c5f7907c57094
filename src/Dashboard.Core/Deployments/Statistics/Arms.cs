using System.Text.Json.Serialization;

namespace Dashboard.Core.Deployments.Statistics;

/// <summary>What came of one version in events that happen or do not: errors, answers over a limit, right predictions.</summary>
/// <param name="Trials">n, 0 or more.</param>
/// <param name="Events">s, from 0 to n.</param>
public readonly record struct RateArm(long Trials, long Events)
{
    /// <summary>s/n; NaN without trials.</summary>
    [JsonIgnore]
    public double Rate => (double)Events / Trials;

    [JsonIgnore]
    public long NonEvents => Trials - Events;

    public static RateArm operator +(RateArm one, RateArm other) => new(one.Trials + other.Trials, one.Events + other.Events);

    public static RateArm operator -(RateArm all, RateArm earlier) => new(all.Trials - earlier.Trials, all.Events - earlier.Events);

    public static RateArm Add(RateArm left, RateArm right) => left + right;

    public static RateArm Subtract(RateArm left, RateArm right) => left - right;

    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there are more events than trials.</exception>
    internal void Check(string name)
    {
        if (Events < 0 || Events > Trials)
            throw new ArgumentOutOfRangeException(name, $"{Events} of {Trials}", "Expected 0 or more trials and from 0 to as many events.");
    }
}

/// <summary>What came of one version in numbers of which the mean matters: logarithms of latencies, scores, losses.</summary>
/// <param name="Count">n, 0 or more.</param>
/// <param name="Sum">Σx.</param>
/// <param name="Squares">Σx².</param>
public readonly record struct MeanArm(long Count, double Sum, double Squares)
{
    /// <summary>NaN without observations.</summary>
    [JsonIgnore]
    public double Mean => Sum / Count;

    /// <summary>s² with n − 1; NaN below two observations. Rounding cannot make it negative.</summary>
    [JsonIgnore]
    public double Variance => Count < 2 ? double.NaN : Math.Max(0, (Squares - (Sum * Sum / Count)) / (Count - 1));

    /// <exception cref="ArgumentOutOfRangeException">The count is negative or a sum is not finite.</exception>
    internal void Check(string name)
    {
        if (Count < 0 || !double.IsFinite(Sum) || !double.IsFinite(Squares))
            throw new ArgumentOutOfRangeException(name, this, "Expected 0 or more observations and finite sums.");
    }
}
