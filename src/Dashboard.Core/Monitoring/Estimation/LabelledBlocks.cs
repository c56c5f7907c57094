using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Cuts a reference into blocks and takes the realised figures of each.</summary>
public static class LabelledBlocks
{
    /// <summary>Chunks where rows have no time, or too few days hold enough rows.</summary>
    public const int Chunks = 10;

    /// <summary>A day with fewer rows is no block: its figures would be noise.</summary>
    public const int LeastRows = 50;

    /// <summary>The block of each of n rows, from 0; −1 for a row of a day that has too few.</summary>
    /// <param name="times">n wall times in ticks; empty without times.</param>
    /// <remarks>Days, where at least two hold <see cref="LeastRows"/> rows; otherwise ten chunks of equal size in the order of the rows.</remarks>
    public static int[] Of(int rows, ReadOnlySpan<long> times)
    {
        var blocks = new int[rows];
        if (times.Length == rows)
        {
            var count = new SortedDictionary<long, int>();
            foreach (var time in times)
                count[time / TimeSpan.TicksPerDay] = count.GetValueOrDefault(time / TimeSpan.TicksPerDay) + 1;
            var days = count.Where(day => day.Value >= LeastRows).Select((day, number) => (day.Key, number)).ToDictionary(day => day.Key, day => day.number);
            if (days.Count >= 2)
            {
                for (var row = 0; row < rows; row++)
                    blocks[row] = days.TryGetValue(times[row] / TimeSpan.TicksPerDay, out var number) ? number : -1;
                return blocks;
            }
        }

        for (var row = 0; row < rows; row++)
            blocks[row] = (int)((long)row * Chunks / rows);
        return blocks;
    }

    /// <summary>The spread of every figure over blocks.</summary>
    /// <param name="block">The block of each row; −1 leaves the row out.</param>
    /// <param name="figures">The realised figures of some rows.</param>
    internal static IReadOnlyDictionary<string, ReferenceSpread> Spread(ReadOnlySpan<int> block, Func<int[], IReadOnlyDictionary<string, double>> figures)
    {
        var rows = new SortedDictionary<int, List<int>>();
        for (var row = 0; row < block.Length; row++)
        {
            if (block[row] < 0)
                continue;
            if (!rows.TryGetValue(block[row], out var list))
                rows[block[row]] = list = [];
            list.Add(row);
        }

        var values = new Dictionary<string, List<(double Value, long Rows)>>(StringComparer.Ordinal);
        foreach (var list in rows.Values)
        {
            foreach (var (key, value) in figures([.. list]))
            {
                if (!values.TryGetValue(key, out var blocks))
                    values[key] = blocks = [];
                blocks.Add((value, list.Count));
            }
        }

        var spread = new Dictionary<string, ReferenceSpread>(StringComparer.Ordinal);
        foreach (var (key, blocks) in values)
            if (ReferenceSpread.Of(blocks) is { } known)
                spread[key] = known;
        return spread;
    }

    internal static IReadOnlyDictionary<string, ReferenceSpread> Binary(ReadOnlySpan<double> scores, ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels, ReadOnlySpan<int> block)
    {
        double[] s = scores.ToArray();
        int[] c = predicted.ToArray(), y = labels.ToArray();
        return Spread(block, rows => BinaryEvaluation.Evaluate(Pick(s, rows), Pick(c, rows), Pick(y, rows)).Metrics);
    }

    internal static T[] Pick<T>(T[] values, int[] rows) => Array.ConvertAll(rows, row => values[row]);
}
