namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// How far a realised figure strays from its expectation. By chance: for n rows, the figure's error for one row over √n, learnt from rows with known labels. And, where the
/// reference's blocks show it, by more than chance: days differ by what no score tells.
/// </summary>
/// <param name="PerRow">The error for one row, by training's keys.</param>
/// <param name="Rows">The rows that it was learnt from.</param>
public sealed record SamplingErrors(IReadOnlyDictionary<string, double> PerRow, long Rows)
{
    /// <summary>What estimates missed on the reference's blocks beyond chance, by key; empty where chance explains it.</summary>
    public IReadOnlyDictionary<string, BlockScatter> Blocks { get; init; } = new Dictionary<string, BlockScatter>();

    /// <summary>The error of a figure over n rows; null where it is not known.</summary>
    public double? At(string key, double rows)
    {
        if (!(rows > 0) || !PerRow.TryGetValue(key, out var error))
            return null;
        var chance = error * error / rows;
        return Math.Sqrt(chance + (Blocks.TryGetValue(key, out var scatter) ? scatter.VarianceOver(rows) : 0));
    }

    /// <summary>These errors with what a definition's estimates missed on its blocks: the mean square less what chance does to so many rows.</summary>
    internal static SamplingErrors Of(EstimatorDefinition definition)
    {
        var blocks = new Dictionary<string, BlockScatter>(StringComparer.Ordinal);
        foreach (var (key, error) in definition.Errors)
        {
            if (!definition.Checks.TryGetValue(key, out var check) || check.BlockError is not { } missed || !definition.Reference.TryGetValue(key, out var spread))
                continue;
            var beyond = (missed * missed) - (error * error / spread.RowsInBlock);
            if (beyond > 0)
                blocks[key] = new(beyond, spread.RowsInBlock);
        }

        return new(definition.Errors, definition.Rows) { Blocks = blocks };
    }
}

/// <summary>By how much blocks differ beyond chance.</summary>
/// <param name="Variance">Of the difference between estimated and realised figure, from block to block.</param>
/// <param name="RowsInBlock">Rows of a block on average.</param>
public readonly record struct BlockScatter(double Variance, double RowsInBlock)
{
    /// <summary>The whole of it within a block; of several blocks, which differ independently, the mean.</summary>
    public double VarianceOver(double rows) => Variance / Math.Max(1, rows / RowsInBlock);
}
