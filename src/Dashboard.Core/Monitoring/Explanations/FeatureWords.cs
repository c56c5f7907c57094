using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>An encoded feature's value as people say it.</summary>
public static class FeatureWords
{
    public const string Missing = "missing";

    /// <summary>The value: a number with four digits, or as many as its whole part has, a category's name, true or false, Sat, 18; or "missing".</summary>
    /// <param name="feature">The encoded feature.</param>
    /// <param name="raw">The raw input that it comes from.</param>
    /// <param name="encoded">What the model saw.</param>
    public static string Value(EncodedFeature feature, in InputValue raw, float encoded) => raw.Kind switch
    {
        InputKind.Missing => Missing,
        InputKind.Text => raw.Text!,
        InputKind.Code => feature.Categories[(int)raw.Number],
        InputKind.Boolean => raw.Number != 0 ? "true" : "false",
        InputKind.Timestamp when feature.Categories.Count > 0 => feature.Categories[(int)encoded],
        InputKind.Timestamp => encoded.ToString(CultureInfo.InvariantCulture),
        _ => raw.Number.ToString(Math.Abs(raw.Number) is >= 1000 and < 1e15 ? "0" : "G4", CultureInfo.InvariantCulture),
    };

    /// <summary>Name and value inside a sentence: "hour 18", "origin ORD", "missing distance".</summary>
    public static string Phrase(string feature, string value) => value == Missing ? $"{Missing} {feature}" : $"{feature} {value}";
}
