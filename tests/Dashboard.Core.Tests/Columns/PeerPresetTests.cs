using System.Text.Json;
using Dashboard.Core.Monitoring.Columns.Comparing;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Columns;

/// <summary>The evidently and nannyml presets say of the reference file's tables what those tools said.</summary>
public sealed class PeerPresetTests
{
    private static readonly JsonElement Pairs = ReferenceFiles.Json("drift_reference.json").GetProperty("pairs");

    public static TheoryData<string> Names => [.. Pairs.EnumerateObject().Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Evidently_says_the_same_of_every_column(string pair)
    {
        var drift = Compare(pair, DriftPreset.Evidently);
        foreach (var column in Pairs.GetProperty(pair).EnumerateObject())
        {
            var theirs = column.Value.GetProperty("evidently");
            var test = theirs.GetProperty("__default__").GetString()!;
            var ours = drift.Column(column.Name);
            Assert.Equal((test, theirs.GetProperty(test).GetProperty("drifted").GetBoolean()), (ours.Test, ours.Verdict == ColumnVerdict.Drift));
            Assert.Equal(theirs.GetProperty(test).GetProperty("score").GetDouble(), ours.Statistic!.Value, 1e-6);
        }

        var drifted = Pairs.GetProperty(pair).EnumerateObject().Count(column => column.Value.GetProperty("evidently") is var theirs && theirs.GetProperty(theirs.GetProperty("__default__").GetString()!).GetProperty("drifted").GetBoolean());
        Assert.Equal(2 * drifted >= drift.Columns.Count, drift.HasDrift);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NannyML_says_the_same_of_every_column(string pair)
    {
        var drift = Compare(pair, DriftPreset.NannyML);
        foreach (var column in Pairs.GetProperty(pair).EnumerateObject())
        {
            var theirs = column.Value.GetProperty("nannyml").GetProperty("jensen_shannon");
            var ours = drift.Column(column.Name);
            Assert.Equal(theirs.GetProperty("alert").GetBoolean(), ours.Verdict == ColumnVerdict.Drift);
            Assert.Equal((theirs.GetProperty("value").GetDouble(), theirs.GetProperty("upper_threshold").GetDouble()), (Math.Round(ours.Statistic!.Value, 15), Math.Round(ours.Limit!.Value, 15)), Near);
        }
    }

    private static bool Near((double, double) one, (double, double) other) => Math.Abs(one.Item1 - other.Item1) < 1e-9 && Math.Abs(one.Item2 - other.Item2) < 1e-9;

    private static TableDrift Compare(string pair, DriftPreset preset)
    {
        string Text(string side) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "inputs", $"{pair}_{side}.csv"));
        // The tools were given these columns alone.
        return TableText.Drift(Text("ref"), Text("cur"), new(preset, Columns: [.. Pairs.GetProperty(pair).EnumerateObject().Select(column => column.Name)]));
    }
}
