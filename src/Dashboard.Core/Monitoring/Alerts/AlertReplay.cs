namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>A time in which a rule would have fired.</summary>
/// <param name="To">Null: it would be firing at the end of what was read.</param>
public sealed record ReplayedFiring(DateTimeOffset From, DateTimeOffset? To);

/// <summary>What a rule would have done over readings of the past, by the same machine that evaluates the present.</summary>
public static class AlertReplay
{
    /// <param name="readings">Ascending in time.</param>
    public static IReadOnlyList<ReplayedFiring> Run(AlertRule rule, IEnumerable<SignalReading> readings)
    {
        var firings = new List<ReplayedFiring>();
        AlertStatus? status = null;
        foreach (var reading in readings)
        {
            (status, var transitions) = AlertMachine.Step(rule, status ?? AlertStatus.Unread(reading.At), reading, silenced: false);
            foreach (var transition in transitions)
            {
                if (transition.Fires)
                    firings.Add(new(transition.At, null));
                if (transition.Resolves)
                    firings[^1] = firings[^1] with { To = transition.At };
            }
        }

        return firings;
    }
}
