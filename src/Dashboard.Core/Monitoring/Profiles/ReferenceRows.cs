using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// A sample of rows that the model had not seen, as they are: what root-cause analysis, the domain classifier and explanations need beside the profile.
/// It lies in the package as <see cref="FileName"/>.
/// </summary>
/// <param name="Width">Encoded features of a row.</param>
/// <param name="OutputCount">Outputs of a row: 1, or one a class.</param>
/// <param name="Features">Row after row, as the model saw them; NaN is missing.</param>
/// <param name="Outputs">Row after row; finite.</param>
/// <param name="Labels">The class's position or the number of each row; NaN where it is not known.</param>
/// <param name="Times">The wall time of each row in ticks; null without times.</param>
/// <param name="Inputs">Raw inputs as text; empty where they were not kept.</param>
public sealed record ReferenceRows(int Width, int OutputCount, float[] Features, float[] Outputs, double[] Labels, long[]? Times, IReadOnlyList<ReferenceInput> Inputs)
{
    /// <summary>The file in a package.</summary>
    public const string FileName = "reference.rows";

    /// <summary>At most this many rows are kept.</summary>
    public const int MostRows = 5_000;

    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The encoded features of a row.</summary>
    public ReadOnlySpan<float> FeaturesOf(int row) => Features.AsSpan(row * Width, Width);

    /// <summary>What the model answered to a row.</summary>
    public ReadOnlySpan<float> OutputsOf(int row) => Outputs.AsSpan(row * OutputCount, OutputCount);

    /// <summary>The wall time of a row; null without times.</summary>
    public DateTime? TimeOf(int row) => Times is null ? null : new DateTime(Times[row]);

    /// <summary>Which of n rows are kept: all, or <see cref="MostRows"/> evenly spaced ones.</summary>
    public static int[] Pick(int rows)
    {
        var taken = Math.Min(rows, MostRows);
        var picked = new int[taken];
        for (var i = 0; i < taken; i++)
            picked[i] = (int)((long)i * rows / taken);
        return picked;
    }

    /// <summary>What does not fit the model that the rows came with; null where they fit.</summary>
    public Error? Check(ModelManifest manifest)
    {
        if (Width != manifest.Preprocessing.Features.Count)
            return InvalidValue.Of(FileName, $"rows of {Width} features", $"{manifest.Preprocessing.Features.Count} features, as the model has");
        if (OutputCount != manifest.OutputCount)
            return InvalidValue.Of(FileName, $"rows of {OutputCount} outputs", $"{manifest.OutputCount} outputs, as the model has");
        foreach (var label in Labels)
            if (manifest.Classes.Count > 0 && !double.IsNaN(label) && (label < 0 || label >= manifest.Classes.Count || label != Math.Floor(label)))
                return InvalidValue.Of(FileName, $"label {label}", $"a class from 0 to {manifest.Classes.Count - 1}");
        return null;
    }

    public byte[] Serialize() => ReferenceRowsFormat.Write(this);

    /// <summary>Reads a package's rows.</summary>
    /// <returns>The rows, or an error that says what is wrong with the bytes.</returns>
    public static Result<ReferenceRows> Deserialize(ReadOnlySpan<byte> bytes) => ReferenceRowsFormat.Read(bytes);
}

/// <summary>One raw input of the reference's rows.</summary>
/// <param name="Values">For each row the text as a person would write it; null is missing.</param>
public sealed record ReferenceInput(string Name, string?[] Values)
{
    /// <summary>A row's value as a version reads it.</summary>
    /// <param name="input">The input's place in the version's signature.</param>
    public InputValue ValueAt(int row, FeatureEncoder encoder, int input)
    {
        if (Values[row] is not { } text)
            return InputValue.Missing;
        return encoder.Preprocessing.Inputs[input].Type switch
        {
            InputType.Category => encoder.Category(input, text),
            InputType.Boolean => InputValue.OfBoolean(text == "true"),
            InputType.Timestamp => FeatureEncoder.TryParseTimestamp(text, out var time) ? InputValue.OfTimestamp(time) : InputValue.Missing,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? InputValue.OfNumber(number) : InputValue.Missing,
        };
    }
}
