using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Serving;

/// <summary>What a version must show before it takes traffic: it fits its signature, and it answers.</summary>
public static class SelfCheck
{
    /// <summary>Enough calls that the tree walk and the encoder are compiled before the first caller waits for them.</summary>
    private const int WarmUpRows = 200;

    /// <summary>Compares the scorer with the manifest and scores rows from the signature's domain.</summary>
    /// <returns>Null when the model can serve; otherwise what does not fit.</returns>
    public static Error? Run(ServedModel model)
    {
        var manifest = model.Manifest;
        if (model.Scorer.FeatureCount != manifest.Preprocessing.Features.Count)
            return new ModelUnfit($"the model takes {model.Scorer.FeatureCount} features, its signature makes {manifest.Preprocessing.Features.Count}");
        if (model.Scorer.OutputCount != manifest.OutputCount)
            return new ModelUnfit($"the model has {model.Scorer.OutputCount} outputs, its manifest says {manifest.OutputCount}");

        var inputs = new InputValue[manifest.Preprocessing.Inputs.Count];
        var features = new float[model.Encoder.Width];
        var outputs = new float[manifest.OutputCount];
        for (var row = 0; row < WarmUpRows; row++)
        {
            for (var i = 0; i < inputs.Length; i++)
                inputs[i] = Sample(manifest.Preprocessing.Inputs[i], (row + i) % 10);
            model.Encoder.Encode(inputs, features);
            model.Scorer.Score(features, outputs);
            foreach (var output in outputs)
                if (!float.IsFinite(output) || (manifest.Task != ModelTask.Regression && output is < 0 or > 1))
                    return new ModelUnfit($"a row from its signature's domain gives {output}; expected {(manifest.Task == ModelTask.Regression ? "a finite number" : "a probability")}");
        }

        return null;
    }

    /// <summary>A value of the input's domain: step 0 is missing, 1 to 9 walk through the range.</summary>
    private static InputValue Sample(FeatureInput input, int step) => step == 0 ? InputValue.Missing : input.Type switch
    {
        InputType.Number => InputValue.OfNumber((input.Minimum ?? 0) + ((((input.Maximum ?? 1) - (input.Minimum ?? 0)) * step) / 9)),
        InputType.Boolean => InputValue.OfBoolean(step % 2 == 0),
        InputType.Category => input.Categories.Count == 0 ? InputValue.OfUnknownCategory("?") : InputValue.OfCode((step - 1) % input.Categories.Count),
        _ => InputValue.OfTimestamp(new DateTime(2001, step, step, step, 0, 0, DateTimeKind.Unspecified)),
    };
}

/// <summary>A model that does not do what its manifest says.</summary>
public sealed record ModelUnfit(string Reason) : Error(ErrorKind.Invalid, $"The model does not fit its manifest: {Reason}.");
