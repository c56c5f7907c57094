namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>Which changes of a mean are looked for.</summary>
public enum ChangeDirection { Both, Rise, Fall }

/// <param name="LeastValues">No alarm before so many values.</param>
/// <param name="Delta">How far from the mean a value may lie without counting.</param>
/// <param name="Threshold">The rise of the sum above its least (or its fall below its most) that is an alarm.</param>
/// <param name="Forgetting">What is left of the sum after each step, in (0, 1].</param>
/// <param name="Direction">A rise alone is what matters of a loss; both is river's default.</param>
public sealed record PageHinkleyOptions(int LeastValues = 30, double Delta = 0.005, double Threshold = 50, double Forgetting = 1 - 0.0001, ChangeDirection Direction = ChangeDirection.Both);

/// <summary>All that a <see cref="PageHinkley"/> remembers.</summary>
/// <param name="Count">Values since the last alarm.</param>
/// <param name="Up">The sum that a rise lets grow.</param>
/// <param name="Down">The sum that a fall lets shrink.</param>
/// <param name="Alarmed">The last value raised the alarm: the next one begins anew.</param>
public sealed record PageHinkleyState(long Count = 0, double Mean = 0, double Up = 0, double LeastUp = double.PositiveInfinity, double Down = 0, double MostDown = double.NegativeInfinity, bool Alarmed = false);

/// <summary>
/// The Page–Hinkley test for a change of a mean (Page 1954), as river has it: sum ← α·sum + (x − mean ∓ δ), an alarm when it has moved from its extreme by more than the threshold, then a new
/// beginning. The threshold is a matter of taste: no rate of false alarms is promised.
/// </summary>
public sealed class PageHinkley(PageHinkleyOptions options, PageHinkleyState? state = null) : IChangeDetector
{
    public PageHinkley()
        : this(new())
    {
    }

    public PageHinkleyState State { get; private set; } = state ?? new();

    /// <inheritdoc/>
    public bool Update(double value)
    {
        var (count, mean, up, leastUp, down, mostDown, _) = State.Alarmed ? new() : State;
        count++;
        mean += (value - mean) / count;
        up = (options.Forgetting * up) + (value - mean - options.Delta);
        down = (options.Forgetting * down) + (value - mean + options.Delta);
        (leastUp, mostDown) = (Math.Min(leastUp, up), Math.Max(mostDown, down));
        var rose = options.Direction != ChangeDirection.Fall && up - leastUp > options.Threshold;
        var fell = options.Direction != ChangeDirection.Rise && mostDown - down > options.Threshold;
        State = new(count, mean, up, leastUp, down, mostDown, count >= options.LeastValues && (rose || fell));
        return State.Alarmed;
    }
}
