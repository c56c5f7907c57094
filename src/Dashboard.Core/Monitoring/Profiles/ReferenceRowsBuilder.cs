using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>Reads the raw inputs of a row, in the signature's order.</summary>
public delegate void RowInputs(int row, Span<InputValue> inputs);

/// <summary>Takes the sample of rows that goes into a package.</summary>
public static class ReferenceRowsBuilder
{
    /// <summary>Longer texts are cut: a sample is for reading, and a package for sending.</summary>
    private const int MostCharacters = 1_000;

    /// <summary>Evenly spaced rows among those that the model could answer.</summary>
    /// <param name="features">rows × encoded features.</param>
    /// <param name="outputs">rows × outputs.</param>
    /// <param name="labels">The class's position or the number of each row; NaN where it is not known.</param>
    /// <param name="times">A wall time in ticks for each row; empty without times.</param>
    /// <param name="inputs">Reads raw inputs; null: they are not kept.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static ReferenceRows Build(Preprocessing preprocessing, float[] features, float[] outputs, double[] labels, ReadOnlySpan<long> times, RowInputs? inputs)
    {
        var rows = labels.Length;
        var width = preprocessing.Features.Count;
        var outputCount = rows == 0 ? 1 : outputs.Length / rows;
        if (features.Length != (long)rows * width || outputs.Length != (long)rows * outputCount || (!times.IsEmpty && times.Length != rows))
            throw new ArgumentException($"{features.Length} features, {outputs.Length} outputs and {times.Length} times do not fit {rows} rows of {width} features.", nameof(features));

        var usable = Enumerable.Range(0, rows).Where(row => Array.TrueForAll(outputs[(row * outputCount)..((row + 1) * outputCount)], float.IsFinite)).ToArray();
        int[] picked = [.. ReferenceRows.Pick(usable.Length).Select(i => usable[i])];
        var sample = new ReferenceRows(width, outputCount, new float[picked.Length * width], new float[picked.Length * outputCount], [.. picked.Select(row => labels[row])],
            times.IsEmpty ? null : new long[picked.Length], inputs is null ? [] : [.. preprocessing.Inputs.Select(input => new ReferenceInput(input.Name, new string?[picked.Length]))]);
        var values = new InputValue[preprocessing.Inputs.Count];
        for (var i = 0; i < picked.Length; i++)
        {
            var row = picked[i];
            features.AsSpan(row * width, width).CopyTo(sample.Features.AsSpan(i * width));
            outputs.AsSpan(row * outputCount, outputCount).CopyTo(sample.Outputs.AsSpan(i * outputCount));
            if (sample.Times is { } kept)
                kept[i] = times[row];
            inputs?.Invoke(row, values);
            for (var input = 0; input < sample.Inputs.Count; input++)
                sample.Inputs[input].Values[i] = Text(preprocessing.Inputs[input], values[input]);
        }

        return sample;
    }

    private static string? Text(FeatureInput input, in InputValue value) => value.Kind switch
    {
        InputKind.Missing => null,
        InputKind.Boolean => value.Number != 0 ? "true" : "false",
        InputKind.Code => Cut(input.Categories[(int)value.Number]),
        InputKind.Text => Cut(value.Text!),
        InputKind.Timestamp => value.AsTimestamp().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        _ => value.Number.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Cut(string text) => text.Length <= MostCharacters ? text : string.Concat(text.AsSpan(0, MostCharacters - 1), "…");
}
