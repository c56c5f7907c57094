using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// Bands of realised figures that may be looked at every second as labels arrive: the chance that a figure's band ever leaves the truth out is at most <see cref="Miscoverage"/>. Shares and the
/// Brier score by <see cref="MixtureBand"/>, ROC-AUC by <see cref="AucBand"/> with the window as its block, losses without a bound by <see cref="AsymptoticBand"/>. Figures that are no means
/// (F1, MCC, R², areas over precision) have none.
/// </summary>
public static class RealisedBands
{
    public const double Miscoverage = 0.05;

    /// <summary>Bands by the keys of <see cref="ProfileMetrics"/>; what cannot be given is absent. Each holds the figure itself.</summary>
    public static IReadOnlyDictionary<string, AnytimeBand> Of(OutputProfile profile)
    {
        var bands = new Dictionary<string, AnytimeBand>(StringComparer.Ordinal);
        if (profile.Labelled <= 0)
            return bands;
        switch (profile.Layout.Task)
        {
            case ModelTask.BinaryClassification:
                AddBinary(bands, profile);
                break;
            case ModelTask.MulticlassClassification:
                Share(bands, "accuracy", Right(profile), profile.Labelled);
                break;
            default:
                AddRegression(bands, profile);
                break;
        }

        if (profile.Layout.Task != ModelTask.Regression && profile.LossSquares is { } squares)
            bands["log_loss"] = NotBelowZero(AsymptoticBand.Of(profile.LogLoss, squares, profile.Labelled, Miscoverage));
        return bands;
    }

    private static void AddBinary(Dictionary<string, AnytimeBand> bands, OutputProfile profile)
    {
        var matrix = profile.Confusion;
        var (tn, fp, fn, tp) = (matrix[0], matrix[1], matrix[2], matrix[3]);
        Share(bands, "accuracy", tp + tn, profile.Labelled);
        Share(bands, "precision", tp, tp + fp);
        Share(bands, "recall", tp, tp + fn);
        Share(bands, "prevalence", tp + fn, profile.Labelled);
        bands["brier"] = MixtureBand.Of(Math.Clamp(profile.Squared, 0, profile.Labelled), profile.Labelled, Miscoverage);
        if (ProfileMetrics.RocAuc(profile.ScoresOf(0, isClass: true), profile.ScoresOf(0, isClass: false)) is not { } auc)
            return;
        var band = new AucBand().With(auc, tp + fn, tn + fp).At(Miscoverage);
        bands["roc_auc"] = band;
        bands["gini"] = new((2 * band.Lower) - 1, (2 * band.Estimate) - 1, (2 * band.Upper) - 1);
    }

    private static void AddRegression(Dictionary<string, AnytimeBand> bands, OutputProfile profile)
    {
        bands["mae"] = NotBelowZero(AsymptoticBand.Of(profile.Absolute, profile.Squared, profile.Labelled, Miscoverage));
        bands["mean_error"] = AsymptoticBand.Of(profile.Error, profile.Squared, profile.Labelled, Miscoverage);
        if (profile.LossSquares is not { } squares)
            return;
        var band = NotBelowZero(AsymptoticBand.Of(profile.Squared, squares, profile.Labelled, Miscoverage));
        bands["mse"] = band;
        bands["rmse"] = new(Math.Sqrt(band.Lower), Math.Sqrt(band.Estimate), Math.Sqrt(band.Upper));
    }

    private static long Right(OutputProfile profile)
    {
        var right = 0L;
        for (int c = 0, k = profile.Layout.Classes.Count; c < k; c++)
            right += profile.Confusion[(c * k) + c];
        return right;
    }

    /// <summary>Labels that were taken back before they were added leave counts below zero in a window that was cut differently; such a share says nothing.</summary>
    private static void Share(Dictionary<string, AnytimeBand> bands, string key, long part, long whole)
    {
        if (whole > 0 && part >= 0 && part <= whole)
            bands[key] = MixtureBand.Of(part, whole, Miscoverage);
    }

    private static AnytimeBand NotBelowZero(AnytimeBand band) => band with { Lower = Math.Max(0, band.Lower) };
}
