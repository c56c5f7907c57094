using System.Collections.Frozen;

namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>
/// OK: within the limit. Pending: past it, not yet for long enough. Firing: past it for long enough. Muted: the same, and a silence says that nobody is to be told.
/// NoData: nothing to judge by, which is not OK.
/// </summary>
public enum AlertState { Ok, Pending, Firing, NoData, Muted }

/// <summary>Why an alert's state changed.</summary>
public enum TransitionReason { Breached, Held, Recovered, NoData, DataCame, Silenced, SilenceEnded, Withdrawn, Reviewed }

/// <summary>Where an alert stands: everything that its next evaluation needs, so that it goes on after a restart as if there had been none. Times are on the signal's clock.</summary>
/// <param name="Since">When this state began.</param>
public sealed record AlertStatus(AlertState State, DateTimeOffset Since)
{
    /// <summary>Pending: since when the signal has been past the threshold without a break.</summary>
    public DateTimeOffset? BreachedSince { get; init; }

    /// <summary>Firing or muted: since when the signal has been on the good side of the clearing threshold without a break.</summary>
    public DateTimeOffset? ClearSince { get; init; }

    /// <summary>Firing or muted: since when there has been nothing to judge by.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>The last reading.</summary>
    public SignalReading Last { get; init; }

    /// <summary>Before anything was read: nothing is known.</summary>
    public static AlertStatus Unread(DateTimeOffset at) => new(AlertState.NoData, at) { Last = new(at, null, 0) };
}

/// <summary>One change of state. Only legal ones can be made.</summary>
public sealed record AlertTransition
{
    private static readonly FrozenDictionary<AlertState, AlertState[]> Legal = new Dictionary<AlertState, AlertState[]>
    {
        [AlertState.Ok] = [AlertState.Pending, AlertState.NoData],
        [AlertState.Pending] = [AlertState.Ok, AlertState.Firing, AlertState.Muted, AlertState.NoData],
        [AlertState.Firing] = [AlertState.Ok, AlertState.Muted, AlertState.NoData],
        [AlertState.Muted] = [AlertState.Ok, AlertState.Firing, AlertState.NoData],
        [AlertState.NoData] = [AlertState.Ok, AlertState.Pending],
    }.ToFrozenDictionary();

    /// <exception cref="InvalidOperationException">No alert goes this way; the message names where it could go.</exception>
    public AlertTransition(AlertState from, AlertState to, DateTimeOffset at, TransitionReason reason)
    {
        if (!Legal[from].Contains(to))
            throw new InvalidOperationException($"An alert that is {from} cannot become {to}; it can become {string.Join(", ", Legal[from])}.");
        (From, To, At, Reason) = (from, to, at, reason);
    }

    public AlertState From { get; }

    public AlertState To { get; }

    /// <summary>On the signal's clock.</summary>
    public DateTimeOffset At { get; }

    public TransitionReason Reason { get; }

    /// <summary>An alert began to fire: somebody is to be told.</summary>
    public bool Fires => To == AlertState.Firing;

    /// <summary>An alert stopped firing, one way or another: whoever was told is told so.</summary>
    public bool Resolves => From == AlertState.Firing;

    /// <summary>Whether a change from one state to another is legal.</summary>
    public static bool IsLegal(AlertState from, AlertState to) => Legal[from].Contains(to);
}
