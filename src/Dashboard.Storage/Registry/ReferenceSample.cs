using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Data.Import;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Registry;

/// <summary>A sample in CSV of what an imported model is fed with, as the inputs' ranges and the reference that drift is measured against.</summary>
/// <param name="Preprocessing">With the numbers' ranges, and with the category codes that the sample has beyond the model's own.</param>
internal sealed record ReferenceSample(Preprocessing Preprocessing, ReferenceProfile Profile)
{
    /// <summary>The most values (rows times features) that are read: a reference needs thousands of rows, not millions.</summary>
    private const long MaxValues = 64L << 20;

    /// <param name="csv">Seekable.</param>
    /// <param name="canonical">A scratch file that can be read and written.</param>
    public static async Task<Result<ReferenceSample>> ReadAsync(Stream csv, Stream canonical, IReadOnlyList<FeatureInput> inputs, Scorer scorer, ModelTask task, IReadOnlyList<string> classes,
        double threshold, CancellationToken ct)
    {
        var types = inputs.Where(input => input.Type != InputType.Boolean).ToDictionary(input => input.Name, input => input.Type == InputType.Category ? ColumnType.Category : ColumnType.Number);
        var imported = await CsvImport.RunAsync(csv, canonical, new() { Types = types }, ct);
        if (imported.Error is { } fault)
            return fault is UnknownTypedColumn { Field: { } lacking } ? Lacks(lacking) : fault;
        if (inputs.FirstOrDefault(input => imported.Value.Schema.IndexOf(input.Name) < 0) is { } absent)
            return Lacks(absent.Name);
        if (imported.Value.Rows * inputs.Count > MaxValues)
            return InvalidValue.Of("reference", $"{imported.Value.Rows} rows", $"at most {MaxValues / inputs.Count} rows for {inputs.Count} features");
        canonical.Position = 0;
        return await Task.Run(() => Build(canonical, imported.Value, inputs, scorer, task, classes, threshold), ct);
    }

    private static Result<ReferenceSample> Build(Stream canonical, DatasetProfile sample, IReadOnlyList<FeatureInput> inputs, Scorer scorer, ModelTask task, IReadOnlyList<string> classes, double threshold)
    {
        var preprocessing = new Preprocessing([.. inputs.Select(input => WithDomain(input, sample.Columns[sample.Schema.IndexOf(input.Name)]))]);
        var encoder = new FeatureEncoder(preprocessing);
        var rows = (int)sample.Rows;
        var (width, outputs) = (encoder.Width, scorer.OutputCount);
        var features = new float[rows * width];
        var predictions = new float[rows * outputs];
        var values = new InputValue[width];
        using var reader = new CanonicalReader(canonical);
        var columns = inputs.Select(input => sample.Schema.IndexOf(input.Name)).ToArray();
        for (var row = 0; reader.Read(); row++)
        {
            for (var i = 0; i < width; i++)
                if (!TryRead(encoder, i, reader[columns[i]], out values[i]))
                    return InvalidValue.Of($"reference, column '{inputs[i].Name}'", reader[columns[i]], "true, false, 0 or 1");
            var encoded = features.AsSpan(row * width, width);
            encoder.Encode(values, encoded);
            scorer.Score(encoded, predictions.AsSpan(row * outputs, outputs));
        }

        return new ReferenceSample(preprocessing, ReferenceBuilder.Build(preprocessing, task, classes, threshold, features, ReferencePredictions.OfAllRows(predictions, rows, labels: null)));
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
