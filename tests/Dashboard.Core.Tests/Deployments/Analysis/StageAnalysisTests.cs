using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Deployments.Plans;

namespace Dashboard.Core.Tests.Deployments.Analysis;

public sealed class StageAnalysisTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly StageFrame Frame = new(1, Start, TrafficWeight.OfPercent(50).Value);

    [Fact]
    public void Too_few_samples_are_inconclusive_however_bad_they_look()
    {
        var looks = new Looks(Samples.Errors);
        for (var i = 1; i <= 9; i++)
            Assert.Equal(Verdict.Inconclusive, looks.Next(Rate("errors", (100 * i, i), (11 * i, 11 * i))).Verdict);
        Assert.Contains("too few, 100 are needed", looks.Last.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, looks.Next(Rate("errors", (1000, 10), (110, 110))).Verdict);
        Assert.Equal(Verdict.Inconclusive, new Looks(Samples.Errors).Next(Rate("errors", (0, 0), (0, 0))).Verdict);
    }

    [Fact]
    public void Errors_beyond_the_margin_fail_and_the_reason_says_so()
    {
        var looks = new Looks(Samples.Errors);
        for (var i = 1; i <= 20; i++)
            looks.Next(Rate("errors", (100 * i, i), (100 * i, 6 * i)));
        Assert.Equal(Verdict.Fail, looks.Last.Verdict);
        Assert.Equal("Errors: 6.00 % against 1.00 % (2,000 and 2,000 observations): worse by more than 1 percentage point.", looks.Last.Reasons[0]);
        var finding = looks.Last.Metrics[0];
        Assert.True(finding.LogEvidence >= finding.LogNeeded);
        Assert.Equal(0.05, finding.Difference.Estimate, 1e-12);
        Assert.True(finding.Standing!.Value.ChallengerHigher > 0.999);
    }

    [Fact]
    public void As_few_errors_as_the_champion_s_pass_once_that_is_shown()
    {
        var looks = new Looks(Samples.Errors);
        var verdicts = Enumerable.Range(1, 100).Select(i => looks.Next(Rate("errors", (100 * i, i), (100 * i, i))).Verdict).ToList();
        Assert.Equal(Verdict.Inconclusive, verdicts[0]);
        Assert.Equal(Verdict.Pass, verdicts[^1]);
        Assert.DoesNotContain(Verdict.Fail, verdicts);
        Assert.Contains("not worse by 1 percentage point", looks.Last.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_tolerance_any_harm_that_is_shown_fails_even_when_it_is_within_the_margin()
    {
        Looks tolerant = new(Samples.Errors with { Margin = 0.05 }), strict = new(Samples.Errors with { Margin = 0.05, Tolerance = 0 });
        for (var i = 1; i <= 60; i++)
        {
            var reading = Rate("errors", (100 * i, i), (100 * i, 3 * i));
            Assert.NotEqual(Verdict.Fail, tolerant.Next(reading).Verdict);
            strict.Next(reading);
        }

        Assert.Equal((Verdict.Pass, Verdict.Fail), (tolerant.Last.Verdict, strict.Last.Verdict));
        Assert.EndsWith("observations): worse.", strict.Last.Reasons[0], StringComparison.Ordinal);
        ArmReading Loss(double value) => ArmReading.OfMean(5000, 5000 * value, 5000 * ((value * value) + 0.04));
        var losses = new MetricReading(Samples.Realised.Name, Loss(0.40), Loss(0.43));
        Assert.Equal(Verdict.Fail, new Looks(Samples.Realised with { Tolerance = 0.01 }, Samples.Errors).Next(losses).Verdict);
        Assert.Equal(Verdict.Inconclusive, new Looks(Samples.Realised, Samples.Errors).Next(losses).Verdict);
    }

    [Theory]
    [InlineData(1.0, Verdict.Pass)]
    [InlineData(0.8, Verdict.Pass)]
    [InlineData(1.3, Verdict.Fail)]
    public void Latency_is_compared_as_a_ratio(double ratio, Verdict expected)
    {
        var report = new Looks(Samples.Latency).Next(new MetricReading("latency", Latencies(20), Latencies(20 * ratio)));
        Assert.Equal(expected, report.Verdict);
        Assert.Equal(20, report.Metrics[0].Champion, 1e-9);
        Assert.Equal(ratio - 1, report.Metrics[0].Difference.Estimate, 1e-4);
        Assert.Contains($"Latency: {20 * ratio} s against 20 s (", report.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16e-6, 26e-6, Verdict.Pass)]
    [InlineData(16e-6, 500e-6, Verdict.Fail)]
    [InlineData(2e-3, 3e-3, Verdict.Fail)]
    public void What_no_caller_can_feel_is_not_slower(double champion, double challenger, Verdict expected)
    {
        var report = new Looks(Samples.Latency).Next(new MetricReading("latency", Latencies(champion), Latencies(challenger)));

        Assert.Equal(expected, report.Verdict);
        Assert.Equal((champion, challenger), (Math.Round(report.Metrics[0].Champion, 9), Math.Round(report.Metrics[0].Challenger, 9)));
        Assert.Contains(" with 1 ms on the way; ", report.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_distribution_that_moved_in_one_bin_fails_and_the_same_one_passes()
    {
        Looks same = new(Samples.Predictions), moved = new(Samples.Predictions);
        for (var i = 1; i <= 60; i++)
        {
            same.Next(Shares([50 * i, 30 * i, 20 * i], [50 * i, 30 * i, 20 * i]));
            moved.Next(Shares([50 * i, 30 * i, 20 * i], [50 * i, 5 * i, 45 * i]));
        }

        Assert.Equal((Verdict.Pass, Verdict.Fail), (same.Last.Verdict, moved.Last.Verdict));
        Assert.Contains("Predictions in bin ", moved.Last.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("moved by more than ", moved.Last.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("moved by less than ", same.Last.Metrics[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_about_predictions_says_which_range_it_is_about()
    {
        var plan = StandardPlans.Of(RolloutStrategy.Canary) with { Metrics = [StandardMetrics.Predictions] };
        var start = DateTimeOffset.UnixEpoch;
        var look = new StageLook(1, start, [new("predictions", ArmReading.OfShares([500, 300, 200]), ArmReading.OfShares([500, 50, 450]))], null, ["below 0.10", "between 0.10 and 0.20", "of 0.20 and more"]);

        var report = StageAnalysis.Of(plan, new(1, start, TrafficWeight.OfPieces(1, 2)), StageEvidence.Fresh(plan), look).Value;

        Assert.StartsWith("Predictions between 0.10 and 0.20: 5.00 % against 30.00 % (1,000 and 1,000 observations)", report.Metrics[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_passes_when_it_is_better_and_no_worse_is_not_enough()
    {
        var rule = Samples.Errors with { Role = MetricRole.Objective, Name = "conversions", Harm = HarmDirection.Down };
        Looks same = new(rule), better = new(rule), worse = new(rule);
        for (var i = 1; i <= 100; i++)
        {
            same.Next(Rate("conversions", (100 * i, 10 * i), (100 * i, 10 * i)));
            better.Next(Rate("conversions", (100 * i, 10 * i), (100 * i, 14 * i)));
            worse.Next(Rate("conversions", (100 * i, 10 * i), (100 * i, 6 * i)));
        }

        Assert.Equal((Verdict.Inconclusive, Verdict.Pass, Verdict.Fail), (same.Last.Verdict, better.Last.Verdict, worse.Last.Verdict));
        var mean = Samples.Realised with { Role = MetricRole.Objective };
        ArmReading Loss(double value) => ArmReading.OfMean(5000, 5000 * value, 5000 * ((value * value) + 0.04));
        Assert.Equal(Verdict.Inconclusive, new Looks(mean).Next(new MetricReading(mean.Name, Loss(0.4), Loss(0.4))).Verdict);
        Assert.Equal(Verdict.Pass, new Looks(mean).Next(new MetricReading(mean.Name, Loss(0.4), Loss(0.35))).Verdict);
    }

    [Fact]
    public void What_comes_late_may_fail_but_holds_nobody_up_and_a_dry_run_decides_nothing()
    {
        var dry = Samples.Errors with { Name = "dry", Role = MetricRole.DryRun };
        var looks = new Looks(Samples.Errors, Samples.Realised, dry);
        for (var i = 1; i <= 100; i++)
            looks.Next(Rate("errors", (100 * i, i), (100 * i, i)), Rate("dry", (100 * i, i), (100 * i, 50 * i)));
        Assert.Equal(Verdict.Pass, looks.Last.Verdict);
        Assert.Equal([Verdict.Pass, Verdict.Inconclusive, Verdict.Fail], looks.Last.Metrics.Select(finding => finding.Verdict));
        ArmReading Loss(double value) => ArmReading.OfMean(5000, 5000 * value, 5000 * ((value * value) + 0.04));
        Assert.Equal(Verdict.Fail, looks.Next(new MetricReading(Samples.Realised.Name, Loss(0.4), Loss(0.5))).Verdict);
    }

    [Fact]
    public void A_guardrail_without_readings_keeps_the_verdict_inconclusive()
    {
        var looks = new Looks(Samples.Errors, Samples.Latency);
        for (var i = 1; i <= 100; i++)
            looks.Next(Rate("errors", (100 * i, i), (100 * i, i)));
        Assert.Equal(Verdict.Inconclusive, looks.Last.Verdict);
        Assert.Equal("Latency: nothing to compare yet (0 and 0 observations).", looks.Last.Reasons[0]);
    }

    [Fact]
    public void A_wrong_split_can_fail_and_never_pass()
    {
        Looks good = new(Samples.Errors), bad = new(Samples.Errors);
        for (var i = 1; i <= 100; i++)
        {
            good.Assigned = bad.Assigned = new(60 * i, 40 * i);
            good.Next(Rate("errors", (100 * i, i), (100 * i, i)));
            bad.Next(Rate("errors", (100 * i, i), (100 * i, 9 * i)));
        }

        Assert.Equal((Verdict.Inconclusive, true), (good.Last.Verdict, good.Last.IsUntrusted));
        Assert.Equal("Traffic is not split as planned: 4000 of 10000 went to the new version at 50 %. A comparison of such traffic proves nothing.", good.Last.Reasons[0]);
        Assert.Equal((Verdict.Fail, true), (bad.Last.Verdict, bad.Last.IsUntrusted));
    }

    [Fact]
    public void The_same_look_again_adds_nothing_and_evidence_goes_on_where_it_was_stored()
    {
        var looks = new Looks(Samples.Errors, Samples.Predictions, Samples.Latency);
        for (var i = 1; i <= 5; i++)
        {
            MetricReading[] readings = [Rate("errors", (100 * i, i), (100 * i, 3 * i)), Shares([60 * i, 40 * i], [50 * i, 50 * i]), new("latency", ArmReading.OfMean(100 * i, 300 * i, 1000 * i), ArmReading.OfMean(100 * i, 310 * i, 1000 * i))];
            var report = looks.Next(readings);
            Assert.Equal(CanonicalJson.Serialize(report), CanonicalJson.Serialize(looks.Next(readings)));
            var restored = CanonicalJson.Deserialize<StageEvidence>(CanonicalJson.Serialize(looks.Evidence));
            Assert.Equal(CanonicalJson.Serialize(looks.Evidence), CanonicalJson.Serialize(restored));
            looks.Evidence = restored;
        }
    }

    [Fact]
    public void Evidence_of_harm_goes_on_into_the_next_stage_and_evidence_of_safety_begins_anew()
    {
        var looks = new Looks(Samples.Errors);
        for (var i = 1; i <= 60; i++)
            looks.Next(Rate("errors", (100 * i, i), (100 * i, i + (i / 3))));
        var before = looks.Evidence.Metrics[0].Rates[0];
        var after = looks.Evidence.NextStage().Metrics[0];
        Assert.Equal(before.Harm, after.Rates[0].Harm);
        Assert.Equal((0, default, default), (after.Rates[0].Safe.LogE, after.Rates[0].Safe.Champion, after.Rates[0].Safe.Challenger));
        Assert.Equal(0, after.Champion.Count);
    }

    [Fact]
    public void What_is_wrong_with_a_look_is_named()
    {
        var rules = new[] { Samples.Errors, Samples.Predictions, Samples.Latency };
        (string Field, MetricReading[] Readings)[] faults =
        [
            ("metric", [Rate("eros", (1, 0), (1, 0))]),
            ("metric", [Rate("errors", (1, 0), (1, 0)), Rate("errors", (1, 0), (1, 0))]),
            ("errors.champion.count", [Rate("errors", (-1, 0), (1, 0))]),
            ("errors.champion.sum", [Rate("errors", (1, 2), (1, 0))]),
            ("errors.challenger.sum", [new("errors", new(5, 1), new(5, 0.5))]),
            ("predictions.champion.bins", [new("predictions", new(5), ArmReading.OfShares([5, 0]))]),
            ("predictions.challenger.bins", [new("predictions", ArmReading.OfShares([5, 0]), new(5, Bins: [3, 3]))]),
            ("predictions.challenger.bins", [Shares([5, 0], [5, 0, 1])]),
            ("latency.champion.sum", [new("latency", ArmReading.OfMean(5, double.NaN, 1), ArmReading.Empty)]),
            ("latency.challenger.squares", [new("latency", ArmReading.Empty, ArmReading.OfMean(5, 10, 1))]),
        ];
        foreach (var (field, readings) in faults)
            Assert.Equal(field, Assert.IsType<InvalidValue>(Look(rules, readings).Error).Field);
        Assert.IsType<Conflict>(StageAnalysis.Of(Plan(rules), Frame, StageEvidence.Fresh(Plan(rules)), new(2, Start, [])).Error);
        Assert.Equal("until", StageAnalysis.Of(Plan(rules), Frame, StageEvidence.Fresh(Plan(rules)), new(1, Start.AddSeconds(-1), [])).Error!.Field);
        Assert.Equal("assigned", StageAnalysis.Of(Plan(rules), Frame, StageEvidence.Fresh(Plan(rules)), new(1, Start, [], new(-1, 0))).Error!.Field);
    }

    [Fact]
    public void Counts_that_go_back_are_refused_and_change_nothing()
    {
        var looks = new Looks(Samples.Errors);
        looks.Next(Rate("errors", (100, 5), (100, 5)));
        var error = Assert.IsType<CountsWentBack>(StageAnalysis.Of(looks.Plan, Frame, looks.Evidence, new(1, Start, [Rate("errors", (200, 4), (200, 10))])).Error);
        Assert.Equal("errors.champion", error.Name);
        Assert.IsType<CountsWentBack>(StageAnalysis.Of(looks.Plan, Frame, looks.Evidence, new(1, Start, [Rate("errors", (200, 6), (50, 5))])).Error);
    }

    private static Result<StageReport> Look(MetricRule[] rules, MetricReading[] readings) => StageAnalysis.Of(Plan(rules), Frame, StageEvidence.Fresh(Plan(rules)), new(1, Start, readings));

    private static MetricReading Rate(string name, (long Trials, long Events) champion, (long Trials, long Events) challenger) =>
        new(name, ArmReading.OfRate(champion.Trials, champion.Events), ArmReading.OfRate(challenger.Trials, challenger.Events));

    private static MetricReading Shares(long[] champion, long[] challenger) => new("predictions", ArmReading.OfShares(champion), ArmReading.OfShares(challenger));

    private static RolloutPlan Plan(params MetricRule[] rules) => Samples.Canary(50) with { Metrics = rules };

    /// <summary>Looks at one stage, one after the other.</summary>
    private sealed class Looks(params MetricRule[] rules)
    {
        public RolloutPlan Plan { get; } = StageAnalysisTests.Plan(rules);

        public StageEvidence Evidence { get; set; } = StageEvidence.Fresh(StageAnalysisTests.Plan(rules));

        public AssignedCounts? Assigned { get; set; }

        public StageReport Last { get; private set; } = null!;

        public StageReport Next(params MetricReading[] readings)
        {
            Last = StageAnalysis.Of(Plan, Frame, Evidence, new(1, Start, readings, Assigned)).Value;
            Evidence = Last.Evidence;
            return Last;
        }
    }

    /// <summary>2,000 latencies about a number of seconds, as they are counted.</summary>
    private static ArmReading Latencies(double seconds)
    {
        var (n, spread, mean) = (2000, 0.5, Math.Log(seconds + StandardMetrics.SecondsOnTheWay));
        return ArmReading.OfMean(n, n * mean, n * ((mean * mean) + (spread * spread)));
    }
}
