using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Worker;

/// <summary>
/// Direct loss estimation: boosters that learn, on rows which the model had not seen, how far it misses, from the features and its prediction. Every row's loss is also predicted
/// by boosters that did not see the row; what those miss makes the band.
/// </summary>
internal static class LossTraining
{
    private const int Folds = 5;

    public static EstimatorFiles? Run(TrainedModel model, int[] picked, double[] outputs, double[] actual, long[] times, BoosterParameters parameters, CancellationToken ct)
    {
        EncodedFeature[] features = [.. model.Preprocessing.Features, new(Free("model_output", model.Preprocessing.Features), -1, false, [])];
        var values = Values(model, picked, outputs, features.Length);
        var folds = FoldsOf(actual.Length, times);
        var settings = Settings(actual.Length, parameters);
        float[] absolute = new float[actual.Length], squared = new float[actual.Length];
        for (var row = 0; row < actual.Length; row++)
        {
            var error = outputs[row] - actual[row];
            (absolute[row], squared[row]) = ((float)Math.Abs(error), (float)(error * error));
        }

        if (!Array.TrueForAll(squared, float.IsFinite))
            return null;
        var (unseenAbsolute, unseenSquared) = (OutOfFold(values, absolute, features, folds, settings, ct), OutOfFold(values, squared, features, folds, settings, ct));
        var files = (Absolute: Train(values, absolute, features, settings, ct), Squared: Train(values, squared, features, settings, ct));
        if (Scorer(files.Absolute) is not { } first || Scorer(files.Squared) is not { } second || new LossModels(first, second).Check(features.Length - 1) is not null)
            throw new InvalidOperationException("A loss model that was just trained cannot be read again.");
        return EstimatorLearning.Regression(outputs, actual, unseenAbsolute, unseenSquared, times) is { } definition ? new(definition, files.Absolute, files.Squared) : null;
    }

    /// <summary>Shallow and slow: a loss is mostly noise, and each prediction is scored by both boosters when it is counted.</summary>
    private static BoosterParameters Settings(int rows, BoosterParameters asked) =>
        new(Rounds: 50, EarlyStoppingRounds: 0, LearningRate: 0.1, MaxDepth: 4, MinChildWeight: Math.Clamp(rows / 100.0, 5, 200), Lambda: 5, MaxCategoryThreshold: 16, Seed: asked.Seed, Threads: asked.Threads);

    private static float[] Values(TrainedModel model, int[] picked, double[] outputs, int width)
    {
        var values = new float[picked.Length * width];
        for (var i = 0; i < picked.Length; i++)
        {
            model.Test.Values.AsSpan(picked[i] * (width - 1), width - 1).CopyTo(values.AsSpan(i * width));
            values[(i * width) + width - 1] = (float)outputs[i];
        }

        return values;
    }

    /// <summary>By time where rows have one, so that no fold is predicted from rows of the same hour; otherwise at random.</summary>
    private static int[] FoldsOf(int rows, long[] times)
    {
        if (times.Length == 0)
            return StratifiedFolds.Of(new int[rows], Folds);
        var folds = new int[rows];
        foreach (var (row, place) in Enumerable.Range(0, rows).OrderBy(row => times[row]).Select((row, place) => (row, place)))
            folds[row] = (int)((long)place * Folds / rows);
        return folds;
    }

    private static double[] OutOfFold(float[] values, float[] losses, EncodedFeature[] features, int[] folds, BoosterParameters settings, CancellationToken ct)
    {
        var predicted = new double[losses.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] seen = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)], unseen = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] == fold)];
            using var booster = XGBoostTrainer.Train(Pick(values, losses, seen, features.Length), null, features, ModelTask.Regression, 0, settings, _ => { }, ct);
            var answers = booster.Predict(Pick(values, losses, unseen, features.Length));
            for (var i = 0; i < unseen.Length; i++)
                predicted[unseen[i]] = Math.Max(0, answers[i]);
        }

        return predicted;
    }

    private static byte[] Train(float[] values, float[] losses, EncodedFeature[] features, BoosterParameters settings, CancellationToken ct)
    {
        using var booster = XGBoostTrainer.Train(new(values, losses.Length, features.Length, losses), null, features, ModelTask.Regression, 0, settings, _ => { }, ct);
        // The library configures itself at the first prediction.
        booster.Predict(new(values[..features.Length], 1, features.Length));
        return booster.SaveJson();
    }

    private static Scorer? Scorer(byte[] file) => XGBoostModelReader.Read(file) is { IsSuccess: true } read ? read.Value.Scorer : null;

    private static MatrixData Pick(float[] values, float[] losses, int[] rows, int width)
    {
        var picked = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * width, width).CopyTo(picked.AsSpan(i * width));
        return new(picked, rows.Length, width, [.. rows.Select(row => losses[row])]);
    }

    private static string Free(string name, IReadOnlyList<EncodedFeature> taken)
    {
        while (taken.Any(feature => feature.Name == name))
            name += "_";
        return name;
    }
}
