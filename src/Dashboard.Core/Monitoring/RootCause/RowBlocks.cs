namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>
/// Rows that belong together: whole days where there are at least <see cref="LeastDays"/>, so that the hours of the day stay in proportion; otherwise twenty runs of consecutive rows. Rows of
/// one day are alike, so what is judged by rows alone finds a difference between any two days.
/// </summary>
public static class RowBlocks
{
    public const int LeastDays = 5;
    public const int Runs = 20;

    /// <param name="rows">In the order of time.</param>
    /// <returns>The rows of each block.</returns>
    public static IReadOnlyList<int[]> Of(ObservedRows rows)
    {
        if (Days(rows) is { Count: >= LeastDays } days)
            return days;
        var runs = Math.Min(Runs, rows.Count);
        return [.. Enumerable.Range(0, runs).Select(run =>
        {
            var (from, to) = ((int)((long)run * rows.Count / runs), (int)((run + 1L) * rows.Count / runs));
            return Enumerable.Range(from, to - from).ToArray();
        })];
    }

    /// <summary>The rows of each day; empty without times.</summary>
    public static IReadOnlyList<int[]> Days(ObservedRows rows) =>
        rows.Times.Length == 0 ? [] : [.. Enumerable.Range(0, rows.Count).GroupBy(row => rows.Times[row] / TimeSpan.TicksPerDay).Select(day => day.ToArray())];

    /// <summary>Divides the blocks at random into two halves, the same every time.</summary>
    public static IEnumerable<(int[] One, int[] Other)> Halves(ObservedRows rows, int times, int seed)
    {
        var random = new Random(seed);
        int[][] blocks = [.. Of(rows)];
        for (var i = 0; i < times; i++)
        {
            random.Shuffle(blocks);
            var half = blocks.Length / 2;
            yield return ([.. blocks.Take(half).SelectMany(block => block).Order()], [.. blocks.Skip(half).SelectMany(block => block).Order()]);
        }
    }
}
