using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Web.Tests.Serving;

/// <summary>Models small enough to check by hand: the score is a weighted sum of the encoded features, missing counts as nothing.</summary>
internal static class ServedModels
{
    /// <summary>Every type of input; the probability is 1 / (1 + exp(-(distance / 1000 + carrier code + hour / 100 + weekend))).</summary>
    public static ServedModel Flights { get; } = Make(1, "flights", ModelTask.BinaryClassification, ["on time", "late"],
        [
            new("distance", InputType.Number, []), new("carrier", InputType.Category, ["AA", "DL", "B\"6"]),
            new("departure", InputType.Timestamp, [], Parts: TimestampParts.Hour), new("weekend", InputType.Boolean, []),
        ],
        features => [Sigmoid(Sum(features, [0.001f, 1, 0.01f, 1]))]);

    /// <summary>Two numbers, three classes.</summary>
    public static ServedModel Irises { get; } = Make(2, "irises", ModelTask.MulticlassClassification, ["setosa", "versicolor", "virginica"],
        [new("length", InputType.Number, []), new("width", InputType.Number, [])],
        features => Softmax([features[0], features[1], 1]));

    /// <summary>One number in, twice the number out.</summary>
    public static ServedModel Doubles { get; } = Make(3, "doubles", ModelTask.Regression, [], [new("x", InputType.Number, [])], features => [2 * features[0]]);

    public static ServedModel Make(int id, string name, ModelTask task, string[] classes, FeatureInput[] inputs, Func<float[], float[]> score, int number = 1)
    {
        var manifest = new ModelManifest(1, name, task, new Preprocessing(inputs), classes, 0.6, "xgboost", null, "model.json", null, null,
            new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        return new(id, name, (100 * id) + number, number, new string('0', 64), manifest, new FormulaScorer(new Preprocessing(inputs).Features.Count, manifest.OutputCount, score));
    }

    private static float Sum(float[] features, float[] weights) => features.Zip(weights, (feature, weight) => float.IsNaN(feature) ? 0 : feature * weight).Sum();

    private static float Sigmoid(float margin) => 1 / (1 + MathF.Exp(-margin));

    private static float[] Softmax(float[] margins)
    {
        var total = margins.Sum(MathF.Exp);
        return [.. margins.Select(margin => MathF.Exp(margin) / total)];
    }

    private sealed class FormulaScorer(int features, int outputs, Func<float[], float[]> score) : Scorer
    {
        public override int FeatureCount => features;

        public override int OutputCount => outputs;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => score([.. features]).CopyTo(outputs);
    }
}
