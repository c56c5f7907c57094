using System.Numerics;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>Mean and spread from exact Σx and Σx², rounded once at the end: nothing cancels, whatever the numbers' size.</summary>
public static class ExactMoments
{
    /// <summary>Σx / n; NaN for n = 0.</summary>
    public static double Mean(ExactSum sum, long n)
    {
        if (n == 0)
            return double.NaN;
        var (value, exponent) = sum.ToInteger();
        return Quotient(value, exponent, n);
    }

    /// <summary>Σ (x − x̄)² = (n·Σx² − (Σx)²) / n, at least 0; NaN for n = 0.</summary>
    public static double SquaredDeviations(ExactSum sum, ExactSum squares, long n) => n == 0 ? double.NaN : Spread(sum, squares, n, n);

    /// <summary>The variance (n·Σx² − (Σx)²) / (n·(n − ddof)).</summary>
    /// <param name="ddof">1 for a sample, 0 for a population.</param>
    /// <returns>At least 0; NaN where n ≤ ddof.</returns>
    public static double Variance(ExactSum sum, ExactSum squares, long n, int ddof = 1) => n <= ddof ? double.NaN : Spread(sum, squares, n, (BigInteger)n * (n - ddof));

    /// <summary>value · 2^exponent as the nearest double, ties to even.</summary>
    /// <param name="exact">False where the true value is a little larger in magnitude, by less than one unit of <paramref name="value"/>.</param>
    internal static double Round(BigInteger value, int exponent, bool exact)
    {
        if (value.IsZero)
            return 0;
        var magnitude = BigInteger.Abs(value);
        var length = (int)magnitude.GetBitLength();
        // A normal double has 53 bits; near the smallest it has those down to 2⁻¹⁰⁷⁴.
        var kept = Math.Min(53, exponent + length + 1074);
        if (kept < 0)
            return 0;
        var dropped = length - kept;
        ulong rounded;
        if (dropped <= 0)
        {
            rounded = (ulong)magnitude;
            dropped = 0;
        }
        else
        {
            rounded = (ulong)(magnitude >> dropped);
            var half = BigInteger.One << (dropped - 1);
            var rest = magnitude - ((BigInteger)rounded << dropped);
            var side = rest.CompareTo(half);
            if (side > 0 || (side == 0 && (!exact || (rounded & 1) == 1)))
                rounded++;
        }

        var result = Math.ScaleB((double)rounded, exponent + dropped);
        return value.Sign < 0 ? -result : result;
    }

    private static double Spread(ExactSum sum, ExactSum squares, long n, BigInteger divisor)
    {
        var (s, sumExponent) = sum.ToInteger();
        var (q, squaresExponent) = squares.ToInteger();
        var exponent = Math.Min(2 * sumExponent, squaresExponent);
        var spread = ((q * n) << (squaresExponent - exponent)) - ((s * s) << ((2 * sumExponent) - exponent));
        // Below zero only where the sums are not those of the same numbers, as for figures that an older version had rounded.
        return spread.Sign <= 0 ? 0 : Quotient(spread, exponent, divisor);
    }

    private static double Quotient(BigInteger value, int exponent, BigInteger divisor)
    {
        // Enough bits for the quotient to have 64 or more, so that only the last step rounds.
        var more = Math.Max(0, (int)(64 + divisor.GetBitLength() - BigInteger.Abs(value).GetBitLength()));
        var quotient = BigInteger.DivRem(value << more, divisor, out var rest);
        return Round(quotient, exponent - more, rest.IsZero);
    }
}
