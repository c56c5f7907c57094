using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;
using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>What one round came to.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Metrics">XGBoost's metrics with the part of the rows before them: train_auc, validation_logloss.</param>
public sealed record RoundResult(int Round, int OfRounds, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Trains a booster. One training at a time in a process uses the processors well; another in parallel is allowed and as right.</summary>
public static class XGBoostTrainer
{
    /// <summary>Trains round by round and stops early once the validation rows' deciding metric (log loss, or RMSE for regression) has not improved for <see cref="BoosterParameters.EarlyStoppingRounds"/>.</summary>
    /// <param name="train">Rows with labels.</param>
    /// <param name="validation">Rows with labels that stop the training early; null or no early stopping rounds: all rounds are trained and kept. A random forest has one round.</param>
    /// <param name="features">What each column is.</param>
    /// <param name="classes">The number of classes; only multi-class training reads it.</param>
    /// <param name="onRound">Called after each round on the calling thread; null: without the cost of measuring rounds that nobody reads.</param>
    /// <returns>The booster, cut back to its best round.</returns>
    /// <exception cref="XGBoostException">The library refused the rows or the parameters, in its own words.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rounds.</exception>
    public static TrainedBooster Train(
        MatrixData train, MatrixData? validation, IReadOnlyList<EncodedFeature> features, ModelTask task, int classes, BoosterParameters p, Action<RoundResult>? onRound, CancellationToken ct)
    {
        if (train.Labels is null || validation is { Labels: null })
            throw new ArgumentException("Training needs labels.", nameof(train));
        if (train.Columns != features.Count)
            throw new ArgumentException($"{features.Count} features came for {train.Columns} columns.", nameof(features));
        ct.ThrowIfCancellationRequested();
        if (p.Threads <= 0)
            p = p with { Threads = Environment.ProcessorCount };
        var expansion = p.Booster == BoosterKind.Linear ? LinearMatrix.Fit(train, features) : null;
        using var trainMatrix = Matrix(train, features, expansion, p.Threads);
        using var validationMatrix = validation is { Rows: > 0 } ? Matrix(validation, features, expansion, p.Threads) : null;
        var booster = Create(trainMatrix, validationMatrix);
        try
        {
            foreach (var (name, value) in BoosterSettings.Of(p, task, classes, BaseScore(train.Labels, task), train.Rows))
                NativeMethods.Check(NativeMethods.XGBoosterSetParam(booster, name, value));
            Describe(booster, features, expansion);
            var rounds = new TrainingRounds(booster, trainMatrix, validationMatrix, BoosterSettings.DecidingMetric(task));
            var best = rounds.Run(p, onRound, ct);
            return new TrainedBooster(best, expansion, p.Threads);
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    private static MatrixHandle Matrix(MatrixData data, IReadOnlyList<EncodedFeature> features, LinearExpansion? expansion, int threads)
    {
        if (expansion is not null)
            return LinearMatrix.Create(data, expansion, threads);
        var matrix = data.ToDense(threads);
        var types = features.Select(feature => feature.IsCategorical ? "c" : "q").ToArray();
        NativeMethods.Check(NativeMethods.XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types, (ulong)types.Length));
        return matrix;
    }

    private static unsafe BoosterHandle Create(MatrixHandle train, MatrixHandle? validation)
    {
        var matrices = stackalloc nint[] { train.DangerousGetHandle(), validation?.DangerousGetHandle() ?? 0 };
        NativeMethods.Check(NativeMethods.XGBoosterCreate(matrices, validation is null ? 1u : 2u, out var booster));
        GC.KeepAlive(train);
        GC.KeepAlive(validation);
        return booster;
    }

    /// <summary>Writes names and types into the model, so that its file can be read without ours beside it.</summary>
    private static void Describe(BoosterHandle booster, IReadOnlyList<EncodedFeature> features, LinearExpansion? expansion)
    {
        string[] names;
        string[] types;
        if (expansion is null)
        {
            names = [.. features.Select(feature => feature.Name)];
            types = [.. features.Select(feature => feature.IsCategorical ? "c" : "q")];
        }
        else
        {
            names = [.. features.SelectMany(feature => feature.Categories.Count == 0 ? [feature.Name] : feature.Categories.Select(category => $"{feature.Name}={category}"))];
            types = [.. names.Select(_ => "q")];
            NativeMethods.Check(NativeMethods.XGBoosterSetAttr(booster, LinearExpansion.Attribute, expansion.ToJson()));
        }

        NativeMethods.Check(NativeMethods.XGBoosterSetStrFeatureInfo(booster, "feature_name", names, (ulong)names.Length));
        NativeMethods.Check(NativeMethods.XGBoosterSetStrFeatureInfo(booster, "feature_type", types, (ulong)types.Length));
    }

    /// <summary>Where the sums start, the same for every version of the library: the mean of the labels, or an even chance for many classes.</summary>
    private static double BaseScore(float[] labels, ModelTask task)
    {
        var mean = labels.Length == 0 ? 0.5 : labels.Average(label => (double)label);
        return task switch
        {
            ModelTask.BinaryClassification => Math.Clamp(mean, 1e-6, 1 - 1e-6),
            ModelTask.MulticlassClassification => 0.5,
            _ => double.IsFinite(mean) ? mean : 0.5,
        };
    }
}
