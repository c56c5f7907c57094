namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>What one evaluation came to.</summary>
/// <param name="Transitions">In order; empty when nothing changed. A rule that need not hold goes through Pending all the same.</param>
public readonly record struct AlertStep(AlertStatus Status, IReadOnlyList<AlertTransition> Transitions);

/// <summary>
/// The rules of alerts, pure: a status and a reading give the next status. Evaluating the same reading twice changes nothing the second time, so it may be done as often as one likes.
/// While an alert fires, data that run dry do not end it at once: they must have been away for the clearing time.
/// </summary>
public static class AlertMachine
{
    private enum Judgement { Clear, Between, Breach, None }

    /// <summary>One evaluation.</summary>
    /// <param name="silenced">Whether a silence matches the alert now.</param>
    public static AlertStep Step(AlertRule rule, AlertStatus status, SignalReading reading, bool silenced)
    {
        var walk = new Walk(status with { Last = reading }, reading.At);
        var judgement = Judge(rule, reading);
        switch (status.State)
        {
            case AlertState.Ok or AlertState.NoData or AlertState.Pending:
                Quiet(rule, walk, judgement, silenced);
                break;
            default:
                Raised(rule, walk, judgement, silenced);
                break;
        }

        return walk.Done;
    }

    /// <summary>The rule was changed, switched off or removed: whatever it said is taken back.</summary>
    public static AlertStep Withdraw(AlertStatus status, DateTimeOffset at)
    {
        var walk = new Walk(status, at);
        if (status.State != AlertState.Ok)
            walk.To(AlertState.Ok, TransitionReason.Withdrawn);
        return walk.Done;
    }

    private static Judgement Judge(AlertRule rule, SignalReading reading)
    {
        if (reading.Value is not { } value || !double.IsFinite(value))
            return rule.NoData switch { NoDataMeaning.Breach => Judgement.Breach, NoDataMeaning.Fine => Judgement.Clear, _ => Judgement.None };
        return reading.Sample < rule.MinimumSample ? Judgement.None : rule.IsBreach(value) ? Judgement.Breach : rule.IsClear(value) ? Judgement.Clear : Judgement.Between;
    }

    private static void Quiet(AlertRule rule, Walk walk, Judgement judgement, bool silenced)
    {
        switch (judgement)
        {
            case Judgement.None when walk.State != AlertState.NoData:
                walk.To(AlertState.NoData, TransitionReason.NoData);
                break;
            case Judgement.Clear or Judgement.Between when walk.State != AlertState.Ok:
                walk.To(AlertState.Ok, walk.State == AlertState.NoData ? TransitionReason.DataCame : TransitionReason.Recovered);
                break;
            case Judgement.Breach:
                if (walk.State != AlertState.Pending)
                    walk.To(AlertState.Pending, TransitionReason.Breached);
                if (walk.At - walk.Status.BreachedSince >= rule.HoldFor)
                    walk.To(silenced ? AlertState.Muted : AlertState.Firing, TransitionReason.Held);
                break;
        }
    }

    private static void Raised(AlertRule rule, Walk walk, Judgement judgement, bool silenced)
    {
        walk.Status = walk.Status with
        {
            ClearSince = judgement == Judgement.Clear ? walk.Status.ClearSince ?? walk.At : null,
            EmptySince = judgement == Judgement.None ? walk.Status.EmptySince ?? walk.At : null,
        };
        // An end comes before a silence, so that what is over is not muted first.
        if (walk.At - walk.Status.ClearSince >= rule.ClearFor)
            walk.To(AlertState.Ok, TransitionReason.Recovered);
        else if (walk.At - walk.Status.EmptySince >= rule.ClearFor)
            walk.To(AlertState.NoData, TransitionReason.NoData);
        else if (silenced && walk.State == AlertState.Firing)
            walk.To(AlertState.Muted, TransitionReason.Silenced);
        else if (!silenced && walk.State == AlertState.Muted)
            walk.To(AlertState.Firing, TransitionReason.SilenceEnded);
    }

    /// <summary>The way through one evaluation.</summary>
    private sealed class Walk(AlertStatus status, DateTimeOffset at)
    {
        private readonly List<AlertTransition> transitions = [];

        public AlertStatus Status { get; set; } = status;

        public AlertState State => Status.State;

        public DateTimeOffset At => at;

        public AlertStep Done => new(Status, transitions);

        public void To(AlertState state, TransitionReason reason)
        {
            transitions.Add(new(State, state, at, reason));
            Status = new(state, at)
            {
                Last = Status.Last,
                BreachedSince = state switch { AlertState.Pending => at, AlertState.Firing or AlertState.Muted => Status.BreachedSince, _ => null },
                ClearSince = state is AlertState.Firing or AlertState.Muted ? Status.ClearSince : null,
                EmptySince = state is AlertState.Firing or AlertState.Muted ? Status.EmptySince : null,
            };
        }
    }
}
