using System.Globalization;

namespace Dashboard.Core.Monitoring.Quality;

/// <summary>Sentences about data quality.</summary>
public static class QualityWords
{
    private const int LongestText = 40;

    /// <summary>The one sentence on top: whether the inputs are what the model was trained on, and what was refused.</summary>
    /// <param name="rows">Predictions in the range.</param>
    /// <param name="refused">Requests that were refused because of what was in them, of <paramref name="requests"/>.</param>
    public static string Summary(IReadOnlyList<InputCheck> inputs, bool hasReference, long rows, long refused, long requests)
    {
        var odd = inputs.Where(input => input.Level >= QualityLevel.Look).ToList();
        var faults = refused == 0 ? requests == 0 ? "" : "; no request was refused" : $"; {Refused(refused, Math.Max(refused, requests))}";
        if (odd.Count == 0)
        {
            return rows == 0 ? $"No prediction in this time range{faults}."
                : hasReference ? $"All inputs are within what the model was trained on{faults}."
                : $"There is no reference, so it is not known what is usual; no input has values that the model does not know{faults}.";
        }

        var first = odd[0].Findings[0].Sentence.TrimEnd('.');
        return odd.Count == 1
            ? $"{odd[0].Name} needs a look: {first}{(odd[0].Findings[0].Issue == QualityIssue.Refused ? "" : faults)}."
            : $"{odd.Count} of {inputs.Count} inputs need a look, first of all {odd[0].Name}: {first}{(odd[0].Findings[0].Issue == QualityIssue.Refused ? "" : faults)}.";
    }

    internal static string Refused(long refused, long requests) => string.Create(CultureInfo.InvariantCulture, $"{refused:#,0} of {requests:#,0} requests {(refused == 1 ? "was" : "were")} refused");

    internal static string Share(double share) => share is > 0 and < 0.001 ? "less than 0.1 %" : $"{(share * 100).ToString(share is < 0.1 or > 0.99 ? "0.#" : "0", CultureInfo.InvariantCulture)} %";

    /// <summary>The same where a sentence begins.</summary>
    internal static string Begin(double share) => Share(share) is var text && char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    internal static string Number(double value) => value.ToString(Math.Abs(value) is >= 1000 and < 1e15 ? "#,0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>A value from outside: shortened, on one line.</summary>
    internal static string Text(string value)
    {
        var line = string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= LongestText ? line : string.Concat(line.AsSpan(0, LongestText - 1), "…");
    }
}
