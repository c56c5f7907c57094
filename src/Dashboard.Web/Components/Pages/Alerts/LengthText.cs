using System.Buffers;
using System.Globalization;

namespace Dashboard.Web.Components.Pages.Alerts;

/// <summary>Lengths of time as people type them: 30 s, 5 min, 1 h 30 min, 7 d; a bare number is seconds.</summary>
internal static class LengthText
{
    public const string Wanted = "a length of time, such as 30 s, 5 min, 1 h 30 min or 7 d";

    private const double MostSeconds = 1e9;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly Dictionary<string, double> Units = new(StringComparer.OrdinalIgnoreCase)
        { [""] = 1, ["s"] = 1, ["sec"] = 1, ["m"] = 60, ["min"] = 60, ["h"] = 3600, ["d"] = 86_400, ["day"] = 86_400, ["days"] = 86_400, ["w"] = 604_800 };

    /// <summary>The length behind the text, or null when it is none.</summary>
    public static TimeSpan? Parse(string? text)
    {
        var rest = (text ?? "").Replace('\u202f', ' ').Replace('\u00a0', ' ').AsSpan().Trim();
        if (rest.IsEmpty)
            return null;
        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            var number = digits < 0 ? rest : rest[..digits];
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
                return null;
            rest = (digits < 0 ? [] : rest[digits..]).TrimStart();
            var letters = rest.IndexOfAnyExceptInRange('a', 'z') is var end and >= 0 ? end : rest.Length;
            if (!Units.TryGetValue(rest[..letters].ToString(), out var unit))
                return null;
            seconds += count * unit;
            rest = rest[letters..].TrimStart();
        }

        return seconds <= MostSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
