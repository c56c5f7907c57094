using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
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
    /// <param name="times">A wall time in ticks for each row; null without times. The reference's blocks are its hours or days; without times, runs of rows.</param>
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
        all.AddFeatures(features);
        for (var i = 0; i < predictions.Rows.Length; i++)
            all.AddOutput(features.Slice(predictions.Rows[i] * width, width), predictions.Outputs[(i * outputs)..((i + 1) * outputs)], predictions.Labels?[i] ?? double.NaN);

        var blockLayout = new BlockLayout(layout, all.Output);
        var cut = BlockCut.Of(times, rows);
        var blocks = new List<ReferenceBlock>();
        var block = new WindowProfile(layout);
        foreach (var (start, of, predicted) in cut.Blocks(predictions.Rows))
        {
            block.Clear();
            foreach (var row in of)
                block.AddFeatures(features.Slice(row * width, width));
            foreach (var i in predicted)
                Add(block.Output, predictions, i, outputs);
            blocks.Add(new(start, blockLayout.Count(block)));
        }

        return new(layout, all, new(blockLayout, cut.Unit, blocks));
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

    private static void Add(OutputProfile profile, ReferencePredictions predictions, int i, int outputs)
    {
        var output = predictions.Outputs.AsSpan(i * outputs, outputs);
        profile.AddPrediction(output);
        if (predictions.Labels is { } labels && !double.IsNaN(labels[i]))
            profile.AddLabel(output, labels[i], double.NaN);
    }
}
