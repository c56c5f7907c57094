using Dashboard.Core;
using Dashboard.Core.Data;

namespace Dashboard.Web.Api.V1;

/// <summary>Reads <c>zip:category,when:timestamp</c>.</summary>
internal static class ColumnTypes
{
    private const string Wanted = "column:type pairs divided by commas, the type one of number, category, boolean, timestamp, text";

    public static Result<IReadOnlyDictionary<string, ColumnType>> Parse(string? text)
    {
        var types = new Dictionary<string, ColumnType>(StringComparer.Ordinal);
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = pair.LastIndexOf(':');
            if (colon < 1 || !Enum.TryParse<ColumnType>(pair[(colon + 1)..].Trim(), ignoreCase: true, out var type) || !Enum.IsDefined(type) || char.IsAsciiDigit(pair[^1]))
                return InvalidValue.Of("types", pair, Wanted);
            types[pair[..colon].Trim()] = type;
        }

        return types;
    }
}
