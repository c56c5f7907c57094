using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;

namespace Dashboard.Core.Deployments.Counting;

/// <summary>What one stripe of a <see cref="SplitTally"/> has counted of one version. Its stripe's lock guards it.</summary>
internal sealed class ArmTally(int bins)
{
    private readonly long[] predictions = new long[bins];
    private long requests;
    private long errors;
    private MeanSums latency;
    private MeanSums estimated;
    private MeanSums realised;

    public void Answered(double logSeconds, ReadOnlySpan<int> rows)
    {
        requests++;
        latency.Add(logSeconds);
        if (predictions.Length == 0)
            return;
        foreach (var bin in rows)
            if (bin >= 0)
                predictions[bin]++;
    }

    public void Failed()
    {
        requests++;
        errors++;
    }

    public void EstimatedLoss(double loss) => estimated.Add(loss);

    public void RealisedLoss(double loss) => realised.Add(loss);

    public void CorrectedLoss(double before, double after) => realised.Replace(before, after);

    /// <summary>Adds what an earlier look of the stage knew of a standard metric; any other is passed over.</summary>
    public void GoOn(string metric, ArmReading reading)
    {
        var sums = Sums(reading);
        if (metric == StandardMetrics.Errors.Name)
            (requests, errors) = (requests + reading.Count, errors + (long)reading.Sum);
        else if (metric == StandardMetrics.Latency.Name)
            latency.Add(sums);
        else if (metric == StandardMetrics.EstimatedLossName)
            estimated.Add(sums);
        else if (metric == StandardMetrics.RealisedLossName)
            realised.Add(sums);
        else if (metric == StandardMetrics.Predictions.Name && reading.Bins?.Count == predictions.Length)
            for (var bin = 0; bin < predictions.Length; bin++)
                predictions[bin] += reading.Bins[bin];
    }

    public void Add(ArmTally other)
    {
        requests += other.requests;
        errors += other.errors;
        latency.Add(other.latency);
        estimated.Add(other.estimated);
        realised.Add(other.realised);
        for (var bin = 0; bin < predictions.Length; bin++)
            predictions[bin] += other.predictions[bin];
    }

    /// <summary>The reading of a rule; null where there is none by that name and form.</summary>
    public ArmReading? Read(MetricRule rule) => (rule.Form, rule.Name) switch
    {
        (MetricForm.Rate, var name) when name == StandardMetrics.Errors.Name => ArmReading.OfRate(requests, errors),
        (MetricForm.LogMean, var name) when name == StandardMetrics.Latency.Name => Of(latency),
        (MetricForm.Mean, StandardMetrics.EstimatedLossName) => Of(estimated),
        (MetricForm.Mean, StandardMetrics.RealisedLossName) => Of(realised),
        (MetricForm.Shares, var name) when name == StandardMetrics.Predictions.Name && predictions.Length > 0 => ArmReading.OfShares([.. predictions]),
        _ => null,
    };

    /// <summary>Everything that was counted.</summary>
    public ArmCounts Counts() => new(requests, errors, Of(latency), Of(estimated), Of(realised), [.. predictions]);

    /// <summary>Adds what another tally of the same stage has counted; bins that are not these are passed over.</summary>
    public void Add(ArmCounts counts)
    {
        requests += counts.Requests;
        errors += counts.Errors;
        latency.Add(Sums(counts.Latency));
        estimated.Add(Sums(counts.Estimated));
        realised.Add(Sums(counts.Realised));
        if (counts.Predictions.Count == predictions.Length)
            for (var bin = 0; bin < predictions.Length; bin++)
                predictions[bin] += counts.Predictions[bin];
    }

    private static MeanSums Sums(ArmReading reading) => new(reading.Count, reading.Sum, reading.Squares);

    /// <summary>What was taken back may leave a rounding behind, which must not make a sum of squares that no numbers have.</summary>
    private static ArmReading Of(in MeanSums sums) => ArmReading.OfMean(sums.Count, sums.Sum, Math.Max(sums.Squares, sums.Sum * sums.Sum / Math.Max(1, sums.Count)));
}
