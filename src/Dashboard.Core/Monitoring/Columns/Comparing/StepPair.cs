using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>Two distributions of numbers as steps, exact or from sketches: the tests that need no rows.</summary>
internal sealed class StepPair(NumberSteps reference, NumberSteps current)
{
    private const int Deciles = 10;

    private readonly double error = reference.RankError + current.RankError;
    private readonly SamplePair? exact = reference.RankError + current.RankError == 0 && reference.Rows <= int.MaxValue && current.Rows <= int.MaxValue ? Exact(reference, current) : null;

    /// <summary>D with its error; p of the least distance that is possible.</summary>
    public DriftStatistic KolmogorovSmirnov() => exact is null ? Bounded() : Drift.KolmogorovSmirnov.Of(exact)!;

    /// <summary>The other figures: all where every value is counted, otherwise those that are of use as estimates.</summary>
    public IEnumerable<DriftStatistic?> Others()
    {
        var edges = PopulationStabilityIndex.QuantileEdges(reference.Quantile, reference.Values[0], reference.Values[^1], Deciles);
        long[] r = reference.Count(edges), c = current.Count(edges);
        DriftStatistic?[] binned = [PopulationStabilityIndex.OfCounts(r, c), JensenShannon.OfCounts(r, c), Hellinger.OfCounts(r, c), KullbackLeibler.OfCounts(r, c)];
        return exact is null ? binned : [AndersonDarling.Of(exact), CramerVonMises.Of(exact), Wasserstein.Of(exact), .. binned];
    }

    private DriftStatistic Bounded()
    {
        double n = reference.Rows, m = current.Rows, largest = 0;
        ReadOnlySpan<double> values = reference.Values, others = current.Values;
        ReadOnlySpan<long> below = reference.Cumulative, othersBelow = current.Cumulative;
        double scale = 1 / n, othersScale = 1 / m, r = 0, c = 0;
        // Which side is next is as good as random, so that it is computed instead of branched upon.
        for (int i = 0, j = 0; i < values.Length && j < others.Length;)
        {
            double next = values[i], other = others[j];
            r = next <= other ? below[i] * scale : r;
            c = other <= next ? othersBelow[j] * othersScale : c;
            i += next <= other ? 1 : 0;
            j += other <= next ? 1 : 0;
            largest = Math.Max(largest, Math.Abs(r - c));
        }

        var least = largest - error;
        var p = least <= 0 ? 1 : KolmogorovDistribution.Survival(least, (long)Math.Max(1, Math.Round(n * m / (n + m))));
        return new(Drift.KolmogorovSmirnov.Name, largest, p, largest) { Error = error };
    }

    private static SamplePair Exact(NumberSteps reference, NumberSteps current)
    {
        var most = reference.Values.Length + current.Values.Length;
        var (values, r, c, count) = (new double[most], new long[most], new long[most], 0);
        for (int i = 0, j = 0; i < reference.Values.Length || j < current.Values.Length; count++)
        {
            var at = j == current.Values.Length || (i < reference.Values.Length && reference.Values[i] <= current.Values[j]) ? reference.Values[i] : current.Values[j];
            values[count] = at;
            if (i < reference.Values.Length && reference.Values[i] == at)
                r[count] = reference.CountAt(i++);
            if (j < current.Values.Length && current.Values[j] == at)
                c[count] = current.CountAt(j++);
        }

        return SamplePair.OfCounts(values.AsSpan(0, count), r.AsSpan(0, count), c.AsSpan(0, count));
    }
}
