using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// Estimates a version's performance from its windows, before labels arrive: what it costs depends on bins and classes, not on rows. Safe for any number of threads.
/// </summary>
public sealed class PerformanceEstimator
{
    private readonly ScoreTable? table;
    private readonly LossModels? losses;
    private readonly OutputLayout layout;
    private readonly SamplingErrors errors;

    private PerformanceEstimator(EstimatorDefinition definition, OutputLayout layout, LossModels? losses)
    {
        (Definition, this.layout, this.losses) = (definition, layout, losses);
        errors = SamplingErrors.Of(definition);
        table = definition.Bins is { } means ? new(definition.Calibrators[0], means, layout.Scores) : null;
    }

    public EstimatorDefinition Definition { get; }

    /// <summary>True where each prediction must be folded into its window; false for a binary model, whose score histogram is enough.</summary>
    public bool NeedsRows => layout.Task != ModelTask.BinaryClassification;

    /// <summary>Makes an estimator ready.</summary>
    /// <param name="definition">As <see cref="EstimatorReader"/> read it for this layout.</param>
    /// <param name="losses">For regression; otherwise null.</param>
    /// <returns>The estimator, or an error where a regression's loss models are missing or do not fit.</returns>
    public static Result<PerformanceEstimator> Create(EstimatorDefinition definition, OutputLayout layout, int features, LossModels? losses)
    {
        if (layout.Task == ModelTask.Regression && losses is null)
            return InvalidValue.Of("absoluteLossFile", null, $"{EstimatorDefinition.AbsoluteLossFile} and {EstimatorDefinition.SquaredLossFile} beside {EstimatorDefinition.FileName}");
        return losses?.Check(features) is { } unfit ? unfit : new PerformanceEstimator(definition, layout, losses);
    }

    /// <summary>Folds a prediction into what a window keeps for estimates; nothing for a binary model, or where the output is no finite number.</summary>
    public void Add(EstimateProfile? estimates, ReadOnlySpan<float> features, ReadOnlySpan<float> outputs, int predicted)
    {
        foreach (var output in outputs)
            if (!float.IsFinite(output))
                return;
        if (estimates is ClassEstimates classes)
        {
            Span<double> probabilities = outputs.Length <= 64 ? stackalloc double[outputs.Length] : new double[outputs.Length];
            ClassCalibration.Of(Definition.Calibrators, outputs, probabilities);
            var outside = false;
            for (var c = 0; c < outputs.Length; c++)
                outside |= outputs[c] < Definition.Calibrators[c].Lowest || outputs[c] > Definition.Calibrators[c].Highest;
            classes.Add(outputs, probabilities, predicted, layout.Scores, outside);
        }
        else if (estimates is LossEstimates sums && losses!.Of(features, outputs[0]) is var (absolute, squared))
        {
            sums.Add(absolute, squared, outputs[0] < Definition.Outputs!.Lowest || outputs[0] > Definition.Outputs.Highest);
        }
    }

    /// <summary>What one prediction is expected to lose: the calibrated probability that its class is wrong, or the absolute error that the loss model gives. Null where that gives no finite number.</summary>
    /// <param name="outputs">Finite.</param>
    public double? ExpectedLoss(ReadOnlySpan<float> features, ReadOnlySpan<float> outputs)
    {
        switch (layout.Task)
        {
            case ModelTask.Regression:
                return losses!.Of(features, outputs[0])?.Absolute;
            case ModelTask.BinaryClassification:
                var positive = Definition.Calibrators[0].Of(outputs[0]);
                return layout.PredictedClass(outputs) == 1 ? 1 - positive : positive;
            default:
                Span<double> probabilities = outputs.Length <= 64 ? stackalloc double[outputs.Length] : new double[outputs.Length];
                ClassCalibration.Of(Definition.Calibrators, outputs, probabilities);
                return 1 - probabilities[layout.PredictedClass(outputs)];
        }
    }

    /// <summary>What to expect of the predictions in a window; null where the window keeps nothing to estimate from, as one that was written before the version had an estimator.</summary>
    /// <param name="estimates">What the window keeps beside; not needed for a binary model.</param>
    public Expectation? Expect(OutputProfile output, EstimateProfile? estimates) => layout.Task switch
    {
        ModelTask.BinaryClassification => BinaryExpectation.Of(output.Histogram, output.Predicted[1], table!, errors),
        _ when estimates is not { Rows: > 0 } => null,
        ModelTask.MulticlassClassification => MulticlassExpectation.Of((ClassEstimates)estimates!, errors),
        _ => new RegressionExpectation(estimates!.Rows, estimates.Outside, ((LossEstimates)estimates).Absolute, ((LossEstimates)estimates).Squared, errors),
    };

    /// <summary>The figures of an estimate that lie outside of what the reference's blocks lead to expect of so many rows.</summary>
    public IReadOnlyList<string> Alarms(EstimatedMetrics estimate) =>
        [.. estimate.Figures.Where(pair => LimitsOf(pair.Key, estimate.Rows) is { } limits && limits.IsAlarm(pair.Value.Value)).Select(pair => pair.Key)];

    /// <summary>Where each figure should lie over as many rows as a block of the reference has.</summary>
    public IReadOnlyDictionary<string, AlarmLimits> Limits() =>
        Definition.Reference.Where(pair => Definition.Errors.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value.Limits(pair.Key), StringComparer.Ordinal);

    /// <summary>Where a figure over so many rows should lie; null where the reference does not tell.</summary>
    public AlarmLimits? LimitsOf(string key, double rows) =>
        Definition.Reference.TryGetValue(key, out var spread) ? spread.Limits(key, rows, errors.PerRow.TryGetValue(key, out var error) ? error : null) : null;

    /// <summary>The standard error of a realised figure over the rows that the estimator learnt from; null where it is not known.</summary>
    public double? ReferenceError(string key) => errors.At(key, Definition.Rows);
}
