using System.Globalization;
using Dashboard.Core.Data;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Core.Training;

/// <summary>Finds what is wrong with a training before it costs anyone a wait.</summary>
public static class TrainingSpecCheck
{
    /// <summary>Checks a specification against the schema of its dataset version.</summary>
    /// <returns>The first fault, naming the field as it is in the JSON of <see cref="TrainingSpec"/>, its value and what is allowed; null when there is none.</returns>
    public static Error? Check(TrainingSpec spec, DataSchema schema) =>
        Names(spec) ?? Target(spec, schema) ?? Features(spec, schema) ?? Split(spec, schema) ?? Parameters(spec.Parameters)
        ?? Range("decisionThreshold", spec.DecisionThreshold, 0, 1);

    private static InvalidValue? Names(TrainingSpec spec) => Name("modelName", spec.ModelName) ?? Name("experiment", spec.Experiment);

    private static InvalidValue? Name(string field, string? value) =>
        string.IsNullOrWhiteSpace(value) || value.Length > 200 ? InvalidValue.Of(field, value, "a name of 1 to 200 characters") : null;

    private static Error? Target(TrainingSpec spec, DataSchema schema)
    {
        if (string.IsNullOrWhiteSpace(spec.Target))
            return InvalidValue.Of("target", spec.Target, "a column, or an expression over one such as delay > 15");
        var expression = TargetExpression.Parse(spec.Target, schema);
        if (expression.Error is { } error)
            return error;
        var type = schema.Columns[schema.IndexOf(expression.Value.Column)].Type;
        return type == ColumnType.Timestamp && !expression.Value.IsComparison
            ? InvalidValue.Of("target", spec.Target, "a number, a category, a boolean or a comparison; this column is a timestamp")
            : null;
    }

    private static InvalidValue? Features(TrainingSpec spec, DataSchema schema)
    {
        if (spec.Features is not { Count: > 0 })
            return InvalidValue.Of("features", "[]", "at least one column");
        var target = TargetExpression.Parse(spec.Target, schema).Value.Column;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in spec.Features)
        {
            var at = schema.IndexOf(feature);
            if (at < 0)
                return InvalidValue.Of("features", feature, $"a column of the dataset: {string.Join(", ", schema.Columns.Select(column => column.Name).Take(50))}");
            if (feature == target)
                return InvalidValue.Of("features", feature, "columns other than the target's own");
            if (PreprocessingBuilder.InputFor(schema.Columns[at].Type) is null)
                return InvalidValue.Of("features", feature, "a number, category, boolean or timestamp column; this one is free text");
            if (!seen.Add(feature))
                return InvalidValue.Of("features", feature, "each column once");
        }

        return null;
    }

    private static InvalidValue? Split(TrainingSpec spec, DataSchema schema)
    {
        if (spec.Split is not { } split)
            return InvalidValue.Of("split", null, "{ kind, validationShare, testShare, timeColumn }");
        if (Range("split.validationShare", split.ValidationShare, 0, 0.5) is { } validation)
            return validation;
        if (Range("split.testShare", split.TestShare, 0.01, 0.5) is { } test)
            return test;
        if (split.TimeColumn is { } column)
        {
            var at = schema.IndexOf(column);
            if (at < 0 || schema.Columns[at].Type != ColumnType.Timestamp)
                return InvalidValue.Of("split.timeColumn", column, TimestampColumns(schema));
        }
        else if (split.Kind == SplitKind.Time || spec.Rows is { From: not null } or { To: not null })
        {
            return InvalidValue.Of("split.timeColumn", null, TimestampColumns(schema));
        }

        return spec.Rows is { From: { } from, To: { } to } && from >= to
            ? InvalidValue.Of("rows.to", to.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), $"a time after rows.from ({from:yyyy-MM-ddTHH:mm:ss})")
            : null;
    }

    private static string TimestampColumns(DataSchema schema)
    {
        var names = schema.Columns.Where(column => column.Type == ColumnType.Timestamp).Select(column => column.Name).ToArray();
        return names.Length == 0 ? "no time column: the dataset has no timestamp, so split at random" : $"a timestamp column: {string.Join(", ", names)}";
    }

    private static InvalidValue? Parameters(BoosterParameters? p) => p is null
        ? InvalidValue.Of("parameters", null, "booster parameters; {} takes the defaults")
        : Range("parameters.rounds", p.Rounds, 1, 10_000)
            ?? Range("parameters.earlyStoppingRounds", p.EarlyStoppingRounds, 0, 10_000)
            ?? Range("parameters.learningRate", p.LearningRate, 1e-6, 1)
            ?? Range("parameters.maxDepth", p.MaxDepth, 1, 20)
            ?? Range("parameters.minChildWeight", p.MinChildWeight, 0, 1e9)
            ?? Range("parameters.subsample", p.Subsample, 0.01, 1)
            ?? Range("parameters.columnSample", p.ColumnSample, 0.01, 1)
            ?? Range("parameters.lambda", p.Lambda, 0, 1e9)
            ?? Range("parameters.alpha", p.Alpha, 0, 1e9)
            ?? Range("parameters.gamma", p.Gamma, 0, 1e9)
            ?? Range("parameters.maxCategoryThreshold", p.MaxCategoryThreshold, 1, 10_000)
            ?? Range("parameters.maxBins", p.MaxBins, 2, 65_536)
            ?? Range("parameters.parallelTrees", p.ParallelTrees, 1, 10_000)
            ?? Range("parameters.threads", p.Threads, 0, 1_024);

    private static InvalidValue? Range(string field, double value, double least, double most) => value >= least && value <= most
        ? null
        : InvalidValue.Of(field, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
}
