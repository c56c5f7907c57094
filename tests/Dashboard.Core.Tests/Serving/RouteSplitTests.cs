using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Tests.Deployments.Plans;
using Dashboard.Core.Tests.Deployments.Rollouts;
using Dashboard.Core.Training;
using static Dashboard.Core.Deployments.Rollouts.RolloutAction;

namespace Dashboard.Core.Tests.Serving;

public sealed class RouteSplitTests
{
    [Fact]
    public void A_split_follows_its_rollout_and_its_tally_lasts_as_long_as_the_stage()
    {
        var walk = new Walk(Samples.Canary(5, 25)).Approved().Do(Warmed);
        ServedModel champion = Model(1, ["a", "b"]), challenger = Model(2, ["a", "b"]);
        var first = RouteSplit.Of(walk.State, champion, challenger, null, null).Value;
        first.Tally.Failed(Arm.Challenger);

        var same = RouteSplit.Of(walk.Do(Pause).State, champion, challenger, null, first).Value;
        var next = RouteSplit.Of(walk.Do(Resume, SkipStep).State, champion, challenger, null, same).Value;

        Assert.Equal((TrafficWeight.OfPieces(5, 100), TrafficWeight.OfPieces(25, 100)), (same.Traffic.Weight, next.Traffic.Weight));
        Assert.Same(first.Tally, same.Tally);
        Assert.NotSame(first.Tally, next.Tally);
        Assert.Equal((walk.State.Stage, walk.State.CountingSince, false), (next.Stage, next.Since, next.IsShadow));
        Assert.Equal(first.Traffic.Bucket("ada"), next.Traffic.Bucket("ada"));
        Assert.True(next.Counts(new(Arm.Challenger, false)));
        Assert.False(next.Counts(new(Arm.Challenger, true)));
    }

    [Fact]
    public void In_a_shadow_stage_copies_are_made_and_nothing_else_is_counted()
    {
        var plan = Samples.Of(RolloutStrategy.Shadow) with { Shadow = Samples.Mirror with { Mirrored = TrafficWeight.OfPieces(1, 4) } };
        var split = RouteSplit.Of(new Walk(plan).Approved().Do(Warmed).State, Model(1, ["a"]), Model(2, ["a"]), null, null).Value;

        Assert.True(split.IsShadow);
        Assert.False(split.Counts(new(Arm.Champion, false)));
        var keys = Enumerable.Range(0, 4000).Select(i => split.Traffic.Hash($"{i}")).ToList();
        Assert.All(keys, key => Assert.Equal(new(Arm.Champion, false), split.Traffic.For(key)));
        Assert.InRange(keys.Count(key => split.Copies(key, default)), 900, 1100);
        Assert.DoesNotContain(keys, key => split.Copies(key, new(Arm.Challenger, true)));
    }

    [Fact]
    public void Classes_are_compared_by_their_names_and_too_many_not_at_all()
    {
        ServedModel champion = Model(1, ["a", "b", "c"]), challenger = Model(2, ["c", "d", "a"]);
        var bins = RolloutComparison.Bins(champion, challenger, OutputLayout.Of(ModelTask.MulticlassClassification, [], 0.5, BinLayout.Generic("p")))!;

        Assert.Equal(["a", "b", "c", "d"], bins.Names);
        Assert.Equal("of “b”", bins.Phrases[1]);
        Assert.Equal(2, bins.BinOf(Arm.Champion, champion, [0.1f, 0.2f, 0.7f]));
        Assert.Equal(2, bins.BinOf(Arm.Challenger, challenger, [0.8f, 0.1f, 0.1f]));
        Assert.Equal(3, bins.BinOf(Arm.Challenger, challenger, [0.1f, 0.8f, 0.1f]));
        Assert.Equal(-1, bins.BinOf(Arm.Champion, champion, [0.1f, float.NaN, 0.7f]));
        Assert.Null(PredictionBins.OfClasses(Model(1, [.. Enumerable.Range(0, 65).Select(i => $"{i}")]), challenger));
        Assert.Null(RolloutComparison.Bins(champion, Model(2, []), OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("p"))));
    }

    [Fact]
    public void Both_answers_to_a_copy_are_held_against_the_champion_s_classes_by_name()
    {
        var plan = Samples.Of(RolloutStrategy.Shadow);
        var split = RouteSplit.Of(new Walk(plan).Approved().Do(Warmed).State, Model(1, ["a", "b"]), Model(2, ["c", "b", "a"]), null, null).Value;
        foreach (var (row, decided) in ((ulong, int)[])[(1, 0), (2, 1), (3, 2)])
        {
            split.Tally.Answers.Expect(row);
            var challenger = new float[3];
            challenger[decided] = 1;
            split.KeepAnswers(row, [0.1f, 0.9f], challenger);
            split.TakeTruth(row, 1);
        }

        // The champion said "b" each time, the challenger "c", "b" and "a"; it was "b".
        var reading = split.Tally.Look(plan with { Metrics = [StandardMetrics.RealisedLoss(0.1)] }, split.Stage, split.Since).Metrics.Single();
        Assert.Equal((ArmReading.OfMean(3, 0, 0), ArmReading.OfMean(3, 2, 2)), (reading.Champion, reading.Challenger));
        Assert.True(split.SharesTruth);
        Assert.False((split with { Challenger = Model(3, []) }).SharesTruth);
    }

    [Fact]
    public void Numbers_are_compared_by_the_reference_s_tenths()
    {
        ServedModel champion = Model(1, []), challenger = Model(2, []);
        float[] sample = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        var bins = RolloutComparison.Bins(champion, challenger, OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.OfSample("p", sample)))!;

        Assert.Equal(10, bins.Count);
        Assert.Equal(["below 100", "between 100 and 200"], bins.Names.Take(2));
        Assert.Equal("900 and more", bins.Names[^1]);
        Assert.Equal("of 900 and more", bins.Phrases[^1]);
        Assert.Equal((0, 0, 1, 9, 9), (Bin(-5), Bin(99), Bin(100), Bin(900), Bin(1e9f)));
        Assert.All(Enumerable.Range(0, 1000).GroupBy(i => Bin(i)), tenth => Assert.Equal(100, tenth.Count()));
        Assert.Null(RolloutComparison.Bins(champion, challenger, OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("p"))));
        Assert.Throws<ArgumentException>(() => PredictionBins.OfEdges([2, 1]));

        Assert.Equal(["below 0.10", "between 0.10 and 0.20", "0.20 and more"], PredictionBins.OfEdges([0.1f, 0.2f]).Names);
        Assert.Equal(["below -2.5001", "between -2.5001 and 2.5000", "between 2.5000 and 2.5002", "between 2.5002 and 123456", "123456 and more"], PredictionBins.OfEdges([-2.5001f, 2.5f, 2.5002f, 123456f]).Names);

        int Bin(float value) => bins.BinOf(Arm.Champion, champion, [value]);
    }

    [Fact]
    public void A_loss_is_a_wrong_class_or_an_absolute_error()
    {
        var binary = OutputLayout.Of(ModelTask.BinaryClassification, ["no", "yes"], 0.6, BinLayout.Generic("p"));
        var number = OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("p"));

        Assert.Equal((0, 1, 2.5), (RolloutComparison.Loss(binary, [0.6f], 1), RolloutComparison.Loss(binary, [0.59f], 1), RolloutComparison.Loss(number, [4], 6.5)));
        Assert.Null(RolloutComparison.Loss(number, [float.NaN], 6.5));
        Assert.Null(RolloutComparison.ExpectedLoss(null, [1], [0.5f]));
    }

    private static ServedModel Model(int number, string[] classes)
    {
        var manifest = new ModelManifest(1, "m", classes.Length == 0 ? ModelTask.Regression : ModelTask.MulticlassClassification, new([new("x", InputType.Number, [])]), classes, 0.5, "xgboost", null, "model.json", null, null,
            new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        return new(1, "m", number, number, new('0', 64), manifest, new NoScorer());
    }

    private sealed class NoScorer : Scorer
    {
        public override int FeatureCount => 1;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => throw new InvalidOperationException("Nothing is scored in these tests.");
    }
}
