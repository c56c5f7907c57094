using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Slices;

/// <summary>The rows of slices.csv for one task, and their slices by day.</summary>
internal sealed class SliceRows
{
    public static readonly Preprocessing Inputs = new([new("carrier", InputType.Category, ["AA", "UA", "DL", "WN"]), new("distance", InputType.Number, [])]);

    private readonly int[] days;

    public SliceRows(ModelTask task)
    {
        var csv = ReferenceFiles.Csv("slices.csv");
        float[] Floats(string column) => Array.ConvertAll(csv[column], cell => float.Parse(cell, CultureInfo.InvariantCulture));
        days = Array.ConvertAll(csv["day"], int.Parse);
        var distance = Floats("distance");
        Features = [.. csv["carrier"].Select((carrier, row) => (float[])[Inputs.Inputs[0].Categories.ToList().IndexOf(carrier), distance[row]])];
        var columns = task switch
        {
            ModelTask.BinaryClassification => new[] { Floats("score") },
            ModelTask.MulticlassClassification => [Floats("p0"), Floats("p1"), Floats("p2")],
            _ => [Floats("number")],
        };
        Outputs = [.. Enumerable.Range(0, days.Length).Select(row => columns.Select(column => column[row]).ToArray())];
        Labels = csv[task switch { ModelTask.BinaryClassification => "label", ModelTask.MulticlassClassification => "label3", _ => "actual" }].Numbers();
        IReadOnlyList<string> classes = task switch { ModelTask.BinaryClassification => ["no", "yes"], ModelTask.MulticlassClassification => ["a", "b", "c"], _ => [] };
        Layout = ReferenceBuilder.Build(Inputs, task, classes, 0.5, [.. Features.SelectMany(row => row)], ReferencePredictions.OfAllRows([.. Outputs.SelectMany(row => row)], days.Length, Labels)).Layout;
    }

    public ProfileLayout Layout { get; }

    public List<float[]> Features { get; }

    public List<float[]> Outputs { get; }

    public double[] Labels { get; }

    /// <summary>The slices of each day.</summary>
    public List<SliceProfile> Days() => [.. Enumerable.Range(0, days.Length).GroupBy(row => days[row]).OrderBy(day => day.Key).Select(day => Count(day))];

    /// <summary>The slices of some rows.</summary>
    public SliceProfile Count(IEnumerable<int> rows, Func<int, bool>? isLabelled = null)
    {
        var profile = new WindowProfile(Layout);
        profile.Apply([.. rows.Select(row => ProfileChange.Prediction(Features[row], Outputs[row], isLabelled?.Invoke(row) == false ? double.NaN : Labels[row]))]);
        return profile.Slices;
    }
}
