using System.Numerics;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Tests.Monitoring.Sketches;

public sealed class ExactSumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_sum_is_the_exact_one_rounded_once(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 200)).Select(_ => Any(random, round)).ToArray();
            var sum = new ExactSum();
            var (exact, exponent) = (BigInteger.Zero, -1074);
            foreach (var value in values)
            {
                sum.Add(value);
                exact += Integer(value);
            }

            Assert.Equal(Rounded(exact, exponent), sum.ToDouble());
            Assert.Equal(exact.IsZero, sum.IsZero);
        }
    }

    [Fact]
    public void Small_things_survive_beside_large_ones()
    {
        var sum = new ExactSum();
        foreach (var value in (double[])[1e308, 1e308, 1e308, 5e-324, -1e308, -1e308, -1e308])
            sum.Add(value);

        Assert.Equal(5e-324, sum.ToDouble());
        sum.Subtract(double.Epsilon);
        Assert.True(sum.IsZero);
        Assert.Equal(0, sum.ToDouble());
    }

    [Theory]
    [InlineData(1.0, 1.1102230246251565e-16, 1.0)]
    [InlineData(1.0000000000000002, 1.1102230246251565e-16, 1.0000000000000004)]
    [InlineData(-1.0000000000000002, -1.1102230246251565e-16, -1.0000000000000004)]
    [InlineData(double.MaxValue, double.MaxValue, double.PositiveInfinity)]
    [InlineData(double.MaxValue, 9.9792015476736e291, double.PositiveInfinity)]
    [InlineData(double.MaxValue, 9.979201547673598e291, double.MaxValue)]
    [InlineData(2.2250738585072014e-308, -5e-324, 2.225073858507201e-308)]
    public void Ties_go_to_the_even_neighbour(double a, double b, double expected)
    {
        var sum = new ExactSum();
        sum.Add(a);
        sum.Add(b);

        Assert.Equal(expected, sum.ToDouble());
    }

    [Fact]
    public void What_lies_behind_a_tie_decides_it()
    {
        var sum = new ExactSum();
        foreach (var value in (double[])[1, Math.ScaleB(1, -53), double.Epsilon])
            sum.Add(value);

        Assert.Equal(Math.BitIncrement(1.0), sum.ToDouble());
        sum.Subtract(double.Epsilon);
        sum.Subtract(double.Epsilon);
        Assert.Equal(1, sum.ToDouble());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Any_split_and_any_order_of_merging_gives_the_same_bytes(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 3000).Select(i => Any(random, i)).ToArray();
        var whole = new ExactSum();
        foreach (var value in values)
            whole.Add(value);
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(values);
            var parts = values.GroupBy(_ => random.Next(1 + round)).Select(group =>
            {
                var part = new ExactSum();
                foreach (var value in group)
                    part.Add(value);
                return part;
            }).ToList();
            while (parts.Count > 1)
            {
                var at = random.Next(parts.Count - 1);
                parts[at].Add(Stored(parts[at + 1]));
                parts.RemoveAt(at + 1);
            }

            Assert.Equal(Bytes(whole), Bytes(parts[0]));
            Assert.Equal(whole.ToDouble(), parts[0].ToDouble());
        }
    }

    [Fact]
    public void What_is_subtracted_leaves_nothing()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 1000).Select(i => Any(random, i)).ToArray();
        var sum = new ExactSum();
        foreach (var value in values)
            sum.Add(value);
        random.Shuffle(values);
        foreach (var value in values)
            sum.Subtract(value);

        Assert.True(sum.IsZero);
        Assert.Equal(Bytes(new()), Bytes(sum));
    }

    [Fact]
    public void Products_are_exact()
    {
        var random = new Random(6);
        for (var round = 0; round < 500; round++)
        {
            double a = Any(random, round), b = Any(random, round / 7);
            var sum = new ExactSum();
            sum.AddProduct(a, b);
            Assert.Equal(Rounded(Integer(a) * Integer(b), -2148), sum.ToDouble());
            sum.AddProduct(-a, b);
            Assert.True(sum.IsZero);

            float x = (float)(random.NextDouble() - 0.5), y = (float)Math.Pow(10, random.Next(-30, 30));
            sum.Add((double)x * y);
            sum.AddProduct(-x, y);
            Assert.True(sum.IsZero);
        }
    }

    [Fact]
    public void Carries_are_passed_on_in_time()
    {
        // Doubling by adding a sum to itself reaches the limit of what may wait in 30 steps.
        var sum = new ExactSum();
        sum.Add(-1.5);
        var expected = -1.5;
        for (var i = 0; i < 90; i++)
        {
            sum.Add(sum);
            expected *= 2;
            Assert.Equal(expected, sum.ToDouble());
        }
    }

    [Fact]
    public void Mean_and_variance_do_not_cancel()
    {
        // 10⁹ + {4, 7, 13, 16}: mean 10⁹ + 10, variance 30 (the textbook example of cancellation).
        ExactSum sum = new(), squares = new();
        foreach (var value in (double[])[1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])
        {
            sum.Add(value);
            squares.AddProduct(value, value);
        }

        Assert.Equal(1e9 + 10, ExactMoments.Mean(sum, 4));
        Assert.Equal(30, ExactMoments.Variance(sum, squares, 4));
        Assert.Equal(22.5, ExactMoments.Variance(sum, squares, 4, ddof: 0));
        Assert.Equal(90, ExactMoments.SquaredDeviations(sum, squares, 4));
        Assert.Equal(double.NaN, ExactMoments.Variance(sum, squares, 1));
        Assert.Equal(double.NaN, ExactMoments.Mean(new(), 0));
    }

    [Theory]
    [InlineData(1e-160)]
    [InlineData(1)]
    [InlineData(1e160)]
    public void Spread_is_right_at_any_scale(double scale)
    {
        ExactSum sum = new(), squares = new();
        var random = new Random(8);
        var values = Enumerable.Range(0, 999).Select(_ => scale * (3 + random.NextDouble())).ToArray();
        foreach (var value in values)
        {
            sum.Add(value);
            squares.AddProduct(value, value);
        }

        var mean = values.Average(value => value / scale);
        var variance = values.Sum(value => Math.Pow((value / scale) - mean, 2)) / 998;
        Assert.Equal(mean, ExactMoments.Mean(sum, 999) / scale, 1e-12);
        var found = ExactMoments.Variance(sum, squares, 999);
        Assert.Equal(scale > 1 ? double.PositiveInfinity : variance * scale * scale, found, scale == 1 ? 1e-12 : 0.01 * scale * scale);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_finite_is_refused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().Add(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().AddProduct(value, 0));
    }

    [Fact]
    public void A_stored_sum_is_short()
    {
        var sum = new ExactSum();
        var random = new Random(9);
        for (var i = 0; i < 100_000; i++)
            sum.Add((float)(random.NextDouble() * 3000));
        Assert.InRange(Bytes(sum).Length, 3, 13);
        Assert.Single(Bytes(new()));
    }

    [Fact]
    public void Hostile_bytes_are_refused_or_read_without_a_fault() => Hostile.Try(
        [Bytes(Of(1e300, -3, 5e-324)), Bytes(Of(-1)), Bytes(new())],
        ExactSum.Deserialize,
        static sum =>
        {
            for (var i = 0; i < 3; i++)
                sum.Add(sum);
            _ = Bytes(sum);
            _ = sum.ToDouble();
        });

    private static byte[] Bytes(ExactSum sum) => sum.Serialize();

    private static ExactSum Of(params double[] values)
    {
        var sum = new ExactSum();
        foreach (var value in values)
            sum.Add(value);
        return sum;
    }

    private static ExactSum Stored(ExactSum sum) => ExactSum.Deserialize(sum.Serialize()).Value;

    private static double Any(Random random, int kind) => (random.NextDouble() - 0.5) * (kind % 3) switch
    {
        0 => 1000,
        1 => Math.Pow(10, random.Next(-20, 20)),
        _ => Math.Pow(2, random.Next(-1060, 1020)),
    };

    /// <summary>value · 2¹⁰⁷⁴.</summary>
    private static BigInteger Integer(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        var magnitude = (BigInteger)mantissa << Math.Max(0, exponent - 1);
        return bits < 0 ? -magnitude : magnitude;
    }

    /// <summary>The nearest double by way of decimal text, which .NET parses correctly rounded.</summary>
    private static double Rounded(BigInteger value, int exponent)
    {
        // value · 2^exponent = value · 5^(−exponent) · 10^exponent.
        var digits = value * BigInteger.Pow(5, -exponent);
        return double.Parse($"{digits}e{exponent}", System.Globalization.CultureInfo.InvariantCulture);
    }
}
