using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>What was wrong with a request, as data quality counts it: the input at fault where there is one, and in what way.</summary>
internal readonly record struct RequestFault(QualityKind Kind, string Subject)
{
    /// <summary>How the expectation of a message begins that refuses an input which the model does not have.</summary>
    public const string KnownInputs = "the inputs of ";

    /// <summary>How the expectation begins that a number outside the range of float32 does not meet.</summary>
    public const string NumberRange = "a number from -3.4e38 to 3.4e38";

    /// <summary>How the expectation begins that a number outside the range of its whole-number type does not meet.</summary>
    public const string WholeRange = "a whole number from ";

    public static RequestFault Of(Error error, ServedModel model)
    {
        var (field, expected) = (error.Field ?? "body", error.Expected ?? "");
        if (expected.StartsWith(KnownInputs, StringComparison.Ordinal))
            return new(QualityKind.UnknownField, error.Value ?? field);
        if (InputIn(field, model) is not { } input)
            return new(QualityKind.Malformed, field[..(field.IndexOfAny(['.', '[']) is var end and > 0 ? end : field.Length)]);
        return new(error.Value is null ? QualityKind.MissingField
            : expected.StartsWith(NumberRange, StringComparison.Ordinal) || expected.StartsWith(WholeRange, StringComparison.Ordinal) ? QualityKind.OutOfRange
            : QualityKind.WrongType, input);
    }

    /// <summary>The input that a field names: itself, "distance[3]", "distance.datatype" or "dataframe_records[3].distance".</summary>
    private static string? InputIn(string field, ServedModel model)
    {
        int bracket = field.LastIndexOf('['), first = field.IndexOf('.'), last = field.LastIndexOf('.');
        foreach (var name in (ReadOnlySpan<string>)[field, bracket > 0 ? field[..bracket] : field, first > 0 ? field[..first] : field, field[(last + 1)..]])
            if (model.InputIndex.ContainsKey(name))
                return name;
        return null;
    }
}
