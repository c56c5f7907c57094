using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.XGBoost;

namespace Dashboard.Web.Explanations;

/// <summary>Explains single predictions of the log: exact contributions by the version that made them, each value's place in the reference, and what the champion would say now.</summary>
public sealed class PredictionExplainer(PredictionSearch search, BoosterShelf boosters, Router router)
{
    /// <summary>Explains the prediction of an id.</summary>
    public async Task<Result<PredictionExplanation>> ExplainAsync(string model, string id, CancellationToken ct)
    {
        var found = await search.ByIdAsync(model, id, ct);
        return found.IsSuccess ? await ExplainAsync(model, found.Value, ct) : found.Error!;
    }

    private async Task<PredictionExplanation> ExplainAsync(string model, PredictionEntry entry, CancellationToken ct)
    {
        var preprocessing = entry.Version.Manifest.Preprocessing;
        var encoded = new float[preprocessing.Features.Count];
        new FeatureEncoder(preprocessing).Encode(entry.Inputs, encoded);
        var features = preprocessing.Features.Select((feature, i) => new ExplainedFeature(feature, preprocessing.Inputs[feature.Input],
            FeatureWords.Value(feature, entry.Inputs[feature.Input], encoded[i]), encoded[i], ReferenceShape.Of(entry.Version, i, encoded[i]))).ToList();

        var explained = await boosters.WithAsync(entry.Version.Digest, shelved => Contributions(shelved, entry, encoded, features), ct);
        return new(entry, features, explained.IsSuccess ? explained.Value.Outputs : [], explained.IsSuccess ? explained.Value.Computed : null, explained.Error, AskChampion(model, entry));
    }

    private static (OutputExplanation[] Outputs, float[] Computed) Contributions(ShelvedModel model, PredictionEntry entry, float[] encoded, List<ExplainedFeature> features)
    {
        var manifest = entry.Version.Manifest;
        var computed = new float[manifest.OutputCount];
        model.Scorer.Score(encoded, computed);
        var amounts = model.Booster.Contributions(new MatrixData(encoded, 1, encoded.Length));
        var named = features.ConvertAll(feature => (feature.Feature.Name, feature.Value));
        var outputs = new OutputExplanation[manifest.OutputCount];
        for (var output = 0; output < outputs.Length; output++)
        {
            var className = manifest.Task switch
            {
                ModelTask.BinaryClassification => manifest.Classes[1],
                ModelTask.MulticlassClassification => manifest.Classes[output],
                _ => null,
            };
            outputs[output] = OutputExplanation.Of(className, amounts.AsSpan(output * (encoded.Length + 1), encoded.Length + 1), named, computed[output]);
        }

        return (outputs, computed);
    }

    private ChampionAnswer? AskChampion(string model, PredictionEntry entry)
    {
        if (router.Current.Models.GetValueOrDefault(model)?.Champion is not { } champion || champion.VersionId == entry.Version.VersionId)
            return null;
        var inputs = InputTranslation.Translate(entry.Version.Manifest.Preprocessing.Inputs, entry.Inputs, champion.Encoder, out var absent);
        var (row, outputs) = (new float[champion.Encoder.Width], new float[champion.Scorer.OutputCount]);
        champion.Encoder.Encode(inputs, row);
        champion.Scorer.Score(row, outputs);
        return new(champion.Number, champion.Manifest, outputs, absent);
    }
}
