using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>One prediction of the log, with all that was kept of it.</summary>
/// <param name="Seq">Its row: predictions are numbered in the order in which they were written.</param>
/// <param name="Version">The version that made it.</param>
/// <param name="EventTime">The model's clock.</param>
/// <param name="ArrivedAt">The service's clock.</param>
/// <param name="LatencyMicroseconds">Null where it is not known, as for most observations.</param>
/// <param name="Inputs">Raw inputs in the order of the version's signature.</param>
/// <param name="Outputs">The positive class's probability, one a class, or the number.</param>
/// <param name="Truth">A class's position, or the number; null while the ground truth is not known.</param>
/// <param name="TruthArrivedAt">When the ground truth that now holds came.</param>
/// <param name="Entity">Whom it is about, where the caller named somebody.</param>
public sealed record PredictionEntry(long Seq, MonitoredVersion Version, string Id, DateTimeOffset EventTime, DateTimeOffset ArrivedAt, double? LatencyMicroseconds,
    InputValue[] Inputs, float[] Outputs, double? Truth, DateTimeOffset? TruthArrivedAt, string? Entity = null)
{
    private ModelTask Task => Version.Manifest.Task;

    /// <summary>The position of the predicted class; null for a regression.</summary>
    public int? PredictedClass => Version.Manifest.Decide(Outputs);

    /// <summary>The positive class's probability, the most probable class's probability, or the predicted number.</summary>
    public double Score => ScoreOf(Task, Outputs);

    /// <summary>Whether the predicted class is the actual one; null while that is not known, and for a regression.</summary>
    public bool? IsRight => Truth is { } truth && PredictedClass is { } predicted ? predicted == (int)truth : null;

    internal static double ScoreOf(ModelTask task, ReadOnlySpan<float> outputs) =>
        task == ModelTask.MulticlassClassification ? System.Numerics.Tensors.TensorPrimitives.Max(outputs) : outputs[0];
}

/// <summary>A logged prediction as the API shows it.</summary>
/// <param name="Score">The positive class's probability, the most probable class's probability, or the predicted number.</param>
/// <param name="Predicted">The predicted class; null for a regression.</param>
/// <param name="GroundTruth">The actual class's name, or the actual number; null while it is not known.</param>
/// <param name="Right">Whether predicted and actual class are the same; null while that is not known, and for a regression.</param>
/// <param name="Inputs">Raw inputs by name: numbers, texts, true or false, wall times; null where missing.</param>
/// <param name="Entity">Whom it is about, where the caller named somebody.</param>
public sealed record PredictionView(string Id, int Version, DateTimeOffset EventTime, DateTimeOffset ArrivedAt, double? LatencyMicroseconds,
    double Score, string? Predicted, IReadOnlyList<float> Outputs, object? GroundTruth, DateTimeOffset? GroundTruthArrivedAt, bool? Right, IReadOnlyDictionary<string, object?> Inputs, string? Entity)
{
    public static PredictionView Of(PredictionEntry entry)
    {
        var manifest = entry.Version.Manifest;
        object? truth = entry.Truth is { } label ? manifest.Task == ModelTask.Regression ? label : manifest.Classes[(int)label] : null;
        var inputs = manifest.Preprocessing.Inputs.Zip(entry.Inputs).ToDictionary(pair => pair.First.Name, pair => Value(pair.First, pair.Second), StringComparer.Ordinal);
        return new(entry.Id, entry.Version.Number, entry.EventTime, entry.ArrivedAt, entry.LatencyMicroseconds, entry.Score,
            entry.PredictedClass is { } predicted ? manifest.Classes[predicted] : null, entry.Outputs, truth, entry.TruthArrivedAt, entry.IsRight, inputs, entry.Entity);
    }

    /// <summary>A raw input as a plain value; null where it is missing.</summary>
    public static object? Value(FeatureInput input, in InputValue value) => value.Kind switch
    {
        InputKind.Missing => null,
        InputKind.Boolean => value.Number != 0,
        InputKind.Code => input.Categories[(int)value.Number],
        InputKind.Text => value.Text,
        InputKind.Timestamp => value.AsTimestamp(),
        _ => value.Number,
    };
}

/// <summary>A page of a search, newest first on the model's clock.</summary>
/// <param name="LookedThrough">Predictions that were looked at for this page and those before it.</param>
/// <param name="DownTo">The event time of the last one that was looked at; null where there was none.</param>
/// <param name="Next">The cursor of the next page; null where everything has been looked at.</param>
/// <param name="Newest">The newest row that the result takes into account; <see cref="PredictionSearch.NewerAsync"/> counts what came after it.</param>
public sealed record PredictionResults(IReadOnlyList<PredictionEntry> Entries, long LookedThrough, DateTimeOffset? DownTo, string? Next, long Newest);

/// <summary>How many predictions came since a page was read that would belong on it.</summary>
/// <param name="IsLowerBound">True where more came than were looked at.</param>
public sealed record NewerPredictions(long Count, bool IsLowerBound);
