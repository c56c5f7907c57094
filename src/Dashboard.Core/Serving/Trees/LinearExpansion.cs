using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Core.Serving.Trees;

/// <summary>How one feature enters a linear model: a number standardised, or a category as one indicator for each known code.</summary>
/// <param name="Mean">Of the training rows that have the value.</param>
/// <param name="Scale">One over the standard deviation; 0 for a constant.</param>
/// <param name="Categories">The number of indicators, or 0 for a number.</param>
public sealed record LinearTerm(string Name, float Mean, float Scale, int Categories)
{
    /// <summary>How many of the linear model's columns the term takes.</summary>
    [JsonIgnore]
    public int Width => Categories == 0 ? 1 : Categories;
}

/// <summary>
/// The way from encoded features to the columns of a linear model, kept in the model file as an attribute because XGBoost's linear booster knows neither categories nor scales.
/// A number x becomes (x − mean) · scale; a missing one becomes 0, which is the mean. A category becomes a 1 in its code's column; a missing or unknown one leaves all its columns at 0.
/// </summary>
public sealed record LinearExpansion(IReadOnlyList<LinearTerm> Terms)
{
    /// <summary>The attribute of the model file that holds the expansion as JSON.</summary>
    public const string Attribute = "dashboard_linear_expansion";

    /// <summary>The number of columns of the linear model.</summary>
    [JsonIgnore]
    public int Width => Terms.Sum(term => term.Width);

    public string ToJson() => CanonicalJson.Serialize(this);

    /// <summary>The expansion that <see cref="ToJson"/> wrote.</summary>
    /// <returns>Null where the text is no expansion, or one that no trainer makes.</returns>
    public static LinearExpansion? Parse(string json)
    {
        try
        {
            var expansion = CanonicalJson.Deserialize<LinearExpansion>(json);
            return expansion.Terms is { Count: > 0 } terms && terms.All(term => term is { Name: not null, Categories: >= 0 and <= 1 << 24 } && float.IsFinite(term.Mean) && float.IsFinite(term.Scale))
                && terms.Sum(term => (long)term.Width) <= int.MaxValue
                ? expansion
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
