using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>Which ends of the interval are wanted; one end alone lies closer.</summary>
public enum BandSides { Both, LowerOnly, UpperOnly }

/// <summary>All that a <see cref="ConfidenceSequence"/> remembers.</summary>
/// <param name="Miscoverage">α.</param>
/// <param name="Rows">Observations so far.</param>
/// <param name="Sum">Of them.</param>
/// <param name="Squares">Σ(xᵢ − μ̂ᵢ)².</param>
/// <param name="Weight">Σλᵢ.</param>
/// <param name="WeightedSum">Σλᵢxᵢ.</param>
/// <param name="Cost">Σvᵢψ(λᵢ).</param>
/// <param name="Lower">The largest lower end so far.</param>
/// <param name="Upper">The smallest upper end so far.</param>
public sealed record ConfidenceSequenceState(double Miscoverage, BandSides Sides, long Rows = 0, double Sum = 0, double Squares = 0, double Weight = 0, double WeightedSum = 0, double Cost = 0,
    double Lower = 0, double Upper = 1);

/// <summary>
/// The predictable plug-in empirical-Bernstein confidence sequence for the mean μ of observations in [0, 1] (Waudby-Smith and Ramdas 2024, Theorem 2): with λₜ chosen from the past alone,
/// Σλᵢxᵢ/Σλᵢ ± (ln(2/α) + Σvᵢψ(λᵢ))/Σλᵢ, vᵢ = 4(xᵢ − μ̂ᵢ₋₁)², ψ(λ) = (−ln(1 − λ) − λ)/4. With probability 1 − α it holds μ at all times together, so it may be looked at after every row
/// and stopped at any. All intervals so far are intersected.
/// <para>It assumes E[x | past] = μ throughout: no independence, no distribution. Where the mean moves, the intersection becomes empty at last (<see cref="IsContradicted"/>).</para>
/// <para>Blocks of which only sums are known are exact, too: λ and μ̂ are held through a block, and then Σλ(x − μ) − v·ψ(λ) depends on the block's rows through their count, sum and sum of
/// squares alone, in any order. What a block costs is that it is looked at only at its end, and that how many rows it has must not depend on their values. A 0/1 loss has the sum of squares
/// of its sum; where the squares are not known, x² ≤ x bounds them and the band is a little wider.</para>
/// </summary>
public sealed class ConfidenceSequence
{
    /// <summary>The largest λ; the paper's c.</summary>
    private const double LargestBet = 0.5;

    /// <param name="miscoverage">α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">α is out of range.</exception>
    public ConfidenceSequence(double miscoverage, BandSides sides = BandSides.Both)
        : this(new ConfidenceSequenceState(miscoverage, sides))
    {
    }

    /// <summary>Goes on where a state was taken.</summary>
    public ConfidenceSequence(ConfidenceSequenceState state)
    {
        if (state.Miscoverage is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(state), state.Miscoverage, "A miscoverage lies between 0 and 1.");
        State = state;
    }

    public ConfidenceSequenceState State { get; private set; }

    /// <summary>The mean so far and the intersection of all intervals.</summary>
    public AnytimeBand Band => new(State.Lower, State.Rows == 0 ? double.NaN : State.Sum / State.Rows, State.Upper);

    /// <summary>The intersection is empty: with probability 1 − α the mean was not the same throughout.</summary>
    public bool IsContradicted => State.Lower > State.Upper;

    /// <summary>Takes one observation.</summary>
    /// <param name="value">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public AnytimeBand Add(double value) => AddBlock(1, value, value * value);

    /// <summary>Takes a block of observations by their sums.</summary>
    /// <param name="rows">0 or more; a block of none changes nothing.</param>
    /// <param name="sum">Of the observations, from 0 to <paramref name="rows"/>; for 0/1 losses the number of errors.</param>
    /// <param name="sumOfSquares">Null: the sum itself, which is exact for 0/1 losses and an upper bound for others.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sums do not fit observations in [0, 1].</exception>
    public AnytimeBand AddBlock(long rows, double sum, double? sumOfSquares = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, "A block has 0 rows or more.");
        if (!(sum >= 0 && sum <= rows))
            throw new ArgumentOutOfRangeException(nameof(sum), sum, $"Observations are from 0 to 1, so the sum of {rows} is from 0 to {rows}.");
        // A sum of squares lies between n·mean² and the sum; rounding may put it just outside.
        var squares = sumOfSquares ?? sum;
        if (!(squares <= sum + (1e-9 * rows) && squares * rows >= (sum * sum) - (1e-9 * rows * rows)))
            throw new ArgumentOutOfRangeException(nameof(sumOfSquares), sumOfSquares, $"Does not fit {rows} observations from 0 to 1 with the sum {sum}.");
        if (rows > 0)
            State = Next(State, rows, sum, squares);
        return Band;
    }

    private static ConfidenceSequenceState Next(ConfidenceSequenceState s, long rows, double sum, double squares)
    {
        var logarithm = Math.Log((s.Sides == BandSides.Both ? 2 : 1) / s.Miscoverage);
        var after = s.Rows + rows;
        var variance = (0.25 + s.Squares) / (s.Rows + 1);
        var bet = Math.Min(LargestBet, Math.Sqrt(2 * logarithm / (variance * after * Math.Log(1 + after))));
        var expected = (0.5 + s.Sum) / (s.Rows + 1);
        var mean = (0.5 + s.Sum + sum) / (after + 1);
        var (weight, weighted) = (s.Weight + (bet * rows), s.WeightedSum + (bet * sum));
        var cost = s.Cost + (AboutMean(rows, sum, squares, expected) * (-Math.Log(1 - bet) - bet));
        var (centre, half) = (weighted / weight, (logarithm + cost) / weight);
        return s with
        {
            Rows = after,
            Sum = s.Sum + sum,
            Squares = s.Squares + AboutMean(rows, sum, squares, mean),
            Weight = weight,
            WeightedSum = weighted,
            Cost = cost,
            Lower = s.Sides == BandSides.UpperOnly ? 0 : Math.Max(s.Lower, centre - half),
            Upper = s.Sides == BandSides.LowerOnly ? 1 : Math.Min(s.Upper, centre + half),
        };
    }

    /// <summary>Σ(x − m)². With v = 4(x − m)² and ψ's quarter the fours cancel.</summary>
    private static double AboutMean(long rows, double sum, double squares, double m) => Math.Max(0, squares - (2 * m * sum) + (rows * m * m));
}
