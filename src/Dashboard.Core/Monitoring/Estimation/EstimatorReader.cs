using System.Text.Json;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Reads estimator.json from a package that somebody may have made elsewhere: whatever the rest relies on is checked here, once.</summary>
public static class EstimatorReader
{
    private const int FormatVersion = 1;
    private const int MostBytes = 64 << 20;

    /// <summary>Reads a definition for a model of this layout.</summary>
    /// <returns>The definition, or an error that names the part at fault.</returns>
    public static Result<EstimatorDefinition> Read(ReadOnlySpan<byte> json, OutputLayout layout)
    {
        if (json.Length > MostBytes)
            return InvalidValue.Of(EstimatorDefinition.FileName, $"{json.Length} bytes", $"at most {MostBytes}");
        try
        {
            var definition = CanonicalJson.Deserialize<EstimatorDefinition>(json);
            return Check(definition, layout) is { } fault ? fault : definition;
        }
        catch (JsonException exception)
        {
            return InvalidValue.Of(EstimatorDefinition.FileName, exception.Message, "an estimator in JSON");
        }
    }

    private static InvalidValue? Check(EstimatorDefinition definition, OutputLayout layout)
    {
        if (definition.FormatVersion != FormatVersion)
            return Wrong("formatVersion", definition.FormatVersion, FormatVersion);
        if (definition.Task != layout.Task)
            return Wrong("task", definition.Task, layout.Task);
        if (definition.Rows < 1)
            return Wrong("rows", definition.Rows, "1 or more");
        var calibrators = layout.Task == ModelTask.Regression ? 0 : layout.Outputs;
        if (definition.Calibrators?.Count != calibrators)
            return Wrong("calibrators", definition.Calibrators?.Count, calibrators);
        for (var i = 0; i < calibrators; i++)
            if (!IsSound(definition.Calibrators[i]))
                return Wrong($"calibrators[{i}]", "out of order or out of range", "ascending finite arguments, never falling values from 0 to 1, and a range");
        if (layout.Task == ModelTask.BinaryClassification && !IsSound(definition.Bins, layout.Scores.Count))
            return Wrong("bins", "out of order or out of range", $"ascending bins below {layout.Scores.Count} with as many finite means each");
        if (layout.Task == ModelTask.Regression && definition.Outputs is not { } range)
            return Wrong("outputs", null, "lowest and highest");
        if (layout.Task == ModelTask.Regression && !(definition.Outputs!.Lowest <= definition.Outputs.Highest && double.IsFinite(definition.Outputs.Lowest) && double.IsFinite(definition.Outputs.Highest)))
            return Wrong("outputs", $"{definition.Outputs.Lowest} to {definition.Outputs.Highest}", "a finite range");
        if (definition.Errors is null || definition.Errors.Values.Any(error => !double.IsFinite(error) || error < 0))
            return Wrong("errors", null, "finite numbers of 0 or more");
        if (definition.Reference is null || definition.Reference.Values.Any(spread => spread is null || !double.IsFinite(spread.Mean) || !(spread.Deviation >= 0) || !double.IsFinite(spread.Deviation) || !(spread.RowsInBlock > 0)))
            return Wrong("reference", null, "finite means and deviations over blocks of rows");
        return definition.Checks is null || definition.Checks.Values.Any(check => check is null) ? Wrong("checks", null, "an object") : null;
    }

    private static bool IsSound(Calibrator? calibrator)
    {
        if (calibrator is null || !double.IsFinite(calibrator.Lowest) || !double.IsFinite(calibrator.Highest) || calibrator.Lowest > calibrator.Highest)
            return false;
        if (calibrator.Curve is not { } curve)
            return true;
        if (curve.X is not { Length: > 0 } x || curve.Y is not { } y || y.Length != x.Length)
            return false;
        for (var i = 0; i < x.Length; i++)
            if (!double.IsFinite(x[i]) || y[i] is not (>= 0 and <= 1) || (i > 0 && (x[i] <= x[i - 1] || y[i] < y[i - 1])))
                return false;
        return true;
    }

    private static bool IsSound(BinMeans? means, int bins)
    {
        if (means?.Bin is not { } bin || means.Probability?.Length != bin.Length || means.LogLoss?.Length != bin.Length || means.Brier?.Length != bin.Length)
            return false;
        for (var i = 0; i < bin.Length; i++)
            if (bin[i] < 0 || bin[i] >= bins || (i > 0 && bin[i] <= bin[i - 1]) || means.Probability[i] is not (>= 0 and <= 1) || !double.IsFinite(means.LogLoss[i]) || !double.IsFinite(means.Brier[i]))
                return false;
        return true;
    }

    private static InvalidValue Wrong(string field, object? value, object wanted) =>
        InvalidValue.Of($"{EstimatorDefinition.FileName}: {field}", value?.ToString(), wanted.ToString()!);
}
