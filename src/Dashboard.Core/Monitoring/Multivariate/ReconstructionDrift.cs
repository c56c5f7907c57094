using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Monitoring.Multivariate;

/// <summary>One block of consecutive rows.</summary>
/// <param name="From">Its first row's time in ticks; null without times.</param>
/// <param name="To">Its last row's.</param>
/// <param name="Error">The mean reconstruction error of its rows.</param>
/// <param name="P">For a current block: the chance of an error this far from the reference's without any change; null for a block of the reference.</param>
public sealed record ReconstructedBlock(long? From, long? To, int Rows, double Error, double? P);

/// <summary>The reconstruction error of the reference's blocks and of current ones.</summary>
/// <param name="Components">Principal components that were kept, of <paramref name="Columns"/> columns.</param>
/// <param name="Explained">The share of the reference's variance that they explain.</param>
/// <param name="Reference">Each block of the reference against components learnt without it.</param>
/// <param name="LowerLimit">Mean − 3 standard deviations of the reference's blocks, as NannyML draws it.</param>
/// <param name="UpperLimit">Mean + 3 standard deviations.</param>
public sealed record ReconstructionDrift(int Components, int Columns, double Explained, IReadOnlyList<ReconstructedBlock> Reference, IReadOnlyList<ReconstructedBlock> Current, double LowerLimit, double UpperLimit)
{
    /// <summary>Fewer blocks calibrate nothing.</summary>
    public const int LeastBlocks = 20;

    private const int LeastRows = 50;

    /// <summary>With so few blocks of the reference the limits are shown and not to be relied on.</summary>
    public bool IsCalibrated => Reference.Count >= LeastBlocks;

    /// <summary>The share of current blocks beyond the limits; 0 without blocks.</summary>
    public double ShareBeyond => Current.Count == 0 ? 0 : Current.Count(block => block.Error < LowerLimit || block.Error > UpperLimit) / (double)Current.Count;

    /// <summary>
    /// Divides both sides, each in the order of time, into blocks of equally many rows: twenty of the reference, or as many of 50 rows as there are. A current block's p is
    /// (1 + #{|Eᵢ − E̅| ≥ |E − E̅|})/(1 + n) over the reference's blocks, each of which was held out of the components that judge it.
    /// </summary>
    /// <returns>Null with fewer than two blocks of reference rows, or without current rows for one.</returns>
    public static ReconstructionDrift? Of(ObservedRows reference, ObservedRows current, IReadOnlyList<bool> categorical, double explained = PrincipalReconstruction.DefaultExplained)
    {
        (reference, current) = (reference.InOrderOfTime(), current.InOrderOfTime());
        var size = Math.Max(LeastRows, reference.Count / LeastBlocks);
        if (reference.Count / size < 2 || current.Count < size)
            return null;
        int[] all = [.. Enumerable.Range(0, reference.Count)];
        var whole = PrincipalReconstruction.Fit(reference.Features, all, categorical, explained);
        var held = Blocks(reference.Count, size).Select(block =>
        {
            var without = PrincipalReconstruction.Fit(reference.Features, [.. all.Where(row => row < block[0] || row > block[^1])], categorical, explained);
            return Block(reference, block, without, null);
        }).ToList();
        var mean = held.Average(block => block.Error);
        var reach = 3 * Math.Sqrt(held.Average(block => (block.Error - mean) * (block.Error - mean)));
        double P(double error) => (1.0 + held.Count(block => Math.Abs(block.Error - mean) >= Math.Abs(error - mean))) / (1 + held.Count);
        return new(whole.Components, categorical.Count, whole.Explained, held, [.. Blocks(current.Count, size).Select(block => Block(current, block, whole, P))], mean - reach, mean + reach);
    }

    /// <summary>Blocks of at least <paramref name="size"/> consecutive rows, of sizes as equal as can be.</summary>
    private static IEnumerable<int[]> Blocks(int rows, int size)
    {
        var blocks = rows / size;
        for (var block = 0; block < blocks; block++)
        {
            var (from, to) = ((int)((long)block * rows / blocks), (int)((block + 1L) * rows / blocks));
            yield return [.. Enumerable.Range(from, to - from)];
        }
    }

    private static ReconstructedBlock Block(ObservedRows rows, int[] block, PrincipalReconstruction components, Func<double, double>? p)
    {
        var error = components.Errors(rows.Features, block).Average();
        var times = rows.Times.Length > 0;
        return new(times ? rows.Times[block[0]] : null, times ? rows.Times[block[^1]] : null, block.Length, error, p?.Invoke(error));
    }
}
