using Dashboard.Core.Monitoring.Alerts;

namespace Dashboard.Core.Tests.Monitoring.Alerts;

public sealed class AlertMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AlertRule Rule = new("Requests fail", new(SignalKind.ErrorRate), AlertComparison.Above, 0.01, 0.005, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3),
        AlertSeverity.Critical, MinimumSample: 20);

    [Fact]
    public void An_alert_is_pending_for_its_time_before_it_fires()
    {
        var run = new Run(Rule);
        Assert.Equal(AlertState.Ok, run.At(0, 0));
        Assert.Equal(AlertState.Pending, run.At(1, 0.02));
        Assert.Equal(AlertState.Pending, run.At(2.9, 0.02));
        Assert.Equal(AlertState.Firing, run.At(3, 0.02));
    }

    [Fact]
    public void A_breach_that_ends_in_time_was_nothing()
    {
        var run = new Run(Rule);
        run.At(0, 0.02);
        Assert.Equal(AlertState.Ok, run.At(1, 0.01));
        Assert.Equal(AlertState.Pending, run.At(2, 0.02));
        Assert.Equal(AlertState.Pending, run.At(3.9, 0.02));
    }

    [Fact]
    public void Between_the_two_thresholds_it_stays_as_it_is()
    {
        var run = Firing();
        Assert.Equal(AlertState.Firing, run.At(4, 0.007));
        Assert.Equal(AlertState.Firing, run.At(100, 0.007));
        Assert.Equal(AlertState.Firing, run.At(101, 0.005));
        Assert.Equal(AlertState.Firing, run.At(103, 0.005));
        Assert.Equal(AlertState.Ok, run.At(104, 0.004));
        Assert.Equal(TransitionReason.Recovered, run.Last.Reason);
    }

    [Fact]
    public void The_clearing_time_begins_anew_with_each_relapse()
    {
        var run = Firing();
        run.At(4, 0);
        run.At(6.9, 0.02);
        Assert.Equal(AlertState.Firing, run.At(7, 0));
        Assert.Equal(AlertState.Firing, run.At(9.9, 0));
        Assert.Equal(AlertState.Ok, run.At(10, 0));
    }

    [Fact]
    public void A_silence_mutes_what_would_fire_and_what_fires_and_its_end_lets_it_fire()
    {
        var run = new Run(Rule);
        run.At(0, 0.02, silenced: true);
        Assert.Equal(AlertState.Muted, run.At(2, 0.02, silenced: true));
        Assert.Equal(AlertState.Firing, run.At(3, 0.02));
        Assert.Equal(TransitionReason.SilenceEnded, run.Last.Reason);
        Assert.Equal(AlertState.Muted, run.At(4, 0.02, silenced: true));
        Assert.Equal(AlertState.Muted, run.At(5, 0, silenced: true));
        Assert.Equal(AlertState.Ok, run.At(8, 0, silenced: true));
    }

    [Fact]
    public void Too_few_rows_are_not_judged_and_no_data_is_a_state_of_its_own()
    {
        var run = new Run(Rule);
        Assert.Equal(AlertState.NoData, run.At(0, 0.5, sample: 19));
        Assert.Equal(AlertState.NoData, run.At(1, null, sample: 0));
        Assert.Equal(AlertState.Ok, run.At(2, 0));
        Assert.Equal(AlertState.NoData, run.At(3, null, sample: 0));
        Assert.Equal(AlertState.Pending, run.At(4, 0.5));
        Assert.Equal(AlertState.NoData, run.At(5, double.NaN));
    }

    [Fact]
    public void A_firing_alert_whose_data_run_dry_ends_after_the_clearing_time_as_no_data()
    {
        var run = Firing();
        Assert.Equal(AlertState.Firing, run.At(4, null, sample: 0));
        Assert.Equal(AlertState.Firing, run.At(6, null, sample: 0));
        Assert.Equal(AlertState.NoData, run.At(7, null, sample: 0));
        Assert.Equal(TransitionReason.NoData, run.Last.Reason);
    }

    [Theory]
    [InlineData(NoDataMeaning.Breach, AlertState.Firing)]
    [InlineData(NoDataMeaning.Fine, AlertState.Ok)]
    [InlineData(NoDataMeaning.Unknown, AlertState.NoData)]
    public void A_rule_says_what_no_data_means(NoDataMeaning meaning, AlertState expected)
    {
        var run = new Run(Rule with { NoData = meaning });
        run.At(0, null, sample: 0);
        Assert.Equal(expected, run.At(2, null, sample: 0));
    }

    [Fact]
    public void Without_a_holding_time_it_goes_through_pending_all_the_same()
    {
        var run = new Run(Rule with { HoldFor = TimeSpan.Zero });
        run.At(0, 0);
        Assert.Equal(AlertState.Firing, run.At(1, 0.02));
        Assert.Equal([(AlertState.NoData, AlertState.Ok), (AlertState.Ok, AlertState.Pending), (AlertState.Pending, AlertState.Firing)], run.All.Select(t => (t.From, t.To)));
    }

    [Fact]
    public void A_rule_that_is_taken_back_takes_its_alert_with_it()
    {
        var step = AlertMachine.Withdraw(Firing().Status, Start.AddMinutes(5));
        var transition = Assert.Single(step.Transitions);
        Assert.Equal((AlertState.Ok, TransitionReason.Withdrawn, true), (step.Status.State, transition.Reason, transition.Resolves));
        Assert.Empty(AlertMachine.Withdraw(step.Status, Start.AddMinutes(6)).Transitions);
    }

    [Fact]
    public void Every_way_that_is_not_legal_is_refused_by_name()
    {
        foreach (var from in Enum.GetValues<AlertState>())
            foreach (var to in Enum.GetValues<AlertState>())
            {
                if (AlertTransition.IsLegal(from, to))
                    Assert.Equal(to, new AlertTransition(from, to, Start, TransitionReason.Held).To);
                else
                    Assert.Contains($"An alert that is {from} cannot become {to}", Assert.Throws<InvalidOperationException>(() => new AlertTransition(from, to, Start, TransitionReason.Held)).Message, StringComparison.Ordinal);
            }

        Assert.False(AlertTransition.IsLegal(AlertState.Ok, AlertState.Firing));
        Assert.False(AlertTransition.IsLegal(AlertState.NoData, AlertState.Firing));
        Assert.False(AlertTransition.IsLegal(AlertState.Ok, AlertState.Muted));
    }

    [Theory]
    [InlineData(AlertComparison.Above, 1.0, false, true)]
    [InlineData(AlertComparison.AtLeast, 1.0, true, false)]
    [InlineData(AlertComparison.Below, 1.0, false, true)]
    [InlineData(AlertComparison.AtMost, 1.0, true, false)]
    public void At_the_threshold_each_comparison_says_what_its_words_say(AlertComparison comparison, double value, bool breach, bool clear)
    {
        var rule = Rule with { Comparison = comparison, Threshold = 1, ClearThreshold = null };
        Assert.Equal((breach, clear), (rule.IsBreach(value), rule.IsClear(value)));
    }

    [Fact]
    public void A_replay_of_readings_tells_when_the_rule_would_have_fired()
    {
        double[] values = [0, 0.02, 0.02, 0.02, 0, 0, 0, 0, 0.03, 0.03, 0.03];
        var firings = AlertReplay.Run(Rule, values.Select((value, minute) => new SignalReading(Start.AddMinutes(minute), value, 100)));
        Assert.Equal([new(Start.AddMinutes(3), Start.AddMinutes(7)), new(Start.AddMinutes(10), null)], firings);
    }

    private static Run Firing()
    {
        var run = new Run(Rule);
        run.At(0, 0.02);
        Assert.Equal(AlertState.Firing, run.At(3, 0.02));
        return run;
    }

    private sealed class Run(AlertRule rule)
    {
        public AlertStatus Status { get; private set; } = AlertStatus.Unread(Start);

        public List<AlertTransition> All { get; } = [];

        public AlertTransition Last => All[^1];

        public AlertState At(double minutes, double? value, long sample = 100, bool silenced = false)
        {
            var step = AlertMachine.Step(rule, Status, new(Start.AddMinutes(minutes), value, sample), silenced);
            Status = step.Status;
            All.AddRange(step.Transitions);
            return Status.State;
        }
    }
}
