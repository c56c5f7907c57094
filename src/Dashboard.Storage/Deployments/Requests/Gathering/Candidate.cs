using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Deployments.Requests.Gathering;

/// <summary>A version with what evidence is taken from.</summary>
/// <param name="Package">Read from disk and checked, or what is wrong with it.</param>
/// <param name="Served">Loaded as it is when it serves, or why it cannot be.</param>
/// <param name="HeldOut">The held-out rows that came with it; null without any.</param>
internal sealed record Candidate(ModelVersion Row, ModelManifest Manifest, Result<ModelPackage> Package, Result<ServedModel> Served, MonitoredVersion? Monitored, ReferenceRows? HeldOut)
{
    public long Bytes => Manifest.Files.Sum(file => file.Size);

    public long ModelBytes => Manifest.Files.Where(file => file.Name == Manifest.ModelFile).Sum(file => file.Size);

    /// <summary>Scores encoded rows: rows × outputs.</summary>
    public static float[] Score(ServedModel model, ReadOnlySpan<float> features)
    {
        var (width, count) = (model.Encoder.Width, model.Manifest.OutputCount);
        var rows = features.Length / width;
        var outputs = new float[rows * count];
        for (var row = 0; row < rows; row++)
            model.Scorer.Score(features.Slice(row * width, width), outputs.AsSpan(row * count, count));
        return outputs;
    }

    /// <summary>Another's held-out rows as this version reads them.</summary>
    /// <returns>The raw inputs of each row, or why this version cannot read them.</returns>
    public Result<InputValue[][]> Inputs(ServedModel model, ReferenceRows rows)
    {
        var inputs = model.Manifest.Preprocessing.Inputs;
        if (rows.Inputs.Count == 0)
            return new Conflict("the held-out rows were kept without their raw inputs");
        var places = new ReferenceInput?[inputs.Count];
        for (var i = 0; i < places.Length; i++)
            if ((places[i] = rows.Inputs.FirstOrDefault(input => input.Name == inputs[i].Name)) is null)
                return new Conflict($"version {Row.Number} reads '{inputs[i].Name}', which the held-out rows do not have");
        var read = new InputValue[rows.Count][];
        for (var row = 0; row < rows.Count; row++)
        {
            read[row] = new InputValue[inputs.Count];
            for (var i = 0; i < places.Length; i++)
                read[row][i] = places[i]!.ValueAt(row, model.Encoder, i);
        }

        return read;
    }
}
