using System.Text.Json;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Drift;

/// <summary>Every column of every pair against what scipy computed: flights, breast cancer, and edge cases (ties, constants, missing values, disjoint ranges, new categories).</summary>
public sealed class DriftReferenceTests
{
    private static readonly JsonElement Pairs = ReferenceFiles.Json("drift_reference.json").GetProperty("pairs");

    public static TheoryData<string, string> Numbers => Columns("num");

    public static TheoryData<string, string> Categories => Columns("cat");

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Kolmogorov_Smirnov_agrees_with_scipy(string pair, string column)
    {
        var (reference, current, scipy) = Numeric(pair, column);
        var ours = KolmogorovSmirnov.OfSamples(reference, current)!;
        var theirs = scipy.GetProperty("ks_2samp_auto");

        Assert.Equal(theirs.GetProperty("D").GetDouble(), ours.Statistic, 1e-9);
        AssertPValue(theirs.GetProperty("p").GetDouble(), ours.PValue!.Value);
        Assert.Equal(ours.Statistic, ours.EffectSize);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_asymptotic_p_agrees_with_scipy(string pair, string column)
    {
        var (reference, current, scipy) = Numeric(pair, column);
        double n = reference.Count(value => !double.IsNaN(value)), m = current.Count(value => !double.IsNaN(value));
        var theirs = scipy.GetProperty("ks_2samp_asymp");

        AssertPValue(theirs.GetProperty("p").GetDouble(), KolmogorovDistribution.Survival(theirs.GetProperty("D").GetDouble(), (long)Math.Round(n * m / (n + m))));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Wasserstein_agrees_with_scipy(string pair, string column)
    {
        var (reference, current, scipy) = Numeric(pair, column);
        var ours = Wasserstein.OfSamples(reference, current)!;

        Assert.Equal(scipy.GetProperty("wasserstein_raw").GetDouble(), ours.Statistic, 1e-9);
        Assert.Equal(scipy.GetProperty("wasserstein_norm_std0").GetDouble(), ours.EffectSize, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_stability_index_agrees_on_quantile_bins_of_the_reference(string pair, string column)
    {
        var (reference, current, scipy) = Numeric(pair, column);
        Assert.Equal(scipy.GetProperty("psi_quantile10_eps1e-4").GetDouble(), PopulationStabilityIndex.OfSamples(reference, current)!.Statistic, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void Distances_between_shares_agree_with_scipy(string pair, string column)
    {
        var (reference, current, scipy) = Counts(pair, column);

        Assert.Equal(scipy.GetProperty("js_distance_base2").GetDouble(), JensenShannon.OfCounts(reference, current)!.Statistic, 1e-9);
        Assert.Equal(scipy.GetProperty("js_distance_base2").GetDouble() * Math.Sqrt(Math.Log(2)), JensenShannon.OfCounts(reference, current, Math.E)!.Statistic, 1e-9);
        Assert.Equal(scipy.GetProperty("hellinger").GetDouble(), Hellinger.OfCounts(reference, current)!.Statistic, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void Chi_square_agrees_with_scipy_without_Yatess_correction(string pair, string column)
    {
        var (reference, current, scipy) = Counts(pair, column);
        var ours = ChiSquare.OfCounts(reference, current)!;
        if (!scipy.TryGetProperty("chi2_contingency_nocorr", out var theirs))
        {
            // One category only: scipy has no table, the samples are equal.
            Assert.Equal((0, 1.0, 0), (ours.Statistic, ours.PValue, ours.EffectSize));
            return;
        }

        Assert.Equal(theirs.GetProperty("chi2").GetDouble(), ours.Statistic, 1e-9);
        AssertPValue(theirs.GetProperty("p").GetDouble(), ours.PValue!.Value);
        Assert.Equal(Math.Sqrt(theirs.GetProperty("chi2").GetDouble() / (reference.Sum() + current.Sum())), ours.EffectSize, 1e-9);
    }

    /// <summary>1e-6 absolute, and relative as well down to the smallest doubles: a p of 1e-69 is not 1e-70.</summary>
    private static void AssertPValue(double expected, double actual) => Assert.Equal(expected, actual, Math.Max(1e-6 * expected, 1e-300));

    private static TheoryData<string, string> Columns(string type)
    {
        var data = new TheoryData<string, string>();
        foreach (var pair in Pairs.EnumerateObject())
            foreach (var column in pair.Value.EnumerateObject().Where(column => column.Value.GetProperty("type").GetString() == type))
                data.Add(pair.Name, column.Name);
        return data;
    }

    private static (double[] Reference, double[] Current, JsonElement Scipy) Numeric(string pair, string column) => (
        ReferenceFiles.Csv($"{pair}_ref.csv")[column].Numbers(), ReferenceFiles.Csv($"{pair}_cur.csv")[column].Numbers(),
        Pairs.GetProperty(pair).GetProperty(column).GetProperty("scipy"));

    private static (long[] Reference, long[] Current, JsonElement Scipy) Counts(string pair, string column)
    {
        var (reference, current) = (ReferenceFiles.Csv($"{pair}_ref.csv")[column], ReferenceFiles.Csv($"{pair}_cur.csv")[column]);
        var names = reference.Concat(current).Distinct().ToList();
        long[] Count(string[] cells) => [.. names.Select(name => cells.LongCount(cell => cell == name))];
        return (Count(reference), Count(current), Pairs.GetProperty(pair).GetProperty(column).GetProperty("scipy"));
    }
}
