using System.Globalization;
using Dashboard.Core.Serving.Trees.Reading;
using Dashboard.Core.Training;

namespace Dashboard.Core.Serving.Trees;

/// <summary>Reads model files that XGBoost 1 to 3 writes as JSON or UBJSON: gbtree, dart and gblinear boosters with one number a leaf.</summary>
public static class XGBoostModelReader
{
    private const int MaxFeatures = 1_000_000;
    private const int MaxClasses = 10_000;

    /// <summary>Reads a model. The content may come from anywhere: whatever it is, the answer is a model or an error that names the field at fault.</summary>
    public static Result<XGBoostModel> Read(ReadOnlyMemory<byte> jsonOrUbj)
    {
        try
        {
            return Read(new ModelField("", Parse(jsonOrUbj.Span)));
        }
        catch (MalformedModelException fault)
        {
            return fault.Error;
        }
    }

    /// <summary>Both forms start with '{'; in UBJSON a length follows, in JSON a name in quotes or white space.</summary>
    private static ModelValue Parse(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8))
            content = content[3..];
        if (content.TrimStart(" \t\r\n"u8) is not [(byte)'{', var second, ..])
            throw new MalformedModelException("model", content.IsEmpty ? "empty" : $"a file that starts with 0x{content[0]:x2}", "a model that XGBoost saved as .json or .ubj");
        return second is (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' ? JsonModelParser.Parse(content) : UbjsonModelParser.Parse(content);
    }

    private static XGBoostModel Read(ModelField root)
    {
        var learner = root["learner"];
        var version = ReadVersion(root);
        var name = learner["objective"]["name"];
        var objective = Objective.Find(name.Text()) ?? throw name.Wrong(Objective.Known);
        if (objective.Name == "binary:logitraw" && version?.StartsWith("1.", StringComparison.Ordinal) != true)
            throw name.Wrong($"binary:logistic: what {objective.Name} starts its sums from changed between versions of XGBoost, and this file is from {version ?? "an unknown one"}");
        var parameters = learner["learner_model_param"];
        var features = parameters["num_feature"].Whole(1, MaxFeatures);
        if (parameters.Find("num_target") is { } targets && targets.Whole(0, MaxClasses) > 1)
            throw targets.Wrong("1: models with several targets are not supported");
        var classes = parameters["num_class"].Whole(0, MaxClasses);
        var multiclass = objective.Task == ModelTask.MulticlassClassification;
        if (multiclass != classes > 1)
            throw parameters["num_class"].Wrong(multiclass ? $"2 classes or more for {objective.Name}" : $"0 for {objective.Name}");
        var margins = BaseMargins(parameters["base_score"], objective, multiclass ? classes : 1);
        var expansion = ReadExpansion(learner);
        var scorer = ReadScorer(learner["gradient_booster"], features, margins, objective, expansion);
        return new(
            scorer,
            expansion is null ? Names(learner, "feature_names", features) : [.. expansion.Terms.Select(term => term.Name)],
            expansion is null ? Names(learner, "feature_types", features) : [.. expansion.Terms.Select(term => term.Categories > 0 ? "c" : "q")],
            expansion is not null ? [.. expansion.Terms.Select(term => term.Categories)] : (scorer as TreeScorer)?.CategoryCounts ?? new int[features],
            objective.Task,
            multiclass ? classes : objective.Task == ModelTask.BinaryClassification ? 2 : 0,
            version,
            objective.Name);
    }

    private static Scorer ReadScorer(ModelField booster, int features, float[] margins, Objective objective, LinearExpansion? expansion)
    {
        var name = booster["name"];
        switch (name.Text())
        {
            case "gbtree":
                return new TreeScorer(new ForestReader(features, margins.Length).Read(booster["model"], null), features, margins, objective);
            case "dart":
                var trees = booster["gbtree"]["model"];
                var weights = booster["weight_drop"].Numbers(trees["trees"].Items().Count);
                if (Array.FindIndex(weights, weight => !float.IsFinite((float)weight)) is var bad and >= 0)
                    throw booster["weight_drop"].Wrong(bad, "a finite weight");
                return new TreeScorer(new ForestReader(features, margins.Length).Read(trees, weights), features, margins, objective);
            case "gblinear":
                if (expansion is not null && expansion.Width != features)
                    throw new MalformedModelException($"learner.attributes.{LinearExpansion.Attribute}", $"{expansion.Width} columns", $"{features} columns");
                var field = booster["model"]["weights"];
                var numbers = field.Numbers();
                if (numbers.Length != (features + 1L) * margins.Length)
                    throw field.Wrong($"{(features + 1L) * margins.Length} numbers");
                var linear = Array.ConvertAll(numbers, weight => (float)weight);
                if (Array.FindIndex(linear, weight => !float.IsFinite(weight)) is var at and >= 0)
                    throw field.Wrong(at, "a finite weight");
                return new LinearScorer(linear, features, margins, objective, expansion);
            default:
                throw name.Wrong("gbtree, dart or gblinear");
        }
    }

    /// <summary>base_score is one number ("5E-1"), or since 3.1 a list with one number for each output ("[5E-1]"), on the answer's scale.</summary>
    private static float[] BaseMargins(ModelField field, Objective objective, int outputs)
    {
        var scores = field.Value.Kind switch
        {
            ModelValueKind.Number => [field.Value.Number],
            ModelValueKind.Numbers => field.Value.Numbers,
            _ => Array.ConvertAll(field.Text().Trim('[', ']').Split(','), text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : throw Wrong()),
        };
        if (scores.Length != 1 && scores.Length != outputs)
            throw Wrong();
        var margins = new float[outputs];
        for (var i = 0; i < outputs; i++)
        {
            margins[i] = objective.Margin((float)scores[scores.Length == 1 ? 0 : i]);
            if (!float.IsFinite(margins[i]))
                throw Wrong();
        }

        return margins;

        MalformedModelException Wrong() => field.Wrong(objective.BaseLink switch
        {
            Link.Logistic => "a number between 0 and 1",
            Link.Exponential => "a number above 0",
            _ => outputs == 1 ? "a number" : $"a number, or {outputs} of them",
        });
    }

    private static LinearExpansion? ReadExpansion(ModelField learner)
    {
        if (learner.Find("attributes") is not { Value.Members: not null } attributes || attributes.Find(LinearExpansion.Attribute) is not { } field)
            return null;
        return LinearExpansion.Parse(field.Text()) ?? throw field.Wrong("the terms of a linear model");
    }

    private static IReadOnlyList<string>? Names(ModelField learner, string field, int features)
    {
        if (learner.Find(field) is not { } found || found.Items() is not { Count: > 0 } items)
            return null;
        return items.Count == features ? found.Texts() : throw found.Wrong($"{features} texts, one a feature");
    }

    private static string? ReadVersion(ModelField root)
    {
        if (root.Find("version") is not { } field)
            return null;
        var numbers = field.Numbers(3);
        if (!numbers.All(number => number >= 0 && number < 1000) || numbers[0] is < 1 or >= 4)
            throw new MalformedModelException(field.Path, string.Join('.', numbers), "a version from 1 to 3");
        return string.Join('.', numbers);
    }
}
