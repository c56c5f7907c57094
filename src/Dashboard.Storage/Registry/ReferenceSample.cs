using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Data.Import;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;

namespace Dashboard.Storage.Registry;

/// <summary>A sample in CSV of what an imported model is fed with, as the inputs' ranges, the reference that drift is measured against, and some of its rows.</summary>
/// <param name="Preprocessing">With the numbers' ranges, and with the category codes that the sample has beyond the model's own.</param>
/// <param name="Outcome">What follows from the outcomes of its rows; null where they are not known.</param>
internal sealed record ReferenceSample(Preprocessing Preprocessing, ReferenceProfile Profile, ReferenceRows Rows, SampleOutcome? Outcome)
{
    /// <summary>The most values (rows times features) that are read: a reference needs thousands of rows, not millions.</summary>
    private const long MaxValues = 64L << 20;

    /// <param name="csv">Seekable.</param>
    /// <param name="canonical">A scratch file that can be read and written.</param>
    /// <param name="target">The column that holds the outcome, if one does.</param>
    public static async Task<Result<ReferenceSample>> ReadAsync(Stream csv, Stream canonical, string? target, ModelManifest draft, Scorer scorer, CancellationToken ct)
    {
        var inputs = draft.Preprocessing.Inputs;
        if (target is not null && inputs.Any(input => input.Name == target))
            return InvalidValue.Of("target", target, "a column that is none of the model's features");
        var types = inputs.Where(input => input.Type != InputType.Boolean).ToDictionary(input => input.Name, input => input.Type == InputType.Category ? ColumnType.Category : ColumnType.Number);
        var imported = await CsvImport.RunAsync(csv, canonical, new() { Types = types }, ct);
        if (imported.Error is { } fault)
            return fault is UnknownTypedColumn { Field: { } lacking } ? Lacks(lacking) : fault;
        var schema = imported.Value.Schema;
        if (inputs.FirstOrDefault(input => schema.IndexOf(input.Name) < 0) is { } absent)
            return Lacks(absent.Name);
        if (target is not null && schema.IndexOf(target) < 0)
            return InvalidValue.Of("target", target, $"a column of the reference sample: {string.Join(", ", schema.Columns.Select(column => column.Name).Where(name => inputs.All(input => input.Name != name)).Take(50))}");
        if (imported.Value.Rows * inputs.Count > MaxValues)
            return InvalidValue.Of("reference", $"{imported.Value.Rows} rows", $"at most {MaxValues / inputs.Count} rows for {inputs.Count} features");
        canonical.Position = 0;
        return await Task.Run(() => Build(canonical, imported.Value, target, draft, scorer), ct);
    }

    /// <summary>Puts the sample's files among a package's, and names them in its manifest.</summary>
    public ModelManifest AddTo(ModelManifest draft, Dictionary<string, byte[]> files)
    {
        files[ReferenceProfile.FileName] = Profile.Serialize();
        files[ReferenceRows.FileName] = Rows.Serialize();
        if (Outcome?.Estimator is { } estimator)
            files[EstimatorDefinition.FileName] = estimator.Serialize();
        return draft with
        {
            Preprocessing = Preprocessing,
            ReferenceFile = ReferenceProfile.FileName,
            ReferenceRowsFile = ReferenceRows.FileName,
            EstimatorFile = Outcome?.Estimator is null ? null : EstimatorDefinition.FileName,
            Metrics = Outcome?.Metrics ?? draft.Metrics,
        };
    }

    private static Result<ReferenceSample> Build(Stream canonical, DatasetProfile sample, string? target, ModelManifest draft, Scorer scorer)
    {
        var inputs = draft.Preprocessing.Inputs;
        var preprocessing = new Preprocessing([.. inputs.Select(input => WithDomain(input, sample.Columns[sample.Schema.IndexOf(input.Name)]))]);
        var encoder = new FeatureEncoder(preprocessing);
        var rows = (int)sample.Rows;
        var (width, outputs) = (encoder.Width, scorer.OutputCount);
        var features = new float[rows * width];
        var predictions = new float[rows * outputs];
        var labels = new double[rows];
        var kept = ReferenceRows.Pick(rows).ToDictionary(row => row, _ => new InputValue[width]);
        var values = new InputValue[width];
        using var reader = new CanonicalReader(canonical);
        var columns = inputs.Select(input => sample.Schema.IndexOf(input.Name)).ToArray();
        var targetAt = target is null ? -1 : sample.Schema.IndexOf(target);
        for (var row = 0; reader.Read(); row++)
        {
            for (var i = 0; i < width; i++)
                if (!TryRead(encoder, i, reader[columns[i]], out values[i]))
                    return InvalidValue.Of($"reference, column '{inputs[i].Name}'", reader[columns[i]], "true, false, 0 or 1");
            if (!SampleOutcome.TryRead(targetAt < 0 ? null : reader[targetAt], draft, out labels[row]))
                return InvalidValue.Of($"reference, target column '{target}'", reader[targetAt], SampleOutcome.Expected(draft));
            var encoded = features.AsSpan(row * width, width);
            encoder.Encode(values, encoded);
            scorer.Score(encoded, predictions.AsSpan(row * outputs, outputs));
            if (kept.TryGetValue(row, out var raw))
                values.CopyTo(raw, 0);
        }

        var profile = ReferenceBuilder.Build(preprocessing, draft.Task, draft.Classes, draft.DecisionThreshold, features, ReferencePredictions.OfAllRows(predictions, rows, target is null ? null : labels));
        // Rows without a finite output are passed over: the others may then be ones whose inputs were not kept.
        var sampled = ReferenceRowsBuilder.Build(preprocessing, features, predictions, labels, [], (row, into) =>
        {
            if (kept.TryGetValue(row, out var raw))
                raw.CopyTo(into);
            else
                into.Clear();
        });
        if (target is null)
            return new ReferenceSample(preprocessing, profile, sampled, null);
        var outcome = SampleOutcome.Learn(target, draft, profile.Layout.Output, predictions, labels);
        return outcome.Error is { } unfit ? unfit : new ReferenceSample(preprocessing, profile, sampled, outcome.Value);
    }

    private static FeatureInput WithDomain(FeatureInput input, ColumnStatistics column) => input.Type switch
    {
        InputType.Number => input with { Minimum = column.Minimum, Maximum = column.Maximum },
        InputType.Category => input with { Categories = Codes(input, column) },
        _ => input,
    };

    /// <summary>A code that no split names still is a code to the model, and not a missing value.</summary>
    private static IReadOnlyList<string> Codes(FeatureInput input, ColumnStatistics column)
    {
        var largest = column.TopValues.Select(value => int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code < XGBoostSignature.MaxCategories ? code : -1)
            .DefaultIfEmpty(-1).Max();
        return largest < input.Categories.Count ? input.Categories : [.. Enumerable.Range(0, largest + 1).Select(code => code.ToString())];
    }

    private static bool TryRead(FeatureEncoder encoder, int input, string? cell, out InputValue value)
    {
        value = InputValue.Missing;
        if (cell is null)
            return true;
        switch (encoder.Preprocessing.Inputs[input].Type)
        {
            case InputType.Category:
                value = encoder.Category(input, cell);
                return true;
            case InputType.Boolean:
                value = InputValue.OfBoolean(cell is "true" or "1");
                return cell is "true" or "false" or "1" or "0";
            default:
                value = InputValue.OfNumber(double.Parse(cell, CultureInfo.InvariantCulture));
                return true;
        }
    }

    private static InvalidValue Lacks(string column) => InvalidValue.Of("reference", $"a sample without the column '{column}'", "a CSV with a column for each feature of the model");
}
