using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Tests.Deployments.Counting;

/// <summary>Truth that comes late, comes again, or belongs to copies.</summary>
public sealed class RealisedLossTests
{
    private static readonly RolloutPlan Plan = StandardPlans.Of(RolloutStrategy.Canary) with { Metrics = [StandardMetrics.Errors, StandardMetrics.RealisedLoss(0.1)] };

    private readonly SplitTally tally = new(StageEvidence.Fresh(Plan), 0);

    [Fact]
    public void A_correction_takes_the_place_of_what_was_counted_and_of_nothing_else()
    {
        tally.RealisedLoss(Arm.Champion, 1, 0.25);
        tally.RealisedLoss(Arm.Champion, 2, 1);
        tally.CorrectedLoss(Arm.Champion, 1, 0.25, 0.5);
        tally.CorrectedLoss(Arm.Champion, 1, 0.5, 2);
        // Counted before the host started, or not at all: nobody knows whether its first loss is in the sum.
        tally.CorrectedLoss(Arm.Champion, 3, 1, 0);
        tally.CorrectedLoss(Arm.Challenger, 9, 1, 0);

        Assert.Equal((ArmReading.OfMean(2, 3, 5), ArmReading.Empty), (Reading.Champion, Reading.Challenger));
    }

    [Fact]
    public async Task Corrections_of_many_threads_leave_what_the_last_labels_alone_would_have_made()
    {
        const int rows = 10_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(() =>
        {
            for (var i = part; i < rows; i += 4)
            {
                tally.RealisedLoss(Arm.Challenger, (ulong)i, 0.1 * i);
                tally.CorrectedLoss(Arm.Challenger, (ulong)i, 0.1 * i, 0);
            }
        })));

        // No rounding may leave a sum of squares below what its sum allows: the next look would be refused.
        var reading = Reading.Challenger;
        Assert.Equal((rows, 0, 0), (reading.Count, Math.Round(reading.Sum, 6), Math.Round(reading.Squares, 3)));
        Assert.True(reading.Squares >= reading.Sum * reading.Sum / reading.Count);
        Assert.Null(StageAnalysis.Of(Plan, new(1, DateTimeOffset.UnixEpoch, TrafficWeight.OfPieces(1, 2)), StageEvidence.Fresh(Plan), tally.Look(Plan, 1, DateTimeOffset.UnixEpoch)).Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_answers_to_a_copy_are_compared_with_its_truth_whichever_comes_first(bool truthFirst)
    {
        tally.Answers.Expect(7);
        if (truthFirst)
            tally.Answers.Labelled(7, 3, isClass: false);
        tally.Answers.Answered(7, 2, 5, isClass: false);
        tally.Answers.Answered(7, 99, 99, isClass: false);
        if (!truthFirst)
            tally.Answers.Labelled(7, 3, isClass: false);
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.OfMean(1, 2, 4)), (Reading.Champion, Reading.Challenger));

        tally.Answers.Labelled(7, 5, isClass: false);
        Assert.Equal((ArmReading.OfMean(1, 3, 9), ArmReading.OfMean(1, 0, 0)), (Reading.Champion, Reading.Challenger));
    }

    [Fact]
    public void What_was_not_copied_or_cannot_be_compared_counts_for_neither()
    {
        tally.Answers.Labelled(1, 0, isClass: true);
        tally.Answers.Answered(1, 0, 0, isClass: true);
        tally.Answers.Expect(2);
        tally.Answers.Answered(2, 1, float.NaN, isClass: true);
        tally.Answers.Labelled(2, 1, isClass: true);
        tally.Answers.Expect(3);
        tally.Answers.Forget(3);
        tally.Answers.Labelled(3, 1, isClass: true);
        tally.Answers.Expect(4);
        tally.Answers.Answered(4, 1, -1, isClass: true);
        tally.Answers.Labelled(4, 1, isClass: true);

        Assert.Equal((ArmReading.OfMean(1, 0, 0), ArmReading.OfMean(1, 1, 1)), (Reading.Champion, Reading.Challenger));
    }

    [Fact]
    public void An_answer_of_one_version_is_compared_with_its_truth_and_corrected_alone()
    {
        tally.Answers.AnsweredBy(1, Arm.Champion, 2);
        tally.Answers.AnsweredBy(2, Arm.Challenger, 5);
        tally.Answers.AnsweredBy(3, Arm.Challenger, float.NaN);
        Assert.Equal((true, true, false, false), (tally.Answers.Labelled(1, 3, false), tally.Answers.Labelled(2, 3, false), tally.Answers.Labelled(3, 3, false), tally.Answers.Labelled(4, 3, false)));
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.OfMean(1, 2, 4)), (Reading.Champion, Reading.Challenger));

        tally.Answers.AnsweredBy(2, Arm.Challenger, 99);
        Assert.True(tally.Answers.Labelled(2, 5, isClass: false));
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.OfMean(1, 0, 0)), (Reading.Champion, Reading.Challenger));
    }

    [Fact]
    public void What_a_node_copied_is_judged_where_its_truth_comes_as_if_it_had_been_copied_there()
    {
        var node = new SplitTally(StageEvidence.None, 0).ForTaking();
        foreach (var row in (ulong[])[1, 2, 3, 4, 5])
            node.Answers.Expect(row);
        node.Answers.Answered(1, 2, 5, isClass: false);
        // Nobody was told of it yet.
        node.Answers.Forget(4);
        var first = node.Take();
        Assert.Equal("expected 2 3 5, answered 1: 2 5, forgotten ", Words(first.Mirrored));
        tally.Add(first, isClass: false);
        // The truth of the second comes before its answers have arrived.
        foreach (var row in (ulong[])[1, 2, 3, 4, 5])
            tally.Answers.Labelled(row, 3, isClass: false);
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.OfMean(1, 2, 4)), (Reading.Champion, Reading.Challenger));

        node.Answers.Answered(2, 4, 3, isClass: false);
        node.Answers.Forget(3);
        node.Answers.Answered(5, 4, float.NaN, isClass: false);
        var second = node.Take();
        Assert.Null(second.Check("counts"));
        Assert.Equal("expected , answered 2: 4 3, forgotten 3 5", Words(second.Mirrored));
        tally.Add(second, isClass: false);

        Assert.Equal((ArmReading.OfMean(2, 2, 2), ArmReading.OfMean(2, 2, 4)), (Reading.Champion, Reading.Challenger));
        Assert.True(node.Take().IsEmpty);
    }

    [Fact]
    public void Copies_that_nobody_takes_do_not_fill_the_memory_and_unreadable_ones_are_refused()
    {
        var node = new SplitTally(StageEvidence.None, 0).ForTaking();
        for (ulong row = 0; row < 120_000; row++)
        {
            node.Answers.Expect(row);
            if (row % 2 == 0)
                node.Answers.Answered(row, 1, 2, isClass: false);
        }

        var taken = node.Take();

        Assert.Equal((50_000, 50_000), (taken.Mirrored.Expected.Count, taken.Mirrored.Answered.Count));
        Assert.Null(taken.Check("counts"));
        foreach (var (wrong, field) in ((MirroredRows, string)[])
            [(null!, "counts.mirrored"), (MirroredRows.None with { Answered = [new(1, 1, float.NaN)] }, "counts.mirrored.answered[0]"), (MirroredRows.None with { Forgotten = null! }, "counts.mirrored"), (MirroredRows.None with { Expected = new ulong[50_001] }, "counts.mirrored.expected")])
            Assert.Equal(field, Assert.IsType<InvalidValue>((taken with { Mirrored = wrong }).Check("counts")).Field);
    }

    [Fact]
    public void Of_more_labels_than_there_is_memory_for_a_fair_share_is_corrected_early_and_late_ones_alike()
    {
        const int all = 400_000;
        var random = new Random(3);
        var rows = Enumerable.Range(0, all).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue)).ToList();
        foreach (var row in rows)
            tally.RealisedLoss(Arm.Champion, row, 1);

        // Above 262,144 half of them; five standard deviations of a fair coin are 1,600 of 200,000.
        foreach (var half in (IEnumerable<ulong>[])[rows.Take(all / 2), rows.Skip(all / 2)])
        {
            var before = Reading.Champion.Sum;
            foreach (var row in half)
                tally.CorrectedLoss(Arm.Champion, row, 1, 0);
            Assert.InRange(before - Reading.Champion.Sum, (all / 4) - 1600, (all / 4) + 1600);
        }

        Assert.Equal(all, Reading.Champion.Count);
    }

    private static string Words(MirroredRows rows) =>
        $"expected {string.Join(' ', rows.Expected.Order())}, answered {string.Join(' ', rows.Answered.Select(row => $"{row.Row}: {row.Champion} {row.Challenger}"))}, forgotten {string.Join(' ', rows.Forgotten.Order())}";

    private MetricReading Reading => tally.Look(Plan, 1, DateTimeOffset.UnixEpoch).Metrics.Single(reading => reading.Metric == "realisedLoss");
}
