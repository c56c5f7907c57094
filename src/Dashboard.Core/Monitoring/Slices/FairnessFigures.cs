using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>The figures of a group and the differences between groups: their keys, their names, and how they are counted.</summary>
public static class FairnessFigures
{
    /// <summary>How often the class was predicted, over all predictions.</summary>
    public const string SelectionRate = "selection_rate";

    /// <summary>How often the class was true, over labelled rows, as all that follow.</summary>
    public const string BaseRate = "base_rate";
    public const string TruePositiveRate = "true_positive_rate";
    public const string FalsePositiveRate = "false_positive_rate";
    public const string Precision = "precision";
    public const string Accuracy = "accuracy";

    /// <summary>Regression: over all predictions.</summary>
    public const string MeanPrediction = "mean_prediction";

    /// <summary>Regression: prediction less truth.</summary>
    public const string MeanError = "mean_error";
    public const string AbsoluteError = "mae";

    public const string DemographicParity = "demographic_parity_difference";
    public const string DemographicParityRatio = "demographic_parity_ratio";
    public const string EqualOpportunity = "equal_opportunity_difference";
    public const string EqualizedOdds = "equalized_odds_difference";
    public const string PredictionGap = "mean_prediction_difference";
    public const string ErrorGap = "mean_error_difference";
    public const string AbsoluteGap = "mae_difference";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [SelectionRate] = "Selection rate", [BaseRate] = "Actual rate", [TruePositiveRate] = "True-positive rate", [FalsePositiveRate] = "False-positive rate", [Precision] = "Precision", [Accuracy] = "Accuracy",
        [MeanPrediction] = "Mean prediction", [MeanError] = "Mean error", [AbsoluteError] = "Mean absolute error",
        [DemographicParity] = "Demographic parity difference", [DemographicParityRatio] = "Demographic parity ratio", [EqualOpportunity] = "Equal opportunity difference", [EqualizedOdds] = "Equalised odds difference",
        [PredictionGap] = "Difference of mean predictions", [ErrorGap] = "Difference of mean errors", [AbsoluteGap] = "Difference of mean absolute errors",
    };

    /// <summary>The figures of a group for a task, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Of(bool isRegression) => isRegression
        ? [MeanPrediction, MeanError, AbsoluteError]
        : [SelectionRate, BaseRate, TruePositiveRate, FalsePositiveRate, Precision, Accuracy];

    /// <summary>What people call a figure or a difference.</summary>
    public static string Name(string key) => Names.GetValueOrDefault(key, key);

    /// <summary>Whether a figure is a share from 0 to 1, and not in the target's unit.</summary>
    public static bool IsShare(string key) => key is SelectionRate or BaseRate or TruePositiveRate or FalsePositiveRate or Precision or Accuracy or DemographicParity or EqualOpportunity or EqualizedOdds;

    /// <param name="selected">Classification: the position of the class that counts as selected.</param>
    internal static IReadOnlyDictionary<string, FigureSums> Of(FeatureSlice slice, int selected)
    {
        if (slice.Predicted.IsEmpty)
        {
            return new Dictionary<string, FigureSums>(StringComparer.Ordinal)
            {
                [MeanPrediction] = new(slice.Output, slice.OutputSquares, slice.Rows),
                [MeanError] = new(slice.Error, slice.SquaredError, slice.Labelled),
                [AbsoluteError] = new(slice.AbsoluteError, slice.SquaredError, slice.Labelled),
            };
        }

        long labelled = slice.Labelled, actual = slice.Actual[selected], hit = slice.Hit[selected], answered = slice.Answered(selected), right = 0;
        foreach (var one in slice.Hit)
            right += one;
        return new Dictionary<string, FigureSums>(StringComparer.Ordinal)
        {
            [SelectionRate] = new(slice.Predicted[selected], null, slice.Rows),
            [BaseRate] = new(actual, null, labelled),
            [TruePositiveRate] = new(hit, null, actual),
            [FalsePositiveRate] = new(answered - hit, null, labelled - actual),
            [Precision] = new(hit, null, answered),
            [Accuracy] = new(right, null, labelled),
        };
    }
}

/// <summary>What a figure is made from.</summary>
/// <param name="Squares">Σx²; null for a share.</param>
internal readonly record struct FigureSums(double Sum, double? Squares, long Rows)
{
    /// <summary>A share of one row has a band; a mean of one row has no spread.</summary>
    public bool HasBand => Rows > (Squares is null ? 0 : 1);

    /// <summary>The figure with its band at a miscoverage. Counts that were taken back before they were added may be out of range; they are cut to it.</summary>
    public GroupFigure At(double miscoverage)
    {
        var band = Squares is { } squares ? AsymptoticBand.Of(Sum, squares, Rows, miscoverage) : MixtureBand.Of(Math.Clamp(Sum, 0, Rows), Rows, miscoverage);
        return new(band.Estimate, band.Lower, band.Upper, Rows);
    }
}
