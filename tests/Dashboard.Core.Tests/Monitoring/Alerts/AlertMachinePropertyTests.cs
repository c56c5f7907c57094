using Dashboard.Core.Monitoring.Alerts;

namespace Dashboard.Core.Tests.Monitoring.Alerts;

/// <summary>What holds of every alert, whatever it reads, whoever silences it and however often the host restarts.</summary>
public sealed class AlertMachinePropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_never_fires_without_having_been_past_the_threshold_for_its_time()
    {
        foreach (var (rule, steps) in Histories())
            for (var i = 0; i < steps.Count; i++)
                foreach (var transition in steps[i].Transitions.Where(t => t.To is AlertState.Firing or AlertState.Muted && t.From == AlertState.Pending))
                {
                    var began = steps.Take(i + 1).Last(step => step.Transitions.Any(t => t.To == AlertState.Pending)).Reading.At;
                    Assert.True(transition.At - began >= rule.HoldFor);
                    Assert.All(steps.Take(i + 1).Where(step => step.Reading.At >= began), step => Assert.True(IsBreach(rule, step.Reading)));
                }
    }

    [Fact]
    public void Firing_and_its_end_alternate()
    {
        foreach (var (_, steps) in Histories())
        {
            var firing = false;
            foreach (var transition in steps.SelectMany(step => step.Transitions))
            {
                Assert.False(transition.Fires && firing, "It fired while it fired.");
                Assert.False(transition.Resolves && !firing, "It ended without having fired.");
                firing = transition.Fires || (firing && !transition.Resolves);
            }

            Assert.Equal(firing, steps[^1].Status.State == AlertState.Firing);
        }
    }

    [Fact]
    public void While_a_silence_matches_nothing_begins_to_fire_or_goes_on_firing()
    {
        foreach (var step in Histories().SelectMany(history => history.Steps).Where(step => step.Silenced))
        {
            Assert.NotEqual(AlertState.Firing, step.Status.State);
            Assert.DoesNotContain(step.Transitions, transition => transition.Fires);
        }
    }

    [Fact]
    public void It_recovers_only_after_the_clearing_time_on_the_good_side()
    {
        foreach (var (rule, steps) in Histories())
            for (var i = 0; i < steps.Count; i++)
                foreach (var transition in steps[i].Transitions.Where(t => t is { From: AlertState.Firing or AlertState.Muted, To: AlertState.Ok }))
                {
                    var clear = steps.Take(i + 1).Reverse().TakeWhile(step => IsClear(rule, step.Reading)).Last();
                    Assert.True(transition.At - clear.Reading.At >= rule.ClearFor);
                }
    }

    [Fact]
    public void The_same_reading_again_changes_nothing()
    {
        foreach (var (rule, steps) in Histories())
            foreach (var step in steps)
            {
                var again = AlertMachine.Step(rule, step.Status, step.Reading, step.Silenced);
                Assert.Empty(again.Transitions);
                Assert.Equal(step.Status, again.Status);
            }
    }

    [Fact]
    public void A_restart_at_any_time_makes_no_difference()
    {
        foreach (var (rule, steps) in Histories())
        {
            var status = AlertStatus.Unread(Start);
            foreach (var step in steps)
            {
                status = CanonicalJson.Deserialize<AlertStatus>(CanonicalJson.Serialize(status));
                (status, var transitions) = AlertMachine.Step(rule, status, step.Reading, step.Silenced);
                Assert.Equal(step.Transitions, transitions);
            }
        }
    }

    [Fact]
    public void The_histories_visit_every_legal_transition_of_a_standing_rule()
    {
        var seen = Histories().SelectMany(history => history.Steps).SelectMany(step => step.Transitions).Select(t => (t.From, t.To)).ToHashSet();
        var legal = from before in Enum.GetValues<AlertState>() from after in Enum.GetValues<AlertState>() where AlertTransition.IsLegal(before, after) select (before, after);
        Assert.Equal([], legal.Except(seen));
    }

    private static bool IsBreach(AlertRule rule, SignalReading reading) => reading.Value is { } value ? reading.Sample >= rule.MinimumSample && rule.IsBreach(value) : rule.NoData == NoDataMeaning.Breach;

    private static bool IsClear(AlertRule rule, SignalReading reading) => reading.Value is { } value ? reading.Sample >= rule.MinimumSample && rule.IsClear(value) : rule.NoData == NoDataMeaning.Fine;

    private static IEnumerable<(AlertRule Rule, IReadOnlyList<Evaluated> Steps)> Histories()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var high = random.Next(2) == 0;
            var rule = new AlertRule("r", new(SignalKind.RequestRate), high ? AlertComparison.Above : AlertComparison.AtMost, 5, high ? 5 - random.Next(3) : 5 + random.Next(3), TimeSpan.FromMinutes(1),
                TimeSpan.FromSeconds(random.Next(4) * 20), TimeSpan.FromSeconds(random.Next(4) * 20), AlertSeverity.Warning, random.Next(2) * 10, (NoDataMeaning)random.Next(3));
            Assert.Null(rule.Check());
            yield return (rule, History(rule, random));
        }
    }

    private static List<Evaluated> History(AlertRule rule, Random random)
    {
        var (steps, status, at, value, silenced) = (new List<Evaluated>(), AlertStatus.Unread(Start), Start, 5.0, false);
        for (var i = 0; i < 200; i++)
        {
            at = at.AddSeconds(random.Next(1, 30));
            // A walk that stays on one side for a while, with gaps and silences of their own length.
            value = Math.Clamp(value + random.Next(-2, 3), 0, 10);
            silenced = random.Next(12) == 0 ? !silenced : silenced;
            var reading = random.Next(9) switch { 0 => new SignalReading(at, null, 0), 1 => new(at, value, 5), _ => new(at, value, 50) };
            var step = AlertMachine.Step(rule, status, reading, silenced);
            steps.Add(new(reading, silenced, status = step.Status, step.Transitions));
        }

        return steps;
    }

    private sealed record Evaluated(SignalReading Reading, bool Silenced, AlertStatus Status, IReadOnlyList<AlertTransition> Transitions);
}
