using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;
using Dashboard.XGBoost;

namespace Dashboard.Benchmarks.Serving;

/// <summary>Made rows in the manner of the HIGGS data: 21 measured and 7 derived features, a label that depends on both; and the model that the goal is set for, 100 trees of depth 6.</summary>
internal static class HiggsLike
{
    public const int Columns = 28;

    public static MatrixData Rows(int rows, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * Columns];
        var labels = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var x = values.AsSpan(row * Columns, Columns);
            foreach (ref var value in x)
                value = (float)Normal(random);
            for (var i = 0; i < 7; i++)
                x[21 + i] = MathF.Sqrt(x[3 * i] * x[3 * i] + x[3 * i + 1] * x[3 * i + 1] + MathF.Abs(x[3 * i + 2])) + 0.1f * x[21 + i];
            var margin = 0.6 * x[21] - 0.5 * x[22] * x[0] + 0.4 * Math.Sin(2 * x[1]) + 0.3 * x[5] * x[9] - 0.7;
            labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-margin)) ? 1 : 0;
        }

        return new(values, rows, Columns, labels);
    }

    public static TrainedBooster Train(int rows) => XGBoostTrainer.Train(
        Rows(rows, 7), null, [.. Enumerable.Range(0, Columns).Select(i => new EncodedFeature($"f{i}", i, false, []))],
        ModelTask.BinaryClassification, 2, new(Rounds: 100, MaxDepth: 6, LearningRate: 0.1), _ => { }, CancellationToken.None);

    /// <summary>Box and Muller's transformation.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
