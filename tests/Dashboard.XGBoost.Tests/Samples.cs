using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;

namespace Dashboard.XGBoost.Tests;

/// <summary>Rows that are made from a seed: two numbers, a category of forty values and one of three, with one value in eight missing.</summary>
internal static class Samples
{
    public const int Carriers = 40;

    public static readonly IReadOnlyList<EncodedFeature> Features =
    [
        new("distance", 0, false, []),
        new("hour", 1, false, []),
        new("carrier", 2, true, [.. Enumerable.Range(0, Carriers).Select(i => $"C{i}")]),
        new("season", 3, true, ["low", "mid", "high"]),
    ];

    public static MatrixData Rows(int rows, ModelTask task, int seed, bool missing = true)
    {
        var random = new Random(seed);
        var values = new float[rows * 4];
        var labels = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var distance = random.NextDouble() * 2000;
            var hour = random.Next(24);
            var carrier = random.Next(Carriers);
            var season = random.Next(3);
            var signal = Math.Sin(hour / 4.0) + (distance - 1000) / 800 + (carrier * 7 % 11 - 5) / 3.0 + (season == 2 ? 1 : 0) + random.NextDouble() - 0.5;
            labels[row] = task switch
            {
                ModelTask.BinaryClassification => signal > 0.5 ? 1 : 0,
                ModelTask.MulticlassClassification => signal < -0.7 ? 0 : signal < 0.9 ? 1 : 2,
                _ => (float)(100 + 20 * signal),
            };
            ReadOnlySpan<float> made = [(float)distance, hour, carrier, season];
            for (var i = 0; i < 4; i++)
                values[row * 4 + i] = missing && random.Next(8) == 0 ? float.NaN : made[i];
        }

        return new(values, rows, 4, labels);
    }

    public static TrainedBooster Train(ModelTask task, BoosterParameters parameters, Action<RoundResult>? onRound = null, CancellationToken ct = default) =>
        XGBoostTrainer.Train(Rows(3000, task, 1), Rows(800, task, 2), Features, task, 3, parameters with { Threads = 1 }, onRound ?? (_ => { }), ct);

    /// <summary>Our walk over every row.</summary>
    public static float[] Score(Scorer scorer, MatrixData data)
    {
        var answers = new float[data.Rows * scorer.OutputCount];
        for (var row = 0; row < data.Rows; row++)
            scorer.Score(data.Values.AsSpan(row * data.Columns, data.Columns), answers.AsSpan(row * scorer.OutputCount, scorer.OutputCount));
        return answers;
    }

    public static XGBoostModel Read(byte[] model)
    {
        var read = XGBoostModelReader.Read(model);
        Assert.True(read.IsSuccess, read.Error?.Message);
        return read.Value;
    }

    /// <summary>Agreement to 1e-6, relative where the values are large.</summary>
    public static void AssertAgree(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-6 * Math.Max(1, Math.Abs(expected[i])), $"Value {i}: XGBoost answers {expected[i]:R}, the walk {actual[i]:R}.");
    }
}
