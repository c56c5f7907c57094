using System.Text.Json;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Sequential;

public sealed class MultipleTestingTests
{
    private const double Level = 0.05;
    private static readonly JsonElement Reference = ReferenceFiles.Json("sequential_reference.json");
    private static readonly double[] PValues = Doubles(Reference.GetProperty("p_values"));

    private delegate TestDecisions Procedure(ReadOnlySpan<double> values, double level);

    [Theory]
    [InlineData("fdr_bh")]
    [InlineData("fdr_by")]
    [InlineData("holm")]
    [InlineData("bonferroni")]
    public void Decisions_and_adjusted_p_values_agree_with_the_reference(string name)
    {
        var ours = Of(name)(PValues, Level);
        var theirs = Reference.GetProperty(name);

        Assert.Equal(Booleans(theirs.GetProperty("reject")), ours.Reject);
        Assert.All(Doubles(theirs.GetProperty("p_adj")).Zip(ours.Adjusted), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [InlineData("fdr_bh")]
    [InlineData("fdr_by")]
    [InlineData("holm")]
    [InlineData("bonferroni")]
    public void Neither_order_nor_tests_that_were_not_made_change_what_is_decided(string name)
    {
        double[] shuffled = [double.NaN, .. PValues.Reverse(), double.NaN];
        var (plain, ours) = (Of(name)(PValues, Level), Of(name)(shuffled, Level));

        Assert.Equal(plain.Reject.Reverse(), ours.Reject.Skip(1).SkipLast(1));
        Assert.Equal(plain.Adjusted.Reverse(), ours.Adjusted.Skip(1).SkipLast(1));
        Assert.False(ours.Reject[0] || ours.Reject[^1]);
        Assert.True(double.IsNaN(ours.Adjusted[0]) && double.IsNaN(ours.Adjusted[^1]));
    }

    [Fact]
    public void E_values_are_decided_as_in_the_reference()
    {
        var ours = MultipleTesting.EBenjaminiHochberg(Doubles(Reference.GetProperty("e_values")), Level);

        Assert.Equal(Booleans(Reference.GetProperty("e_bh_0.05")), ours.Reject);
        // 8/(1·400), and for the second the better of 8/(2·150) and 8/(3·61).
        Assert.Equal((8 / 400.0, 8 / 300.0), (ours.Adjusted[0], ours.Adjusted[1]));
    }

    [Fact]
    public void An_infinite_e_value_rejects_and_one_below_one_never_does()
    {
        var ours = MultipleTesting.EBenjaminiHochberg([double.PositiveInfinity, 0.5, 0, double.NaN], Level);

        Assert.Equal([true, false, false, false], ours.Reject);
        Assert.Equal([0, 1, 1, double.NaN], ours.Adjusted);
    }

    [Fact]
    public void No_tests_decide_nothing() => Assert.Empty(MultipleTesting.BenjaminiYekutieli([], Level).Reject);

    [Fact]
    public void A_p_value_above_one_and_a_level_of_zero_are_refused()
    {
        Assert.Contains("1.5", Assert.Throws<ArgumentOutOfRangeException>(() => MultipleTesting.BenjaminiHochberg([0.1, 1.5], Level)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MultipleTesting.Holm([0.1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultipleTesting.EBenjaminiHochberg([-1], Level));
    }

    [Fact]
    public void Benjamini_Hochberg_keeps_the_rate_of_false_discoveries_over_many_windows()
    {
        // Fifty columns, ten of which moved, 2,000 windows.
        var random = new Random(5);
        var (falseShare, found) = (0.0, 0.0);
        const int windows = 2_000;
        for (var window = 0; window < windows; window++)
        {
            var p = Enumerable.Range(0, 50).Select(column => column < 10 ? Math.Pow(random.NextDouble(), 12) : random.NextDouble()).ToArray();
            var decided = MultipleTesting.BenjaminiHochberg(p, Level);
            falseShare += decided.Reject.Skip(10).Count(reject => reject) / (double)Math.Max(1, decided.Rejections) / windows;
            found += decided.Reject.Take(10).Count(reject => reject) / 10.0 / windows;
        }

        Assert.InRange(falseShare, 0.03, 0.05);
        Assert.InRange(found, 0.5, 1);
    }

    private static Procedure Of(string name) => name switch
    {
        "fdr_bh" => MultipleTesting.BenjaminiHochberg,
        "fdr_by" => MultipleTesting.BenjaminiYekutieli,
        "holm" => MultipleTesting.Holm,
        _ => MultipleTesting.Bonferroni,
    };

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static bool[] Booleans(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetBoolean())];
}
