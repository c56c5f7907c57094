namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>Which rows of a reference belong to which block.</summary>
internal sealed class BlockCut
{
    private readonly SortedDictionary<long, (DateTimeOffset? Start, List<int> Rows)> blocks = [];
    private readonly long[] blockOf;

    private BlockCut(BlockPeriod? unit, long[] blockOf, Func<long, DateTimeOffset?> start)
    {
        (Unit, this.blockOf) = (unit, blockOf);
        for (var row = 0; row < blockOf.Length; row++)
        {
            if (!blocks.TryGetValue(blockOf[row], out var block))
                blocks[blockOf[row]] = block = (start(blockOf[row]), []);
            block.Rows.Add(row);
        }
    }

    public BlockPeriod? Unit { get; }

    /// <summary>Hours where there are few enough, else days, else runs of rows.</summary>
    /// <param name="times">A wall time in ticks for each row; empty without.</param>
    public static BlockCut Of(ReadOnlySpan<long> times, int rows)
    {
        foreach (var unit in (ReadOnlySpan<BlockPeriod>)[BlockPeriod.Hour, BlockPeriod.Day])
        {
            if (times.IsEmpty)
                break;
            var starts = new long[rows];
            var distinct = new HashSet<long>();
            for (var row = 0; row < rows && distinct.Count <= ReferenceBlocks.MostBlocks; row++)
                distinct.Add(starts[row] = unit.Floor(new DateTimeOffset(times[row], TimeSpan.Zero)).Ticks);
            if (distinct.Count <= ReferenceBlocks.MostBlocks)
                return new(unit, starts, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
        }

        var runs = Math.Clamp(rows / ColumnCalibration.FewRows, 1, ReferenceBlocks.RunsOfRows);
        return new(null, [.. Enumerable.Range(0, rows).Select(row => (long)row * runs / rows)], _ => null);
    }

    /// <summary>The blocks in order, each with its rows and the positions of its predictions.</summary>
    /// <param name="predicted">For each prediction its row.</param>
    public IEnumerable<(DateTimeOffset? Start, IReadOnlyList<int> Rows, IReadOnlyList<int> Predictions)> Blocks(int[] predicted)
    {
        var positions = new Dictionary<long, List<int>>();
        for (var i = 0; i < predicted.Length; i++)
        {
            if (!positions.TryGetValue(blockOf[predicted[i]], out var of))
                positions[blockOf[predicted[i]]] = of = [];
            of.Add(i);
        }

        foreach (var (key, (start, rows)) in blocks)
            yield return (start, rows, positions.GetValueOrDefault(key) ?? []);
    }
}
