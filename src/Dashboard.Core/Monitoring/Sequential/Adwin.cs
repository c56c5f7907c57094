namespace Dashboard.Core.Monitoring.Sequential;

/// <param name="Delta">The confidence of one comparison; smaller alarms less. In (0, 1).</param>
/// <param name="Clock">The window is looked at every so many values.</param>
/// <param name="MaxBuckets">Buckets of one size before two of them become one of the next.</param>
/// <param name="LeastPart">Values that either part of the window must have.</param>
/// <param name="Grace">Values before the first look.</param>
public sealed record AdwinOptions(double Delta = 0.002, int Clock = 32, int MaxBuckets = 5, int LeastPart = 5, int Grace = 10);

/// <summary>All that an <see cref="Adwin"/> remembers: about 5·log₂(window) buckets.</summary>
/// <param name="Ticks">Values since the beginning or the last alarm.</param>
/// <param name="Levels">Buckets of 2ⁱ values at position i, the oldest first.</param>
/// <param name="Alarmed">The last value raised the alarm: the next one begins anew.</param>
public sealed record AdwinState(long Ticks, double Total, double Squares, IReadOnlyList<IReadOnlyList<AdwinBucket>> Levels, bool Alarmed);

/// <param name="Squares">The sum of squared distances from the bucket's mean.</param>
public readonly record struct AdwinBucket(double Total, double Squares);

/// <summary>
/// Adaptive windowing (Bifet and Gavaldà 2007): keeps the newest values as long as no cut divides them into two parts whose means differ by more than ε, drops the oldest bucket where one does.
/// Variances of merged buckets as in Babcock et al. (2003), the bound, its parameters and the new beginning after an alarm as in river. Every bucket is a place to cut: river's loop leaves out
/// the newest of each size in some releases.
/// </summary>
public sealed class Adwin : IChangeDetector
{
    private readonly AdwinOptions options;
    private AdwinBuckets buckets;
    private long ticks;
    private bool alarmed;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Adwin(AdwinOptions? options = null, AdwinState? state = null)
    {
        this.options = options ?? new();
        if (this.options.Delta is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), this.options.Delta, "Delta lies between 0 and 1.");
        if (this.options.Clock < 1 || this.options.MaxBuckets < 2 || this.options.LeastPart < 1)
            throw new ArgumentOutOfRangeException(nameof(options), this.options, "The clock and the least part are 1 or more, the buckets of one size 2 or more.");
        buckets = new(this.options.MaxBuckets, state);
        (ticks, alarmed) = (state?.Ticks ?? 0, state?.Alarmed ?? false);
    }

    public AdwinState State => buckets.ToState(ticks, alarmed);

    /// <summary>Values in the window.</summary>
    public long Width => buckets.Width;

    /// <summary>The window's mean; NaN without values.</summary>
    public double Mean => buckets.Total / buckets.Width;

    /// <inheritdoc/>
    public bool Update(double value)
    {
        if (alarmed)
            (buckets, ticks, alarmed) = (new(options.MaxBuckets, null), 0, false);
        buckets.Add(value);
        ticks++;
        if (ticks % options.Clock != 0 || buckets.Width <= options.Grace)
            return false;
        while (FindsCut())
        {
            alarmed = true;
            buckets.DropOldest();
        }

        return alarmed;
    }

    private bool FindsCut()
    {
        var (olderCount, olderTotal) = (0.0, 0.0);
        double width = buckets.Width, variance = buckets.Squares / width, logarithm = Math.Log(2 * Math.Log(width) / options.Delta);
        for (var level = buckets.Levels - 1; level >= 0; level--)
        {
            foreach (var bucket in buckets.Level(level))
            {
                olderCount += 1L << level;
                olderTotal += bucket.Total;
                var newerCount = width - olderCount;
                if (olderCount < options.LeastPart || newerCount < options.LeastPart)
                    continue;
                var apart = Math.Abs((olderTotal / olderCount) - ((buckets.Total - olderTotal) / newerCount));
                var reciprocal = (1 / (olderCount - options.LeastPart + 1)) + (1 / (newerCount - options.LeastPart + 1));
                if (apart > Math.Sqrt(2 * reciprocal * variance * logarithm) + (2.0 / 3 * logarithm * reciprocal))
                    return true;
            }
        }

        return false;
    }
}
