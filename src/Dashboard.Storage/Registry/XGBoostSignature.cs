using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving.Trees;

namespace Dashboard.Storage.Registry;

/// <summary>The signature of a model that was trained elsewhere: what its file says, with names that a person may give.</summary>
internal static class XGBoostSignature
{
    /// <summary>More category codes than this are no list of categories that a person could read or a profile could count.</summary>
    public const int MaxCategories = 10_000;

    private const int MaxNameLength = 200;

    /// <param name="given">Feature names in the model's order; null: the file's own, or XGBoost's f0, f1, f2 where it has none.</param>
    public static Result<IReadOnlyList<FeatureInput>> Of(XGBoostModel model, IReadOnlyList<string>? given)
    {
        var count = model.Scorer.FeatureCount;
        var names = given ?? model.FeatureNames ?? [.. Enumerable.Range(0, count).Select(i => $"f{i}")];
        if (names.Count != count)
            return InvalidValue.Of("features", $"{names.Count} names", $"{count} names: the model has {count} features");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var inputs = new List<FeatureInput>(count);
        for (var i = 0; i < count; i++)
        {
            if (names[i] is not { Length: > 0 and <= MaxNameLength } name || !seen.Add(name))
                return InvalidValue.Of("features", names[i], $"different names of 1 to {MaxNameLength} characters");
            var input = Input(name, model.FeatureTypes?[i], model.CategoryCounts[i]);
            if (input.Error is { } fault)
                return fault;
            inputs.Add(input.Value);
        }

        return inputs;
    }

    private static Result<FeatureInput> Input(string name, string? type, int categories)
    {
        if (categories > MaxCategories)
            return InvalidValue.Of("file", $"category code {categories - 1} of feature '{name}'", $"category codes below {MaxCategories}");
        return type switch
        {
            "c" => new FeatureInput(name, InputType.Category, Codes(categories)),
            "i" => new FeatureInput(name, InputType.Boolean, []),
            "q" or "float" or "int" => new FeatureInput(name, InputType.Number, []),
            null or "" => categories > 0 ? new FeatureInput(name, InputType.Category, Codes(categories)) : new FeatureInput(name, InputType.Number, []),
            _ => InvalidValue.Of("file", $"feature type '{type}' of feature '{name}'", "c, q, float, int or i"),
        };
    }

    /// <summary>XGBoost keeps no category names: the codes are all there is.</summary>
    private static string[] Codes(int count) => [.. Enumerable.Range(0, count).Select(code => code.ToString())];
}
