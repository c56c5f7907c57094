namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>What a window of some period, hour and weekday is held against: every column's calibration, and that of the model as a whole.</summary>
public sealed class BlockCalibration
{
    private readonly ColumnCalibration[] columns;
    private readonly double[] weights;
    private readonly RatioCalibration model;

    /// <param name="blocks">The blocks of the reference that are alike.</param>
    /// <param name="matching">What they have in common, for people: "Mondays, 06:00"; null where all blocks are taken.</param>
    /// <param name="importance">Each feature's share of the model's importance, 0 to 1; what is missing counts nothing. Empty: all features count the same.</param>
    /// <param name="least">At least how much blocks are taken to differ; null: what they show themselves.</param>
    public BlockCalibration(BlockLayout layout, IReadOnlyList<BlockCounts> blocks, string? matching, IReadOnlyDictionary<string, double> importance, LeastSpread? least = null)
    {
        Matching = matching;
        Layout = layout;
        columns = [.. layout.Columns.Select((column, i) => new ColumnCalibration(column, blocks, least?.At(i) ?? default))];
        weights = [.. layout.Columns.Select(column => column.Name == BlockLayout.Prediction ? 0 : importance.Count == 0 ? 1.0 / Math.Max(1, layout.Columns.Count - 1) : importance.GetValueOrDefault(column.Name))];
        var ratios = new List<double>();
        for (var i = 0; i < blocks.Count; i++)
            if (Weighted(column => columns[column].BlockRatios[i]) is { } ratio)
                ratios.Add(ratio);
        model = new(ratios.ToArray());
    }

    public BlockLayout Layout { get; }

    public string? Matching { get; }

    /// <summary>How many blocks the model as a whole is calibrated on.</summary>
    public int Blocks => model.Blocks;

    /// <summary>False below twenty blocks: figures can be shown, but nothing decided.</summary>
    public bool IsCalibrated => model.IsCalibrated;

    /// <summary>A column's calibration, in the layout's order.</summary>
    public IReadOnlyList<ColumnCalibration> Columns => columns;

    /// <summary>Holds a window against the reference.</summary>
    public BlockJudgement Judge(BlockCounts window)
    {
        var judged = new ColumnJudgement?[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            judged[i] = columns[i].Judge(window);
        var ratio = Weighted(column => judged[column]?.Ratio ?? double.NaN);
        return new(window.Rows, judged, ratio, ratio is { } known ? model.P(known) : null);
    }

    /// <summary>Σ importance × ratio over the features that can be judged, by their importance; null where none can.</summary>
    private double? Weighted(Func<int, double> ratio)
    {
        var (sum, weight) = (0.0, 0.0);
        for (var i = 0; i < columns.Length; i++)
        {
            if (weights[i] == 0 || ratio(i) is var one && double.IsNaN(one))
                continue;
            sum += weights[i] * one;
            weight += weights[i];
        }

        return weight == 0 ? null : sum / weight;
    }
}

/// <summary>A window, held against the reference's blocks.</summary>
/// <param name="Columns">In the layout's order; null where there are too few rows to say anything.</param>
/// <param name="ModelRatio">The importance-weighted mean of the features' ratios: 1 is usual. A column without importance does not count, so its noise moves nothing.</param>
/// <param name="ModelP">How unusual that is among the reference's blocks.</param>
public sealed record BlockJudgement(long Rows, IReadOnlyList<ColumnJudgement?> Columns, double? ModelRatio, double? ModelP);
