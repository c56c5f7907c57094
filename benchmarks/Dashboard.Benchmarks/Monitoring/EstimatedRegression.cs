using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.XGBoost;

namespace Dashboard.Benchmarks.Monitoring;

/// <summary>Writes what a trained regression's package carries for estimating its errors: loss models of the size that training makes, from made-up rows.</summary>
internal static class EstimatedRegression
{
    private const int Rows = 20_000;

    public static ModelManifest Write(ModelManifest manifest, string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        EncodedFeature[] features = [.. manifest.Preprocessing.Features, new("model_output", -1, false, [])];
        var values = new float[Rows * features.Length];
        var losses = new float[Rows];
        for (var row = 0; row < Rows; row++)
        {
            for (var i = 0; i < features.Length; i++)
                values[(row * features.Length) + i] = features[i].IsCategorical ? random.Next(features[i].Categories.Count) : (float)random.NextDouble() * 40;
            losses[row] = (values[row * features.Length] * (float)random.NextDouble()) + values[(row * features.Length) + 8];
        }

        foreach (var (name, power) in ((string, int)[])[(EstimatorDefinition.AbsoluteLossFile, 1), (EstimatorDefinition.SquaredLossFile, 2)])
        {
            using var booster = XGBoostTrainer.Train(new(values, Rows, features.Length, Array.ConvertAll(losses, loss => MathF.Pow(loss, power))), null, features, ModelTask.Regression, 0,
                new(Rounds: 50, EarlyStoppingRounds: 0, MaxDepth: 4, MinChildWeight: 200), _ => { }, CancellationToken.None);
            File.WriteAllBytes(Path.Combine(folder, name), booster.SaveJson());
        }

        double[] actual = Array.ConvertAll(losses, loss => (double)loss);
        File.WriteAllBytes(Path.Combine(folder, EstimatorDefinition.FileName), EstimatorLearning.Regression(new double[Rows], actual, actual, [.. actual.Select(loss => loss * loss)], [])!.Serialize());
        return manifest with { EstimatorFile = EstimatorDefinition.FileName, AbsoluteLossFile = EstimatorDefinition.AbsoluteLossFile, SquaredLossFile = EstimatorDefinition.SquaredLossFile };
    }
}
