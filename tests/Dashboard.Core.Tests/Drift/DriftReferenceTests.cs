using System.Text.Json;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Drift;

/// <summary>
/// Every figure of every column of every pair in the reference file: what scipy, Evidently and NannyML computed of flights, breast cancer, and edge cases (ties, constants, missing values, disjoint ranges, new categories).
/// A figure that <see cref="ReferenceFigures"/> neither computes nor leaves out by name with a reason fails the test, so that none is forgotten.
/// </summary>
public sealed class DriftReferenceTests
{
    private static readonly JsonElement Pairs = ReferenceFiles.Json("drift_reference.json").GetProperty("pairs");

    public static TheoryData<string, string> Columns
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var pair in Pairs.EnumerateObject())
                foreach (var column in pair.Value.EnumerateObject())
                    data.Add(pair.Name, column.Name);
            return data;
        }
    }

    [Fact]
    public void The_file_has_the_columns_that_it_had() => Assert.Equal(23, Columns.Count);

    [Theory]
    [MemberData(nameof(Columns))]
    public void Every_figure_agrees(string pair, string column)
    {
        var theirs = Pairs.GetProperty(pair).GetProperty(column);
        var type = theirs.GetProperty("type").GetString()!;
        var ours = new ReferenceFigures(pair, column, type);
        var faults = new List<string>();
        var compared = 0;
        foreach (var (path, value) in Leaves(theirs, ""))
        {
            if (ours.LeftOut(path) is not null)
                continue;
            compared++;
            if (Fault(path, value, ours.Of(path)) is { } fault)
                faults.Add($"{pair}.{column} {path}: {fault}");
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
        Assert.InRange(compared, type == "num" ? 28 : 17, 60);
    }

    [Fact]
    public void Every_reason_to_leave_a_figure_out_is_used()
    {
        var used = Pairs.EnumerateObject().SelectMany(pair => pair.Value.EnumerateObject().SelectMany(column => Leaves(column.Value, "").Select(leaf =>
            ReferenceFigures.KeyOf(pair.Name, column.Name, column.Value.GetProperty("type").GetString()!, leaf.Path)))).ToHashSet();
        Assert.Equal([], ReferenceFigures.Reasons.Keys.Except(used));
    }

    /// <summary>Statistics to 1e-9, p-values to 1e-6 (and to a millionth of themselves where both libraries are that exact), words and counts exactly.</summary>
    private static string? Fault(string path, JsonElement theirs, object? ours) => (theirs.ValueKind, ours) switch
    {
        (_, ReferenceFigures.Unknown) => "is neither computed nor left out with a reason",
        (JsonValueKind.Null, null) => null,
        (JsonValueKind.String, string word) => word == theirs.GetString() ? null : $"'{word}', expected '{theirs}'",
        (JsonValueKind.True or JsonValueKind.False, bool truth) => truth == theirs.GetBoolean() ? null : $"{truth}, expected {theirs}",
        (JsonValueKind.Array, double[] list) => list.Length == theirs.GetArrayLength() && theirs.EnumerateArray().Zip(list).All(pair => Math.Abs(pair.First.GetDouble() - pair.Second) <= 1e-9)
            ? null : $"[{string.Join(", ", list)}], expected {theirs}",
        (JsonValueKind.Number, double number) => Math.Abs(number - theirs.GetDouble()) <= Tolerance(path, theirs.GetDouble()) ? null : $"{number:R}, expected {theirs}",
        _ => $"{ours ?? "nothing"}, expected {theirs}",
    };

    private static double Tolerance(string path, double value)
    {
        var isPValue = path.EndsWith(".p", StringComparison.Ordinal) || path.EndsWith("p_clipped", StringComparison.Ordinal) || path is "evidently.ks.score" or "evidently.anderson.score" or "evidently.cramer_von_mises.score" or "evidently.z.score" or "evidently.chisquare.score";
        var isExact = path.StartsWith("scipy.ks", StringComparison.Ordinal) || path.StartsWith("scipy.chi2", StringComparison.Ordinal);
        return !isPValue ? 1e-9 : isExact ? Math.Max(1e-6 * value, 1e-300) : 1e-6;
    }

    private static IEnumerable<(string Path, JsonElement Value)> Leaves(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return [(path, element)];
        return element.EnumerateObject().SelectMany(property => Leaves(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}"));
    }
}
