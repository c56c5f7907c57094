namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Why an estimate should be taken with care.</summary>
[Flags]
public enum EstimateCaveats
{
    None = 0,

    /// <summary>Fewer than 100 predictions, or fewer than ten expected of a class: the figures may say little.</summary>
    FewRows = 1,

    /// <summary>More than one in a hundred predictions scored outside of the range that the estimator learnt from.</summary>
    OutsideReference = 2,

    /// <summary>The estimator learnt from fewer than 500 rows: its calibration is rough, and the band does not show it.</summary>
    FewReferenceRows = 4,

    /// <summary>Some predictions of the window were made by a version that has no estimator; they are left out.</summary>
    PartOfRows = 8,
}

/// <summary>An estimate with its band: three standard errors to both sides, within the figure's own limits.</summary>
/// <param name="Value">What the realised figure is expected to be.</param>
/// <param name="Error">The standard error: by how much chance moves the realised figure away from it.</param>
public readonly record struct EstimatedFigure(double Value, double Error, double Low, double High)
{
    /// <summary>The band's half width in standard errors.</summary>
    public const double Width = 3;

    /// <summary>The figure and its band; the band is the value alone where its error is not known.</summary>
    public static EstimatedFigure Of(string key, double value, double? error)
    {
        var (lowest, highest) = FigureLimits.Of(key);
        var half = Width * (error ?? 0);
        return new(value, error ?? 0, Math.Max(lowest, value - half), Math.Min(highest, value + half));
    }
}

/// <summary>Performance of some predictions as it is expected before their labels are known, by the keys of the realised figures.</summary>
/// <param name="Figures">What can be estimated; a figure that is not defined is absent.</param>
/// <param name="Rows">The predictions that it is about.</param>
/// <param name="OutsideShare">The share of them whose score lies outside of what the estimator learnt from, 0 to 1.</param>
/// <remarks>
/// It holds as long as the chance of each outcome given the inputs is what it was (no concept drift): it sees what changed inputs do to performance, and nothing else.
/// </remarks>
public sealed record EstimatedMetrics(IReadOnlyDictionary<string, EstimatedFigure> Figures, double Rows, double OutsideShare, EstimateCaveats Caveats)
{
    private const double MostOutside = 0.01;
    private const long EnoughReferenceRows = 500;

    public EstimatedFigure? this[string key] => Figures.TryGetValue(key, out var figure) ? figure : null;

    /// <summary>The figures of an expectation; null without rows.</summary>
    /// <param name="rows">All predictions of the window, of which the expectation may know a part.</param>
    public static EstimatedMetrics? Of(Expectation expectation, double rows)
    {
        if (!(expectation.Rows > 0))
            return null;
        var figures = new Dictionary<string, EstimatedFigure>(StringComparer.Ordinal);
        foreach (var (key, value) in expectation.Figures())
            figures[key] = EstimatedFigure.Of(key, value, expectation.Error(key));
        var outside = expectation.Outside / expectation.Rows;
        var caveats = (expectation.IsThin ? EstimateCaveats.FewRows : EstimateCaveats.None)
            | (outside > MostOutside ? EstimateCaveats.OutsideReference : EstimateCaveats.None)
            | (expectation.ReferenceRows < EnoughReferenceRows ? EstimateCaveats.FewReferenceRows : EstimateCaveats.None)
            | (expectation.Rows < rows ? EstimateCaveats.PartOfRows : EstimateCaveats.None);
        return new(figures, expectation.Rows, outside, caveats);
    }
}

/// <summary>Between what a figure can lie.</summary>
internal static class FigureLimits
{
    public static (double Lowest, double Highest) Of(string key) => key switch
    {
        "gini" or "mcc" or "cohen_kappa" => (-1, 1),
        "mean_error" or "r2" or "explained_variance" => (double.NegativeInfinity, double.PositiveInfinity),
        "log_loss" or "mae" or "mse" or "rmse" or "median_ae" or "max_error" or "mape" or "msle" or "pinball_0_9" => (0, double.PositiveInfinity),
        _ => (0, 1),
    };
}
