namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>A choice of rows of both sides; a row may be in it more than once.</summary>
public sealed record RowSample(int[] Reference, int[] Current)
{
    /// <summary>Every row once.</summary>
    public static RowSample All(int reference, int current) => new([.. Enumerable.Range(0, reference)], [.. Enumerable.Range(0, current)]);
}

/// <summary>
/// Draws both sides anew from blocks of consecutive rows (Künsch 1989, without overlap): rows of one day are alike, and drawing them one by one would make every interval too narrow. Rows must be
/// in the order of time.
/// </summary>
public static class RowBootstrap
{
    /// <summary>Blocks on each side.</summary>
    public const int Blocks = 20;

    private const int Seed = 42;

    public static IEnumerable<RowSample> Draw(int reference, int current, int samples)
    {
        var random = new Random(Seed);
        for (var i = 0; i < samples; i++)
            yield return new(Side(reference, random), Side(current, random));
    }

    private static int[] Side(int rows, Random random)
    {
        var blocks = Math.Min(Blocks, rows);
        var drawn = new List<int>(rows + (rows / 4));
        for (var i = 0; i < blocks; i++)
        {
            long block = random.Next(blocks);
            for (var row = (int)(block * rows / blocks); row < (int)((block + 1) * rows / blocks); row++)
                drawn.Add(row);
        }

        return [.. drawn];
    }
}
