using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>A choice of rows of both sides; a row may be in it more than once.</summary>
public sealed record RowSample(int[] Reference, int[] Current)
{
    /// <summary>Every row once.</summary>
    public static RowSample All(int reference, int current) => new([.. Enumerable.Range(0, reference)], [.. Enumerable.Range(0, current)]);
}

/// <summary>
/// Draws both sides anew in <see cref="RowBlocks"/> (Künsch 1989, without overlap): rows of one day are alike, and drawing them one by one would make every interval too narrow.
/// </summary>
public sealed class RowBootstrap
{
    private const int Seed = 42;

    private readonly IReadOnlyList<int[]> reference;
    private readonly IReadOnlyList<int[]> current;

    /// <param name="reference">Rows in the order of time.</param>
    /// <param name="current">Rows in the order of time.</param>
    public RowBootstrap(ObservedRows reference, ObservedRows current)
    {
        (this.reference, this.current) = (RowBlocks.Of(reference), RowBlocks.Of(current));
        Quantile = StudentT.InvCDF(0, 1, Math.Max(1, Math.Min(this.reference.Count, this.current.Count) - 1), 0.975);
    }

    /// <summary>How many standard deviations a 95 % interval reaches either way: few blocks know their own spread badly (Student's distribution).</summary>
    public double Quantile { get; }

    /// <summary>The same every time.</summary>
    public IEnumerable<RowSample> Draw(int samples)
    {
        var random = new Random(Seed);
        for (var i = 0; i < samples; i++)
            yield return new(Side(reference, random), Side(current, random));
    }

    private static int[] Side(IReadOnlyList<int[]> blocks, Random random) => [.. Enumerable.Range(0, blocks.Count).SelectMany(_ => blocks[random.Next(blocks.Count)])];
}
