using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>Predictions for some of a reference's rows that the model had not seen, with their labels where known.</summary>
/// <param name="Rows">For each prediction its row among the features.</param>
/// <param name="Outputs">Row after row, as many numbers as the model has outputs.</param>
/// <param name="Labels">A class's position or the number for each prediction; NaN where unknown. Null: none is known.</param>
public sealed record ReferencePredictions(int[] Rows, float[] Outputs, double[]? Labels)
{
    /// <summary>Predictions for all of n rows, in order.</summary>
    public static ReferencePredictions OfAllRows(float[] outputs, int rows, double[]? labels) => new([.. Enumerable.Range(0, rows)], outputs, labels);
}

/// <summary>Makes a reference from rows in memory. The worker calls it with the training rows, an import with a sample.</summary>
public static class ReferenceBuilder
{
    /// <summary>Cuts the bins from the rows and counts the rows into them.</summary>
    /// <param name="classes">Class names, two for binary with the positive one second; empty for regression.</param>
    /// <param name="threshold">Binary: the decision threshold.</param>
    /// <param name="features">rows × encoded features, row after row; NaN is missing.</param>
    /// <param name="predictions">Out-of-sample predictions of some or all of the rows.</param>
    /// <param name="times">A wall time in ticks for each row; null without times. One profile a day is kept where there are at most <see cref="ReferenceProfile.MostDays"/> days.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static ReferenceProfile Build(Preprocessing preprocessing, ModelTask task, IReadOnlyList<string> classes, double threshold,
        ReadOnlySpan<float> features, ReferencePredictions predictions, ReadOnlySpan<long> times = default)
    {
        var width = preprocessing.Features.Count;
        var rows = width == 0 ? 0 : features.Length / width;
        var outputs = task == ModelTask.MulticlassClassification ? classes.Count : 1;
        if (width == 0 || features.Length != (long)rows * width)
            throw new ArgumentException($"{features.Length} values are not whole rows of {width} features.", nameof(features));
        if (predictions.Outputs.Length != (long)predictions.Rows.Length * outputs || (predictions.Labels is { } given && given.Length != predictions.Rows.Length))
            throw new ArgumentException($"{predictions.Outputs.Length} outputs and {predictions.Labels?.Length} labels do not fit {predictions.Rows.Length} predictions of {outputs}.", nameof(predictions));
        if (!times.IsEmpty && times.Length != rows)
            throw new ArgumentException($"There are {times.Length} times for {rows} rows.", nameof(times));

        var layout = Layout(preprocessing, task, classes, threshold, features, rows, predictions.Outputs);
        var all = new WindowProfile(layout);
        var days = Days(layout, times);
        for (var row = 0; row < rows; row++)
        {
            var values = features.Slice(row * width, width);
            all.AddFeatures(values);
            DayOf(days, times, row)?.AddFeatures(values);
        }

        for (var i = 0; i < predictions.Rows.Length; i++)
        {
            var output = predictions.Outputs.AsSpan(i * outputs, outputs);
            var label = predictions.Labels?[i] ?? double.NaN;
            Add(all.Output, output, label);
            if (DayOf(days, times, predictions.Rows[i]) is { } day)
                Add(day.Output, output, label);
        }

        return new(layout, all, [.. days.Select(pair => new ReferenceDay(pair.Key, pair.Value))]);
    }

    private static ProfileLayout Layout(Preprocessing preprocessing, ModelTask task, IReadOnlyList<string> classes, double threshold,
        ReadOnlySpan<float> features, int rows, float[] outputs)
    {
        var width = preprocessing.Features.Count;
        var bins = new BinLayout[width];
        var column = new float[rows];
        for (var i = 0; i < width; i++)
        {
            var feature = preprocessing.Features[i];
            if (feature.IsCategorical)
            {
                bins[i] = BinLayout.OfCategories(feature.Name, feature.Categories);
                continue;
            }

            for (var row = 0; row < rows; row++)
                column[row] = features[(row * width) + i];
            bins[i] = BinLayout.OfSample(feature.Name, column);
        }

        var values = task == ModelTask.Regression ? BinLayout.OfSample("prediction", (float[])outputs.Clone()) : null;
        return new(bins, new(task, classes, threshold, values));
    }

    private static void Add(OutputProfile profile, ReadOnlySpan<float> output, double label)
    {
        profile.AddPrediction(output);
        if (!double.IsNaN(label))
            profile.AddLabel(output, label, double.NaN);
    }

    private static SortedDictionary<DateOnly, WindowProfile> Days(ProfileLayout layout, ReadOnlySpan<long> times)
    {
        var days = new SortedDictionary<DateOnly, WindowProfile>();
        foreach (var ticks in times)
        {
            var day = DateOnly.FromDateTime(new DateTime(ticks));
            if (days.ContainsKey(day))
                continue;
            if (days.Count == ReferenceProfile.MostDays)
                return [];
            days[day] = new(layout);
        }

        return days;
    }

    private static WindowProfile? DayOf(SortedDictionary<DateOnly, WindowProfile> days, ReadOnlySpan<long> times, int row) =>
        days.Count == 0 ? null : days[DateOnly.FromDateTime(new DateTime(times[row]))];
}
