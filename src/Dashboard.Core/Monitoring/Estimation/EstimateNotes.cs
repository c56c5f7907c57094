using System.Globalization;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What a person must know to read an estimate, in sentences.</summary>
public static class EstimateNotes
{
    /// <summary>What every estimate rests on.</summary>
    public const string Assumption = "Estimated as if the chance of each outcome given the inputs were what it was in the reference: it shows what changed inputs do to performance, and cannot show that the relation itself has changed.";

    /// <summary>Why this estimate should be taken with care; empty where nothing speaks against it.</summary>
    public static IReadOnlyList<string> Of(EstimatedMetrics estimate)
    {
        var notes = new List<string>();
        if (estimate.Caveats.HasFlag(EstimateCaveats.FewRows))
            notes.Add(Text($"It is about {estimate.Rows:N0} predictions, too few of them or of a class to say much."));
        if (estimate.Caveats.HasFlag(EstimateCaveats.OutsideReference))
            notes.Add(Text($"{estimate.OutsideShare * 100:0.#} % of the predictions lie outside of what the estimator learnt from: for these it guesses."));
        if (estimate.Caveats.HasFlag(EstimateCaveats.FewReferenceRows))
            notes.Add("The estimator learnt from fewer than 500 rows.");
        if (estimate.Caveats.HasFlag(EstimateCaveats.PartOfRows))
            notes.Add(Text($"It covers {estimate.Rows:N0} predictions; the others were made by a version without an estimator, or counted before it had one."));
        return notes;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
