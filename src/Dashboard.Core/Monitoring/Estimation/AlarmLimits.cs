namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>How a realised figure varied over blocks of the reference: days where rows have a time, otherwise equal chunks.</summary>
/// <param name="Mean">Its mean over the blocks in which it is defined.</param>
/// <param name="Deviation">Its standard deviation over them (divisor n).</param>
/// <param name="Blocks">How many.</param>
/// <param name="RowsInBlock">Rows of a block on average.</param>
public sealed record ReferenceSpread(double Mean, double Deviation, int Blocks, double RowsInBlock)
{
    /// <summary>The spread of a figure over blocks; null where fewer than two blocks have it.</summary>
    public static ReferenceSpread? Of(IReadOnlyList<(double Value, long Rows)> blocks)
    {
        if (blocks.Count < 2)
            return null;
        var values = blocks.Select(block => block.Value).ToArray();
        return new(values.Average(), BinarySamplingErrors.Deviation(values), blocks.Count, blocks.Average(block => (double)block.Rows));
    }

    /// <summary>Mean ± 3 standard deviations: where blocks as large as the reference's should lie.</summary>
    public AlarmLimits Limits(string key) => AlarmLimits.Of(key, Mean, Deviation);

    /// <summary>
    /// Where windows of another size should lie. A part of the spread is chance, which shrinks with the square root of the rows; the rest is what days differ by, which does not:
    /// variance = (spread² − e²/block rows, not below 0) + e²/rows.
    /// </summary>
    /// <param name="errorPerRow">The figure's sampling error for one row; null where it is not known: then the size does not count.</param>
    public AlarmLimits Limits(string key, double rows, double? errorPerRow)
    {
        if (errorPerRow is not { } error || !(rows > 0))
            return Limits(key);
        var between = Math.Max(0, (Deviation * Deviation) - (error * error / RowsInBlock));
        return AlarmLimits.Of(key, Mean, Math.Sqrt(between + (error * error / rows)));
    }
}

/// <summary>An estimate outside of these is an alarm.</summary>
public readonly record struct AlarmLimits(double Low, double High)
{
    private const double Width = 3;

    public static AlarmLimits Of(string key, double mean, double deviation)
    {
        var (lowest, highest) = FigureLimits.Of(key);
        return new(Math.Max(lowest, mean - (Width * deviation)), Math.Min(highest, mean + (Width * deviation)));
    }

    public bool IsAlarm(double value) => value < Low || value > High;
}
