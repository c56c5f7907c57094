using System.Text.Json;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Drift;

/// <summary>Small samples, ties, infinities and far tails, against scipy, and against the limit distributions by mpmath at 40 digits from other formulas than the product's.</summary>
public sealed class TwoSampleReferenceTests
{
    private static readonly JsonElement Reference = ReferenceFiles.Json("two_sample_reference.json");

    public static TheoryData<string> Samples => [.. Reference.GetProperty("samples").EnumerateArray().Select(sample => sample.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Kolmogorov_Smirnov_and_Wasserstein_agree_with_scipy(string name)
    {
        var (pair, scipy) = Sample(name);
        var ks = KolmogorovSmirnov.Of(pair)!;

        Assert.Equal(scipy.GetProperty("ks")[0].GetDouble(), ks.Statistic, 1e-12);
        Assert.Equal(scipy.GetProperty("ks")[1].GetDouble(), ks.PValue!.Value, 1e-6 * scipy.GetProperty("ks")[1].GetDouble());
        var wasserstein = Wasserstein.Of(pair);
        if (scipy.TryGetProperty("w1", out var distance))
            Assert.Equal(distance.GetDouble(), wasserstein!.Statistic, 1e-9);
        else
            Assert.Null(wasserstein);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Anderson_Darling_agrees_with_scipy_inside_its_table_and_goes_on_beyond(string name)
    {
        var (pair, scipy) = Sample(name);
        var ours = AndersonDarling.Of(pair)!;
        var p = scipy.GetProperty("ad")[1].GetDouble();

        Assert.Equal(scipy.GetProperty("ad")[0].GetDouble(), ours.Statistic, 1e-9);
        if (p is > 0.001 and < 0.25)
            Assert.Equal(p, ours.PValue!.Value, 1e-6);
        else
            Assert.InRange(ours.PValue!.Value, p == 0.25 ? 0.2458 : 0, p == 0.25 ? 1 : 0.00102);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Cramer_von_Mises_agrees_with_scipy(string name)
    {
        var (pair, scipy) = Sample(name);
        var ours = CramerVonMises.Of(pair);
        if (!scipy.TryGetProperty("cvm", out var theirs))
        {
            // With one row on a side scipy raises an error; with infinite values it gives no number.
            Assert.Equal(pair.ReferenceRows < 2, ours is null);
            return;
        }

        Assert.Equal(theirs[0].GetDouble(), ours!.Statistic, 1e-9);
        // Among few rows with ties scipy counts as though there were none; the next test has the truth.
        if (pair.Distinct == pair.ReferenceRows + pair.CurrentRows || Math.Max(pair.ReferenceRows, pair.CurrentRows) > CramerVonMises.LargestExact)
            Assert.Equal(theirs[1].GetDouble(), ours.PValue!.Value, 1e-6);
    }

    [Fact]
    public void Exact_Cramer_von_Mises_with_ties_is_the_share_of_all_ways_to_split_the_rows()
    {
        double[] pooled = [0, 0, 0, 1, 1, 2, 2, 2, 3, 5];
        var seen = CramerVonMises.OfSamples(pooled.AsSpan(0, 4), pooled.AsSpan(4))!;
        var (atLeast, all) = (0, 0);
        for (var split = 0; split < 1 << pooled.Length; split++)
        {
            if (int.PopCount(split) != 4)
                continue;
            var other = CramerVonMises.OfSamples([.. pooled.Where((_, i) => (split >> i & 1) == 1)], [.. pooled.Where((_, i) => (split >> i & 1) == 0)])!;
            all++;
            atLeast += other.Statistic >= seen.Statistic - 1e-12 ? 1 : 0;
        }

        Assert.Equal(210, all);
        Assert.Equal((double)atLeast / all, seen.PValue!.Value, 1e-12);
    }

    [Fact]
    public void The_tail_of_the_Anderson_Darling_limit_is_right_down_to_the_last_digits() => AssertTail("adinf_sf", SmirnovTail.AndersonDarling);

    [Fact]
    public void The_tail_of_the_Cramer_von_Mises_limit_is_right_down_to_the_last_digits() => AssertTail("cvminf_sf", SmirnovTail.CramerVonMises);

    [Fact]
    public void Anderson_Darlings_p_never_rises_with_the_statistic()
    {
        var before = 1.0;
        for (var statistic = -1.3; statistic < 60; statistic += 0.01)
        {
            var p = AndersonDarling.PValue(statistic);
            Assert.InRange(p, 0, before);
            before = p;
        }

        Assert.InRange(before, 1e-25, 1e-15);
    }

    [Fact]
    public void Fishers_exact_test_agrees_with_scipy()
    {
        foreach (var row in Reference.GetProperty("fisher").EnumerateArray())
        {
            var counts = row.EnumerateArray().Take(4).Select(cell => cell.GetInt64()).ToArray();
            var expected = row[4].GetDouble();
            Assert.Equal(expected, FisherExact.TwoSided(counts[0], counts[1], counts[2], counts[3]), 1e-6 * expected);
        }
    }

    [Fact]
    public void Chi_square_with_rare_categories_pooled_is_scipys_on_the_pooled_table()
    {
        foreach (var row in Reference.GetProperty("chi2_pooled").EnumerateArray())
        {
            long[] Counts(string side) => [.. row.GetProperty(side).EnumerateArray().Select(cell => cell.GetInt64())];
            var ours = PooledChiSquare.OfCounts(Counts("reference"), Counts("current"))!;
            Assert.Equal(row.GetProperty("chi2").GetDouble(), ours.Statistic, 1e-9);
            Assert.Equal(row.GetProperty("p").GetDouble(), ours.PValue!.Value, 1e-6 * row.GetProperty("p").GetDouble());
        }
    }

    private static void AssertTail(string table, Func<double, double> tail)
    {
        foreach (var row in Reference.GetProperty(table).EnumerateArray())
            Assert.Equal(row[1].GetDouble(), tail(row[0].GetDouble()), 1e-10 * row[1].GetDouble());
    }

    private static (SamplePair Pair, JsonElement Scipy) Sample(string name)
    {
        var sample = Reference.GetProperty("samples").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        double[] Numbers(string side) => [.. sample.GetProperty(side).EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.String ? double.Parse(cell.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : cell.GetDouble())];
        return (SamplePair.Of(Numbers("x"), Numbers("y")), sample);
    }
}
