namespace Dashboard.Core.Training.Evaluation;

/// <summary>A binary confusion matrix, counted or expected, and the figures that follow from it alone. A figure with a zero denominator is null.</summary>
/// <remarks>Counts are exact up to 2⁵³; an expected count is a sum of probabilities.</remarks>
public readonly record struct ConfusionCounts(double TrueNegatives, double FalsePositives, double FalseNegatives, double TruePositives)
{
    public double Rows => TrueNegatives + FalsePositives + FalseNegatives + TruePositives;

    public double Positives => TruePositives + FalseNegatives;

    public double Negatives => TrueNegatives + FalsePositives;

    public double PredictedPositives => TruePositives + FalsePositives;

    public double? Accuracy => Ratio(TruePositives + TrueNegatives, Rows);

    public double? Precision => Ratio(TruePositives, PredictedPositives);

    public double? Recall => Ratio(TruePositives, Positives);

    public double? Specificity => Ratio(TrueNegatives, Negatives);

    /// <summary>The mean of recall and specificity.</summary>
    public double? BalancedAccuracy => (Recall + Specificity) / 2;

    /// <summary>2·TP / (2·TP + FP + FN).</summary>
    public double? F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>The share of rows that are predicted positive.</summary>
    public double? PositiveRate => Ratio(PredictedPositives, Rows);

    /// <summary>The share of rows that are positive.</summary>
    public double? Prevalence => Ratio(Positives, Rows);

    /// <summary>Matthews correlation coefficient (Matthews 1975).</summary>
    public double? Mcc
    {
        get
        {
            // Square roots first: the product of four large counts leaves the range of exact integers.
            var scale = Math.Sqrt(PredictedPositives) * Math.Sqrt(Positives) * Math.Sqrt(Negatives) * Math.Sqrt(TrueNegatives + FalseNegatives);
            return scale > 0 ? ((TruePositives * TrueNegatives) - (FalsePositives * FalseNegatives)) / scale : null;
        }
    }

    /// <summary>Cohen's kappa: agreement beyond what the margins give by chance (Cohen 1960).</summary>
    public double? CohenKappa
    {
        get
        {
            double n = Rows;
            var chance = ((PredictedPositives * Positives) + ((n - PredictedPositives) * Negatives)) / (n * n);
            return n > 0 && chance < 1 ? (Accuracy - chance) / (1 - chance) : null;
        }
    }

    private static double? Ratio(double part, double whole) => whole == 0 ? null : part / whole;
}
