using System.Text.Json;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Drift;

/// <summary>The null distributions on a grid of sizes, down to the far tails, against scipy.</summary>
public sealed class DistributionTests
{
    private static readonly JsonElement Scipy = ReferenceFiles.Json("distribution_reference.json");

    [Fact]
    public void The_one_sample_Kolmogorov_distribution_agrees_with_scipy() => AssertAll("kstwo_sf", row =>
    {
        var (n, d, p) = (row[0], row[1], row[2]);
        var ours = KolmogorovDistribution.Survival(d, (long)n);
        // Past 10,000 rows the tail is an expansion: right to a few ten-thousandths of p.
        return Math.Abs(ours - p) <= Math.Max(1e-6 * p, 1e-8) && (p is > 1e-3 or 0 || Math.Abs(ours - p) <= (n > 10_000 ? 1e-3 : 1e-6) * p) ? null : $"n = {n}, d = {d}: {ours}, expected {p}";
    });

    [Fact]
    public void The_exact_two_sample_distribution_agrees_with_scipy() => AssertAll("ks_2samp_exact", row =>
    {
        var ours = ExactTwoSample.Survival((int)row[0], (int)row[1], (long)row[2]);
        return Math.Abs(ours - row[3]) <= 1e-9 * row[3] ? null : $"n = {row[0]}, m = {row[1]}, distance {row[2]}: {ours}, expected {row[3]}";
    });

    [Fact]
    public void The_chi_square_tail_agrees_with_scipy() => AssertAll("chi2_sf", row =>
    {
        var ours = ChiSquare.Survival(row[1], row[0]);
        return Math.Abs(ours - row[2]) <= 1e-9 * row[2] ? null : $"k = {row[0]}, x = {row[1]}: {ours}, expected {row[2]}";
    });

    [Fact]
    public void The_exact_distribution_does_not_depend_on_which_sample_comes_first() =>
        Assert.Equal(ExactTwoSample.Survival(97, 101, 1500), ExactTwoSample.Survival(101, 97, 1500), 1e-14);

    private static void AssertAll(string table, Func<double[], string?> fault)
    {
        List<string> faults = [.. Scipy.GetProperty(table).EnumerateArray()
            .Select(row => fault([.. row.EnumerateArray().Select(cell => cell.GetDouble())])).OfType<string>()];
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }
}
