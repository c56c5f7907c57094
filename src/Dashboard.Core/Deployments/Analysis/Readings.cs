using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>Sufficient statistics of one metric of one version, of everything since the stage began to count (not since the last look), so that a look that is lost or repeated does no harm.</summary>
/// <param name="Count">Observations.</param>
/// <param name="Sum">Rates: events. Means: Σx. Means of logarithms: Σ ln x. Shares: unused.</param>
/// <param name="Squares">Means: Σx². Means of logarithms: Σ(ln x)².</param>
/// <param name="Bins">Shares: observations in each bin, of sum <paramref name="Count"/>.</param>
public sealed record ArmReading(long Count, double Sum = 0, double Squares = 0, IReadOnlyList<long>? Bins = null)
{
    public static readonly ArmReading Empty = new(0);

    public static ArmReading OfRate(long trials, long events) => new(trials, events);

    public static ArmReading OfMean(long count, double sum, double squares) => new(count, sum, squares);

    public static ArmReading OfShares(IReadOnlyList<long> bins) => new(bins.Sum(), Bins: bins);

    internal RateArm Rate => new(Count, (long)Sum);

    internal MeanArm Mean => new(Count, Sum, Squares);

    internal RateArm InBin(int bin) => new(Count, Bins?[bin] ?? 0);

    /// <summary>What is wrong with it; null when nothing is.</summary>
    internal Error? Check(MetricForm form, string field, ArmReading earlier)
    {
        if (Count < 0)
            return InvalidValue.Of($"{field}.count", $"{Count}", "0 or more observations");
        var error = form switch
        {
            MetricForm.Rate when !(Sum >= 0 && Sum <= Count && double.IsInteger(Sum)) => InvalidValue.Of($"{field}.sum", $"{Sum}", $"a whole number of events from 0 to {Count}"),
            MetricForm.Mean or MetricForm.LogMean when !double.IsFinite(Sum) => InvalidValue.Of($"{field}.sum", $"{Sum}", "a finite sum"),
            // A billionth is what rounding may take from a sum of squares.
            MetricForm.Mean or MetricForm.LogMean when !double.IsFinite(Squares) || Squares < Sum * Sum / Math.Max(1, Count) * (1 - 1e-9) =>
                InvalidValue.Of($"{field}.squares", $"{Squares}", $"a finite sum of squares, at least sum²/count = {Sum * Sum / Math.Max(1, Count)}"),
            MetricForm.Shares when Count > 0 && Bins is null => InvalidValue.Of($"{field}.bins", null, "counts of bins"),
            MetricForm.Shares when Bins is not null && (Bins.Any(bin => bin < 0) || Bins.Sum() != Count) => InvalidValue.Of($"{field}.bins", string.Join(",", Bins), $"counts of 0 or more with the sum {Count}"),
            _ => null,
        };
        if (error is not null)
            return error;
        var backwards = Count < earlier.Count || (form == MetricForm.Rate && (Rate - earlier.Rate is { Events: < 0 } or { NonEvents: < 0 }))
            || (Bins is not null && earlier.Bins is not null && (Bins.Count != earlier.Bins.Count || Bins.Zip(earlier.Bins).Any(pair => pair.First < pair.Second)));
        return backwards ? new CountsWentBack(field, earlier.Count, Count) : null;
    }
}

/// <summary>Counts since the beginning of a stage were fewer than at an earlier look: they belong to another stage, or part of them was lost.</summary>
public sealed record CountsWentBack(string Name, long Earlier, long Now)
    : Error(ErrorKind.Conflict, $"'{Name}' counts {Now} observations since the stage began, after {Earlier} at an earlier look; expected counts that only grow, of the same bins.");

/// <summary>One metric of both versions, of concurrent traffic.</summary>
/// <param name="Metric">A name of the plan's metrics.</param>
public sealed record MetricReading(string Metric, ArmReading Champion, ArmReading Challenger);

/// <summary>How many units (entities) the split has assigned since the stage began, without forced ones.</summary>
public sealed record AssignedCounts(long Champion, long Challenger);

/// <summary>What is known of a stage when it is looked at.</summary>
/// <param name="Stage">The stage that was counted; see <see cref="StageFrame"/>.</param>
/// <param name="Until">Up to when it was counted.</param>
/// <param name="Metrics">A metric of the plan that is left out has no news.</param>
/// <param name="Assigned">Null: not counted, so the split is not checked.</param>
/// <param name="BinNames">The bins of shares in words that go on from the metric's name ("between 0.10 and 0.20"), in their order; null: they have numbers from 1.</param>
public sealed record StageLook(int Stage, DateTimeOffset Until, IReadOnlyList<MetricReading> Metrics, AssignedCounts? Assigned = null, IReadOnlyList<string>? BinNames = null);

/// <summary>The stretch of traffic that is compared.</summary>
/// <param name="Stage">Grows by one whenever counting begins anew: readings of another stage are of other traffic.</param>
/// <param name="Since">When counting began.</param>
/// <param name="Weight">The new version's fixed weight; 0 while requests are mirrored.</param>
public sealed record StageFrame(int Stage, DateTimeOffset Since, Routing.TrafficWeight Weight);
