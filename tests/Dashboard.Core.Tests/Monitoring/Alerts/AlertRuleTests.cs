using Dashboard.Core.Monitoring.Alerts;

namespace Dashboard.Core.Tests.Monitoring.Alerts;

public sealed class AlertRuleTests
{
    private static readonly AlertRule Latency = new("Slow", new(SignalKind.LatencyP95), AlertComparison.Above, 20, 15, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), AlertSeverity.Warning, 50);

    public static TheoryData<AlertRule, string> Wrong => new()
    {
        { Latency with { Name = " " }, "name" },
        { Latency with { Name = new string('x', 101) }, "name" },
        { Latency with { Signal = new(SignalKind.LatencyP95, "p95") }, "signal.name" },
        { Latency with { Signal = new(SignalKind.InputDrift) }, "signal.name" },
        { Latency with { Threshold = double.NaN }, "threshold" },
        { Latency with { Threshold = -1, ClearThreshold = null }, "threshold" },
        { Latency with { Signal = new(SignalKind.ErrorRate), Threshold = 1.2 }, "threshold" },
        { Latency with { ClearThreshold = 21 }, "clearThreshold" },
        { Latency with { Comparison = AlertComparison.Below, ClearThreshold = 19 }, "clearThreshold" },
        { Latency with { Window = TimeSpan.FromSeconds(9) }, "windowSeconds" },
        { Latency with { Signal = new(SignalKind.PredictionAge) }, "windowSeconds" },
        { Latency with { HoldFor = TimeSpan.FromSeconds(-1) }, "holdSeconds" },
        { Latency with { ClearFor = TimeSpan.FromDays(93) }, "clearSeconds" },
        { Latency with { MinimumSample = -1 }, "minimumSample" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_rule_that_makes_no_sense_is_refused_by_field(AlertRule rule, string field)
    {
        var fault = rule.Check();
        Assert.Equal(field, fault?.Field);
        Assert.NotNull(fault!.Expected);
    }

    [Fact]
    public void The_default_rules_are_few_valid_and_say_what_they_do()
    {
        Assert.All(DefaultRules.All, rule => Assert.Null(rule.Check()));
        Assert.Equal(
            [
                "Critical when more than 1\u202f% of the requests fail in the service over the last 5\u202fmin, and that holds for 1\u202fmin. Over when it has been 0.5\u202f% or less for 5\u202fmin. Fewer than 20 requests are not judged.",
                "Warning when no prediction has arrived for 1\u202fh. Over when that has not been so for 5\u202fmin.",
                "Warning when the inputs that moved carry more than 30\u202f% of the model’s importance over the last 7\u202fd of events, and that holds for 1\u202fd. Over when it has been 20\u202f% or less for 1\u202fd. Fewer than 500 predictions are not judged.",
                "Warning when the main metric is worse than its baseline by more than 5\u202f% over the last 7\u202fd of events, and that holds for 1\u202fd. Over when it has been 3\u202f% or less for 1\u202fd. Fewer than 200 labelled rows are not judged.",
                "Info when a training has failed in the last 1\u202fd and none has succeeded since. Over as soon as that is no longer so.",
            ], DefaultRules.All.Select(RuleWords.Sentence));
    }

    [Fact]
    public void Every_kind_of_signal_makes_a_valid_rule_that_reads_as_a_sentence()
    {
        foreach (var info in SignalInfo.All)
        {
            var name = info.Subject switch { SignalSubject.Metric => "roc_auc", SignalSubject.Input => "origin", _ => null };
            var rule = new AlertRule("r", new(info.Kind, name), info.HighIsBad ? AlertComparison.Above : AlertComparison.Below, 0.5, null, info.HasWindow ? TimeSpan.FromHours(1) : TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Info);
            Assert.Null(rule.Check());
            Assert.Matches(@"^Info when [^{}]+\. Over ", RuleWords.Sentence(rule));
            Assert.EndsWith(".", RuleWords.Situation(rule, 0.7, 12), StringComparison.Ordinal);
            Assert.EndsWith(".", RuleWords.Situation(rule, null, 0), StringComparison.Ordinal);
        }

        Assert.Equal(Enum.GetValues<SignalKind>().Order(), SignalInfo.All.Select(info => info.Kind).Order());
    }

    [Fact]
    public void A_situation_sets_what_was_found_against_the_limit()
    {
        Assert.Equal("P95 latency is 23.4\u202fms; the limit is 20\u202fms, 1,200 requests.", RuleWords.Situation(Latency, 23.41, 1200));
        var loss = new AlertRule("r", new(SignalKind.MetricLoss), AlertComparison.Above, 0.05, null, TimeSpan.FromDays(1), TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Info);
        Assert.Equal("ROC-AUC is 6.2\u202f% worse than its baseline; the limit is 5\u202f%, 1 labelled row.", RuleWords.Situation(loss, 0.062, 1, "roc_auc"));
    }

    [Theory]
    [InlineData(90, "1\u202fmin 30\u202fs")]
    [InlineData(604_800, "7\u202fd")]
    [InlineData(5400, "1\u202fh 30\u202fmin")]
    [InlineData(90_061, "1\u202fd 1\u202fh")]
    [InlineData(0, "0\u202fs")]
    [InlineData(0.25, "0.25\u202fs")]
    public void A_length_is_said_in_at_most_two_units(double seconds, string expected) => Assert.Equal(expected, SignalInfo.Length(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_silence_matches_what_fits_every_part_of_it()
    {
        Assert.True(new SilenceMatcher(null, "flights", null).Matches(3, "flights", AlertSeverity.Info));
        Assert.False(new SilenceMatcher(4, "flights", null).Matches(3, "flights", AlertSeverity.Info));
        Assert.False(new SilenceMatcher(null, null, AlertSeverity.Critical).Matches(3, "flights", AlertSeverity.Info));
    }

    [Fact]
    public void What_fires_together_is_one_incident_and_what_comes_back_stays_in_it()
    {
        var (policy, opened) = (IncidentPolicy.Default, DateTimeOffset.UnixEpoch);
        Assert.True(policy.Takes(opened, isItsOwn: false, opened.AddMinutes(5)));
        Assert.False(policy.Takes(opened, isItsOwn: false, opened.AddMinutes(6)));
        Assert.True(policy.Takes(opened, isItsOwn: true, opened.AddHours(6)));
        Assert.False(policy.IsOver(null, opened.AddDays(1)));
        Assert.False(policy.IsOver(opened, opened.AddMinutes(4.9)));
        Assert.True(policy.IsOver(opened, opened.AddMinutes(5)));
    }
}
