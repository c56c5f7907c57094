namespace Dashboard.Core.Monitoring.Sequential;

/// <param name="LeastValues">No alarm within so many values.</param>
/// <param name="WarningLevel">Standard deviations above the minimum that are a warning.</param>
/// <param name="AlarmLevel">Standard deviations above the minimum that are an alarm.</param>
public sealed record DdmOptions(int LeastValues = 30, double WarningLevel = 2, double AlarmLevel = 3);

/// <summary>All that a <see cref="Ddm"/> remembers.</summary>
/// <param name="Count">Values since the last alarm.</param>
/// <param name="Rate">Their error rate.</param>
/// <param name="LeastRate">The error rate where rate + deviation was least.</param>
/// <param name="LeastDeviation">The deviation there; infinite before there was one.</param>
public sealed record DdmState(long Count = 0, double Rate = 0, double LeastRate = double.PositiveInfinity, double LeastDeviation = double.PositiveInfinity, bool Warning = false, bool Alarmed = false);

/// <summary>
/// The Drift Detection Method for a stream of errors (Gama, Medas, Castillo and Rodrigues 2004), as river has it: the error rate p and its deviation s = √(p(1−p)/n) since the last alarm, an
/// alarm when p + s exceeds the least p plus three of its s. It looks after every value at a fixed level, so a false alarm comes sooner or later: half of 50,000 steps' streams have one.
/// </summary>
public sealed class Ddm(DdmOptions options, DdmState? state = null) : IChangeDetector
{
    public Ddm()
        : this(new())
    {
    }

    public DdmState State { get; private set; } = state ?? new();

    /// <summary>Takes the next outcome.</summary>
    /// <param name="value">1 for an error, 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is neither.</exception>
    public bool Update(double value)
    {
        if (value is not (0 or 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "DDM takes errors: 0 or 1.");
        var (count, rate, leastRate, leastDeviation, warning, alarmed) = State.Alarmed ? new() : State;
        count++;
        rate += (value - rate) / count;
        var deviation = Math.Sqrt(rate * (1 - rate) / count);
        if (count > options.LeastValues)
        {
            if (rate + deviation <= leastRate + leastDeviation)
                (leastRate, leastDeviation) = (rate, deviation);
            alarmed = rate + deviation > leastRate + (options.AlarmLevel * leastDeviation);
            warning = !alarmed && rate + deviation > leastRate + (options.WarningLevel * leastDeviation);
        }

        State = new(count, rate, leastRate, leastDeviation, warning, alarmed);
        return alarmed;
    }
}
