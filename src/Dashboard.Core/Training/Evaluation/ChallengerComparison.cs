using System.Globalization;

namespace Dashboard.Core.Training.Evaluation;

/// <summary>What the held-out rows say about a challenger.</summary>
public enum ComparisonVerdict { Better, Worse, NoClearDifference, NotComparable }

/// <summary>A challenger against the champion on the same held-out rows, which neither has learnt from here.</summary>
/// <param name="ChampionVersion">The champion's version number.</param>
/// <param name="Differences">The primary metric first; empty when nothing could be compared.</param>
/// <param name="Verdict">By the first difference: better or worse when its 95 % interval leaves out zero.</param>
/// <param name="Sentence">The verdict with its figures, for people.</param>
public sealed record ChallengerComparison(
    int ChampionVersion,
    long Rows,
    IReadOnlyDictionary<string, double> ChampionMetrics,
    IReadOnlyDictionary<string, double> ChallengerMetrics,
    IReadOnlyList<PairedDifference> Differences,
    ComparisonVerdict Verdict,
    string Sentence)
{
    /// <summary>The difference that decided, if any.</summary>
    public PairedDifference? Primary => Differences.Count > 0 ? Differences[0] : null;

    /// <summary>Judges two models by their reports and differences (see <see cref="PairedComparison"/>) on the same rows.</summary>
    public static ChallengerComparison Judge(int championVersion, EvaluationReport champion, EvaluationReport challenger, IReadOnlyList<PairedDifference> differences)
    {
        var verdict = differences.Count == 0 ? ComparisonVerdict.NotComparable : VerdictOf(differences[0]);
        return new(championVersion, challenger.Rows, champion.Metrics, challenger.Metrics, differences, verdict, Say(championVersion, challenger.Rows, differences, verdict));
    }

    /// <summary>Better or worse when the interval leaves out zero.</summary>
    public static ComparisonVerdict VerdictOf(PairedDifference difference)
    {
        var higherIsBetter = MetricInfo.For(difference.Metric).HigherIsBetter ?? true;
        return (difference.Lower > 0, difference.Upper < 0) switch
        {
            (true, _) => higherIsBetter ? ComparisonVerdict.Better : ComparisonVerdict.Worse,
            (_, true) => higherIsBetter ? ComparisonVerdict.Worse : ComparisonVerdict.Better,
            _ => ComparisonVerdict.NoClearDifference,
        };
    }

    private static string Say(int championVersion, long rows, IReadOnlyList<PairedDifference> differences, ComparisonVerdict verdict)
    {
        var onRows = string.Create(CultureInfo.InvariantCulture, $"{rows:N0} held-out {(rows == 1 ? "row" : "rows")}");
        if (verdict == ComparisonVerdict.NotComparable)
            return $"Not comparable with version {championVersion} on {onRows}: they hold one class only, too few rows, or scores that are no numbers.";
        var opening = verdict switch
        {
            ComparisonVerdict.Better => $"Better than version {championVersion}",
            ComparisonVerdict.Worse => $"Worse than version {championVersion}",
            _ => $"No clear difference from version {championVersion}",
        };
        var (first, info) = (differences[0], MetricInfo.For(differences[0].Metric));
        return $"{opening} on {onRows}: {info.Name} {info.Format(first.Challenger)} against {info.Format(first.Champion)} "
            + $"({info.FormatDifference(first.Difference)}; 95 % interval {info.FormatDifference(first.Lower)} to {info.FormatDifference(first.Upper)}).";
    }
}
