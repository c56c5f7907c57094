using System.Text.Json;
using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Monitoring.Multivariate;

/// <summary>Against scikit-learn; pca_reference.py beside the values made them.</summary>
public sealed class PrincipalReconstructionTests
{
    private static readonly JsonElement Reference = ReferenceFiles.Json("pca_reference.json");

    [Theory]
    [InlineData("flights_small")]
    [InlineData("breast_cancer_by_class")]
    public void Errors_of_rows_and_blocks_agree_with_scikit_learn(string pair)
    {
        var expected = Reference.GetProperty(pair);
        var (reference, current, categorical) = Rows(pair, expected);
        var width = categorical.Length;
        int[] all = [.. Enumerable.Range(0, reference.Length / width)];
        var components = PrincipalReconstruction.Fit(reference, all, categorical);
        var errors = components.Errors(current, [.. Enumerable.Range(0, current.Length / width)]);

        Assert.Equal(expected.GetProperty("components").GetInt32(), components.Components);
        Assert.Equal(expected.GetProperty("explained").GetDouble(), components.Explained, 1e-9);
        Assert.Equal(expected.GetProperty("reference_mean").GetDouble(), components.Errors(reference, all).Average(), 1e-9);
        Assert.All(Doubles(expected, "current_first").Zip(errors), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(Doubles(expected, "current_chunks").Zip(errors.Chunk(250)), pair => Assert.Equal(pair.First, pair.Second.Average(), 1e-9));
    }

    [Fact]
    public void Constant_and_empty_columns_and_new_categories_leave_finite_errors()
    {
        float[] reference = [1, float.NaN, 0, 1, float.NaN, 1, 1, float.NaN, 0, 1, float.NaN, float.NaN];
        var components = PrincipalReconstruction.Fit(reference, [0, 1, 2, 3], [false, false, true]);
        float[] current = [2, 3, 7, float.PositiveInfinity, float.NaN, Core.Data.Features.FeatureEncoder.UnknownCategory];

        Assert.All(components.Errors(current, [0, 1]), error => Assert.True(double.IsFinite(error)));
    }

    [Fact]
    public void All_variance_cannot_be_asked_for_and_no_rows_have_no_components()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalReconstruction.Fit([1, 2, 3, 4], [0, 1], [false, false], explained: 1));
        Assert.Throws<ArgumentException>(() => PrincipalReconstruction.Fit([1, 2], [0], [false, false]));
    }

    private static (float[] Reference, float[] Current, bool[] Categorical) Rows(string pair, JsonElement expected)
    {
        string[] numbers = Strings(expected, "numbers"), categories = Strings(expected, "categories");
        // Codes in the order of names: among equally frequent categories the first in it is the most frequent, as in scikit-learn.
        var codes = categories.ToDictionary(name => name, name => ReferenceFiles.Csv($"{pair}_ref.csv")[name].Concat(ReferenceFiles.Csv($"{pair}_cur.csv")[name]).Distinct().Order(StringComparer.Ordinal).ToList());
        float[] Side(string side)
        {
            var columns = ReferenceFiles.Csv($"{pair}_{side}.csv");
            string[] order = [.. columns.Keys];
            var rows = columns[order[0]].Length;
            string[] names = [.. numbers, .. categories];
            return [.. Enumerable.Range(0, rows).SelectMany(row => names.Select(name =>
                row % 97 == 11 + Array.IndexOf(order, name) ? float.NaN
                : codes.TryGetValue(name, out var known) ? known.IndexOf(columns[name][row])
                : (float)columns[name].Numbers()[row]))];
        }

        return (Side("ref"), Side("cur"), [.. numbers.Select(_ => false), .. categories.Select(_ => true)]);
    }

    private static double[] Doubles(JsonElement from, string name) => [.. from.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static string[] Strings(JsonElement from, string name) => [.. from.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];
}
