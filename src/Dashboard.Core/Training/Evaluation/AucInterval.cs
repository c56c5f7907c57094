namespace Dashboard.Core.Training.Evaluation;

/// <summary>A ROC-AUC with DeLong's 95 % interval (DeLong, DeLong and Clarke-Pearson 1988): for a single look at independent rows.</summary>
public sealed record AucInterval(double Auc, double Lower, double Upper)
{
    private const double Normal975 = 1.959963984540054;

    /// <summary>Null where a class has fewer than two rows.</summary>
    /// <param name="scores">n finite scores, higher means more positive.</param>
    /// <param name="positive">Whether each row is positive.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static AucInterval? Of(ReadOnlySpan<double> scores, bool[] positive)
    {
        if (scores.Length != positive.Length)
            throw new ArgumentException($"There are {scores.Length} scores and {positive.Length} labels; expected as many of each.", nameof(positive));
        var placements = new Placements(scores, positive);
        if (placements.Positives < 2 || placements.Negatives < 2)
            return null;
        var reach = Normal975 * Math.Sqrt(placements.Variance);
        return new(placements.Auc, Math.Max(0, placements.Auc - reach), Math.Min(1, placements.Auc + reach));
    }
}
