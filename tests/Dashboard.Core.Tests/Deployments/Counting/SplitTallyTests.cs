using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Tests.Deployments.Plans;

namespace Dashboard.Core.Tests.Deployments.Counting;

public sealed class SplitTallyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly RolloutPlan Plan = Samples.Canary(50) with
    {
        Metrics = [StandardMetrics.Errors, StandardMetrics.Latency, StandardMetrics.Predictions, StandardMetrics.EstimatedLoss(0.1), StandardMetrics.RealisedLoss(0.1)],
    };

    [Fact]
    public void Every_standard_metric_has_the_reading_that_its_form_wants()
    {
        var tally = new SplitTally(StageEvidence.Fresh(Plan), bins: 3);
        tally.Answered(Arm.Champion, 0.499, [0, 2, 2]);
        tally.Answered(Arm.Champion, 1.999, [-1]);
        tally.Failed(Arm.Champion);
        tally.Answered(Arm.Challenger, 0, [1]);
        tally.EstimatedLoss(Arm.Challenger, 0.25);
        tally.EstimatedLoss(Arm.Challenger, 0.5);
        tally.RealisedLoss(Arm.Champion, 1, 3);
        tally.RealisedLoss(Arm.Champion, 2, double.NaN);
        tally.EstimatedLoss(Arm.Champion, double.PositiveInfinity);

        var look = tally.Look(Plan, 4, Start);

        Assert.Equal((4, Start), (look.Stage, look.Until));
        var readings = look.Metrics.ToDictionary(reading => reading.Metric);
        Assert.Equal((ArmReading.OfRate(3, 1), ArmReading.OfRate(1, 0)), (readings["errors"].Champion, readings["errors"].Challenger));
        Assert.Equal((2, 0), (readings["latency"].Champion.Count, Math.Round(readings["latency"].Champion.Sum, 12)));
        Assert.Equal(2 * Math.Log(2) * Math.Log(2), readings["latency"].Champion.Squares, 1e-12);
        Assert.Equal(Math.Log(1e-3), readings["latency"].Challenger.Sum, 1e-12);
        Assert.Equal([1, 0, 2], readings["predictions"].Champion.Bins!);
        Assert.Equal((3, 1), (readings["predictions"].Champion.Count, readings["predictions"].Challenger.Count));
        Assert.Equal(ArmReading.OfMean(2, 0.75, 0.3125), readings["estimatedLoss"].Challenger);
        Assert.Equal((ArmReading.OfMean(1, 3, 9), ArmReading.Empty), (readings["realisedLoss"].Champion, readings["realisedLoss"].Challenger));
        Assert.Equal(ArmReading.Empty, readings["estimatedLoss"].Champion);
    }

    [Fact]
    public void A_metric_that_is_not_counted_has_no_reading()
    {
        var plan = Plan with { Metrics = [StandardMetrics.Errors, StandardMetrics.Predictions, Samples.Realised, StandardMetrics.Latency with { Form = MetricForm.Mean }] };

        var look = new SplitTally(StageEvidence.Fresh(plan), bins: 0).Look(plan, 1, Start);

        Assert.Equal("errors", Assert.Single(look.Metrics).Metric);
    }

    [Fact]
    public void After_a_restart_counts_go_on_from_the_stored_evidence_and_never_back()
    {
        var frame = new StageFrame(1, Start, TrafficWeight.OfPieces(1, 2));
        var random = new Random(11);
        var evidence = StageEvidence.Fresh(Plan);
        StageLook look = null!;
        for (var life = 0; life < 5; life++)
        {
            var tally = new SplitTally(CanonicalJson.Deserialize<StageEvidence>(CanonicalJson.Serialize(evidence)), bins: 2);
            for (var round = 0; round < 3; round++)
            {
                Feed(tally, random, 200);
                look = tally.Look(Plan, 1, Start.AddMinutes(life));
                var report = StageAnalysis.Of(Plan, frame, evidence, look);
                Assert.True(report.IsSuccess, report.Error?.Message);
                evidence = report.Value.Evidence;
            }

            // What comes after the last look is lost with the process.
            Feed(tally, random, 50);
        }

        Assert.Equal(5 * 3 * 200, look.Metrics[0].Champion.Count + look.Metrics[0].Challenger.Count);
    }

    [Fact]
    public void Bins_other_than_those_of_earlier_looks_are_not_read()
    {
        var frame = new StageFrame(1, Start, TrafficWeight.OfPieces(1, 2));
        var tally = new SplitTally(StageEvidence.Fresh(Plan), bins: 2);
        Feed(tally, new(5), 100);
        var evidence = StageAnalysis.Of(Plan, frame, StageEvidence.Fresh(Plan), tally.Look(Plan, 1, Start)).Value.Evidence;

        Assert.DoesNotContain(new SplitTally(evidence, bins: 3).Look(Plan, 1, Start).Metrics, reading => reading.Metric == "predictions");
        Assert.DoesNotContain(new SplitTally(evidence.NextStage(), bins: 3).Look(Plan, 2, Start).Metrics, reading => reading.Metric == "predictions");
        Assert.Contains(new SplitTally(evidence.NextStage(), bins: 2).Look(Plan, 2, Start).Metrics, reading => reading is { Metric: "predictions", Champion.Count: 0 });
    }

    [Fact]
    public async Task Looks_under_load_are_possible_ones_and_the_last_one_is_exact()
    {
        const int threads = 8, most = 10;
        var frame = new StageFrame(1, Start, TrafficWeight.OfPieces(1, 2));
        var tally = new SplitTally(StageEvidence.Fresh(Plan), bins: 2);
        var looks = 0;
        // They count until there were some looks, whichever of them the machine lets run.
        var writers = Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(() =>
        {
            var (random, counted) = (new Random(thread), 0);
            for (; counted < 20_000 || Volatile.Read(ref looks) < most; counted += 500)
                Feed(tally, random, 500);
            return counted;
        }, TaskCreationOptions.LongRunning)).ToArray();
        var evidence = StageEvidence.Fresh(Plan);
        for (var isLast = false; !isLast; Interlocked.Increment(ref looks))
        {
            isLast = writers.All(writer => writer.IsCompleted);
            var report = StageAnalysis.Of(Plan, frame, evidence, tally.Look(Plan, 1, Start));
            Assert.True(report.IsSuccess, report.Error?.Message);
            evidence = report.Value.Evidence;
        }

        var counts = await Task.WhenAll(writers);
        Assert.True(looks > most);
        Assert.Equal(counts.Sum(), evidence.Metrics[0].Champion.Count + evidence.Metrics[0].Challenger.Count);
        Assert.Equal(evidence.Metrics[0].Champion.Count - (long)evidence.Metrics[0].Champion.Sum, evidence.Metrics[1].Champion.Count);
    }

    [Fact]
    public void Sums_of_equal_numbers_stay_possible_however_many_there_are()
    {
        var tally = new SplitTally(StageEvidence.Fresh(Plan), bins: 0);
        for (var i = 0; i < 3_000_000; i++)
            tally.EstimatedLoss(Arm.Champion, 0.1);

        var reading = tally.Look(Plan, 1, Start).Metrics.Single(metric => metric.Metric == "estimatedLoss").Champion;

        Assert.Equal(300_000, reading.Sum, 1e-9);
        Assert.True(reading.Squares >= reading.Sum * reading.Sum / reading.Count * (1 - 1e-15));
    }

    [Fact]
    public void Entities_are_counted_once_and_only_the_first_many()
    {
        var tally = new SplitTally(StageEvidence.Fresh(Plan), bins: 0);
        var split = TrafficSplit.Of(TrafficSplit.SaltOf(Guid.NewGuid()), TrafficWeight.OfPieces(1, 4)).Value;
        long[] expected = [0, 0];
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 5000; i++)
            {
                var hash = split.Hash($"entity {i}");
                tally.Assigned(split.For(hash).Arm, hash);
                expected[(int)split.For($"entity {i}").Arm] += round == 0 ? 1 : 0;
            }
        }

        Assert.Equal(new AssignedCounts(expected[0], expected[1]), tally.Look(Plan, 1, Start).Assigned);
        Assert.InRange(expected[1], 1100, 1400);
        for (var i = 0UL; i < 300_000; i++)
            tally.Assigned(Arm.Champion, (i << 44) | i);
        var assigned = tally.Look(Plan, 1, Start).Assigned!;
        Assert.Equal(1 << 18, assigned.Champion + assigned.Challenger);
    }

    private static void Feed(SplitTally tally, Random random, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var arm = (Arm)random.Next(2);
            if (random.Next(50) == 0)
            {
                tally.Failed(arm);
                continue;
            }

            tally.Answered(arm, 0.001 * (1 + random.NextDouble()), [random.Next(2), random.Next(2)]);
            tally.EstimatedLoss(arm, random.NextDouble());
            if (random.Next(3) == 0)
                tally.RealisedLoss(arm, (ulong)random.NextInt64(), random.Next(2));
        }
    }

    [Fact]
    public void What_is_taken_from_one_tally_and_added_to_another_is_the_same_as_counting_there()
    {
        var random = new Random(7);
        SplitTally[] nodes = [new SplitTally(StageEvidence.None, 3).ForTaking(), new SplitTally(StageEvidence.None, 3).ForTaking()];
        SplitTally there = new(StageEvidence.Fresh(Plan), 3), direct = new(StageEvidence.Fresh(Plan), 3);
        for (var i = 0; i < 2000; i++)
        {
            var (node, arm, entity) = (nodes[random.Next(2)], (Arm)random.Next(2), (ulong)random.Next(300) * 0x9E3779B97F4A7C15);
            var (seconds, bin, loss) = (random.NextDouble(), random.Next(-1, 3), random.NextDouble());
            foreach (var tally in (SplitTally[])[node, direct])
            {
                tally.Assigned(arm, entity);
                if (i % 10 == 0)
                    tally.Failed(arm);
                else
                    tally.Answered(arm, seconds, [bin]);
                tally.EstimatedLoss(arm, loss);
                if (i % 50 == 0)
                    tally.MirrorDropped();
            }

            if (i % 97 == 0)
                there.Add(node.Take(), isClass: false);
        }

        foreach (var node in nodes)
        {
            var rest = node.Take();
            Assert.Null(rest.Check("counts"));
            there.Add(rest, isClass: false);
            Assert.True(node.Take().IsEmpty);
        }

        StageLook moved = there.Look(Plan, 1, Start), counted = direct.Look(Plan, 1, Start);
        Assert.Equal(direct.MirrorsDropped, there.MirrorsDropped);
        foreach (var (one, other) in moved.Metrics.Zip(counted.Metrics))
            foreach (var (a, b) in ((ArmReading, ArmReading)[])[(one.Champion, other.Champion), (one.Challenger, other.Challenger)])
            {
                Assert.Equal(b.Count, a.Count);
                Assert.Equal(b.Sum, a.Sum, 1e-9);
                Assert.Equal(b.Squares, a.Squares, 1e-9);
                Assert.Equal(b.Bins ?? [], a.Bins ?? []);
            }

        // An entity that came to both nodes is one, whichever version had it first.
        Assert.Equal(counted.Assigned!.Champion + counted.Assigned.Challenger, moved.Assigned!.Champion + moved.Assigned.Challenger);
    }

    [Fact]
    public void Where_nodes_have_one_version_each_the_split_of_entities_is_not_looked_at() =>
        Assert.Null(new SplitTally(StageEvidence.Fresh(Plan), 0).Look(Plan with { Strategy = RolloutStrategy.Rolling }, 1, Start).Assigned);
}
