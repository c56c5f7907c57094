using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Deployments.Plans;
using Dashboard.Core.Tests.Deployments.Statistics;
using Xunit.Abstractions;

namespace Dashboard.Core.Tests.Deployments.Rollouts;

/// <summary>Whole rollouts with traffic: three metrics, three steps, a look every minute, and a host that forgets everything but the stored state between any two looks.</summary>
public sealed class RolloutSimulationTests(ITestOutputHelper output)
{
    private static readonly RolloutPlan Plan = Samples.Canary(5, 25, 50) with
    {
        Metrics = [Samples.Errors, Samples.Latency, Samples.Predictions],
        Steps = [.. new decimal[] { 5, 25, 50 }.Select(weight => Samples.Step(weight) with { Longest = TimeSpan.FromMinutes(100) })],
    };

    [Fact]
    public void A_version_as_good_as_the_champion_gets_through_and_is_seldom_failed()
    {
        var ends = Ends(120, requests: 600, Good, Good);
        Assert.InRange(ends.Count(end => end.Phase == RolloutPhase.Aborting), 0, 120 * 0.05);
        Assert.InRange(ends.Count(end => end.Phase == RolloutPhase.Promoting), 120 * 0.8, 120);
    }

    [Fact]
    public void A_version_exactly_at_a_margin_is_seldom_failed_and_seldom_let_through()
    {
        var ends = Ends(120, requests: 200, Good, Good with { Errors = Good.Errors + Samples.Errors.Margin });
        Assert.InRange(ends.Count(end => end.Phase == RolloutPhase.Aborting), 0, 120 * 0.05);
        Assert.InRange(ends.Count(end => end.Phase == RolloutPhase.Promoting), 0, 120 * 0.05);
    }

    [Theory]
    [InlineData(0.05, 1.0, 0.0)]
    [InlineData(0.01, 1.5, 0.0)]
    [InlineData(0.01, 1.0, 0.35)]
    public void A_bad_version_is_rolled_back_by_itself_at_the_first_step(double errors, double slower, double moved)
    {
        var ends = Ends(41, requests: 200, Good, new(errors, slower, moved));
        Assert.All(ends, end => Assert.Equal((RolloutPhase.Aborting, 0), (end.Phase, end.StepIndex)));
    }

    [Fact]
    public void Five_times_the_errors_at_five_percent_of_the_traffic_are_rolled_back_within_three_thousand_requests()
    {
        var errors = Samples.Errors with { Tolerance = 0 };
        var (alone, seenAlone) = Run(Plan with { Metrics = [errors] }, 501, requests: 100, Good, Good with { Errors = 0.05 });
        var (all, seenAll) = Run(Plan with { Metrics = [errors, Samples.Latency, Samples.Predictions] }, 101, requests: 100, Good, Good with { Errors = 0.05 });
        // The step ends after 10,000 requests; who is not caught by then is paused, and nobody gets on.
        Assert.All(alone.Concat(all), end => Assert.Equal(0, end.StepIndex));
        Assert.InRange(alone.Concat(all).Count(end => end.Phase == RolloutPhase.Aborting), 602 * 0.97, 602);
        Assert.InRange(seenAlone[250], 100, 3_000);
        // Each further metric takes its share of the risk, and so a little time.
        Assert.InRange(seenAll[50], seenAlone[250], 4_500);
    }

    [Fact]
    public void Without_tolerance_a_version_as_good_as_the_champion_is_still_seldom_failed()
    {
        var (ends, _) = Run(Plan with { Metrics = [Samples.Errors with { Tolerance = 0 }, Samples.Latency with { Tolerance = 0 }, Samples.Predictions with { Tolerance = 0 }] }, 120, requests: 200, Good, Good);
        Assert.InRange(ends.Count(end => end.Phase == RolloutPhase.Aborting), 0, 120 * 0.05);
    }

    [Fact]
    public void Too_little_traffic_pauses_and_neither_passes_nor_fails()
    {
        var ends = Ends(10, requests: 10, Good, Good with { Errors = 0.3 });
        Assert.All(ends, end => Assert.Equal((RolloutPhase.Paused, PauseReason.Inconclusive), (end.Phase, end.Pause)));
    }

    private static Behaviour Good => new(0.01, 1, 0);

    private List<RolloutState> Ends(int runs, int requests, Behaviour champion, Behaviour challenger) => Run(Plan, runs, requests, champion, challenger).Ends;

    /// <summary>Where rollouts end, and how many requests each took, in order.</summary>
    private (List<RolloutState> Ends, List<int> Requests) Run(RolloutPlan plan, int runs, int requests, Behaviour champion, Behaviour challenger)
    {
        List<RolloutState> ends = [];
        List<int> seen = [];
        for (var run = 0; run < runs; run++)
        {
            var state = new Walk(plan).Approved().Do(RolloutAction.Warmed).State;
            var (now, total) = (Walk.Start, 0);
            var random = new Random(run);
            Counted counted = new(), other = new();
            while (state.Phase == RolloutPhase.Step)
            {
                state = RolloutState.Parse(state.ToJson()).Value;
                now = now.AddMinutes(1);
                for (var i = 0; i < requests; i++)
                    if (random.NextDouble() < state.Weight.Share)
                        other.Add(challenger, random);
                    else
                        counted.Add(champion, random);
                total += requests;
                var look = new StageLook(state.Stage, now, [.. plan.Metrics.Select(rule => new MetricReading(rule.Name, counted.Of(rule), other.Of(rule)))], new(counted.Requests, other.Requests));
                var stage = state.Stage;
                state = RolloutMachine.Tick(state, state.Analyse(look).Value, now).Value.State;
                if (state.Stage != stage)
                    (counted, other) = (new(), new());
            }

            ends.Add(state);
            seen.Add(total);
        }

        seen.Sort();
        output.WriteLine($"{challenger}: {string.Join(", ", ends.GroupBy(end => (end.Phase, end.StepIndex)).Select(group => $"{group.Key} {group.Count()}"))} of {runs}; requests at a median of {seen[runs / 2]}, 90 % by {seen[runs * 9 / 10]}");
        return (ends, seen);
    }

    /// <param name="Slower">Times the champion's latency.</param>
    /// <param name="Moved">How much of the first bin goes to the last.</param>
    private sealed record Behaviour(double Errors, double Slower, double Moved);

    private sealed class Counted
    {
        public long Requests { get; private set; }

        public long Errors { get; private set; }

        public double Logs { get; private set; }

        public double Squares { get; private set; }

        public long[] Bins { get; } = new long[4];

        public ArmReading Of(MetricRule rule) => rule.Form switch
        {
            MetricForm.Rate => ArmReading.OfRate(Requests, Errors),
            MetricForm.LogMean => ArmReading.OfMean(Requests, Logs, Squares),
            _ => ArmReading.OfShares([.. Bins]),
        };

        public void Add(Behaviour behaviour, Random random)
        {
            Requests++;
            Errors += random.NextDouble() < behaviour.Errors ? 1 : 0;
            var log = Math.Log(8 * behaviour.Slower) + (0.4 * Traffic.Normal(random));
            (Logs, Squares) = (Logs + log, Squares + (log * log));
            var place = random.NextDouble();
            Bins[place < 0.4 - behaviour.Moved ? 0 : place < 0.4 ? 3 : place < 0.7 ? 1 : place < 0.9 ? 2 : 3]++;
        }
    }
}
