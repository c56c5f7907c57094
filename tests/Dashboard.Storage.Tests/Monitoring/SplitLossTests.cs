using System.Collections.Frozen;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>Losses of the predictions that a rollout shared out: estimated when they are logged, realised when their truth comes.</summary>
public sealed class SplitLossTests
{
    private static readonly OutputLayout Binary = new(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);
    private static readonly OutputLayout Numbers = new(ModelTask.Regression, [], 0, BinLayout.Generic("prediction"));
    private static readonly IReadOnlyDictionary<string, double> Nothing = new Dictionary<string, double>();
    private static readonly IReadOnlyDictionary<string, byte[]> NoFiles = new Dictionary<string, byte[]>();
    private static readonly RolloutPlan Plan = StandardPlans.Of(RolloutStrategy.Canary) with { Metrics = [StandardMetrics.Errors, StandardMetrics.EstimatedLoss(0.1), StandardMetrics.RealisedLoss(0.1)] };
    private static readonly DateTimeOffset Since = DateTimeOffset.UtcNow.AddHours(-1);

    [Fact]
    public async Task Evidence_of_the_present_stage_counts_and_nothing_else_does()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Nothing, BinaryFiles(), NoFiles);
        var split = Route(fixture, stage: 2);
        var earlier = split with { Stage = 1, Tally = Fresh() };
        var shadow = split with { Mirrored = TrafficWeight.All, Tally = Fresh() };
        Assert.Equal(new ObservationResult(8, 1), await fixture.Store.AppendAsync(
        [
            Record(fixture, 0, "champion", 0.9f, split), Record(fixture, 1, "challenger", 0.2f, split), Record(fixture, 0, "champion", 0.9f, split),
            Record(fixture, 0, "forced", 0.9f, split, isForced: true), Record(fixture, 0, "named", 0.9f, null), Record(fixture, 1, "earlier", 0.9f, earlier),
            Record(fixture, 1, "late", 0.9f, split, Since.AddSeconds(-1)), Record(fixture, 0, "copied", 0.9f, shadow), Record(fixture, 1, "not a number", float.NaN, split),
        ], default));

        // Calibrated as it is, 0.9 is wrong with 0.1; the challenger has no estimator.
        Assert.Equal((1, 0.1), (Read(split, "estimatedLoss").Champion.Count, Math.Round(Read(split, "estimatedLoss").Champion.Sum, 6)));
        Assert.Equal(ArmReading.Empty, Read(split, "estimatedLoss").Challenger);
        Assert.Equal(ArmReading.Empty, Read(shadow, "estimatedLoss").Champion);

        await fixture.LabelAsync(["champion", "challenger", "forced", "named", "earlier", "late", "copied", "not a number"]);
        Assert.Equal((ArmReading.OfMean(1, 0, 0), ArmReading.OfMean(1, 1, 1)), (Read(split, "realisedLoss").Champion, Read(split, "realisedLoss").Challenger));
        Assert.Equal(ArmReading.Empty, Read(earlier, "realisedLoss").Challenger);

        // A correction takes the place of the first truth, and truth that came before its prediction counts when that comes.
        await fixture.Store.LabelAsync(fixture.Versions[0].ModelId, "m", [new("champion", 0, null), new("awaited", 0, null)], default);
        await fixture.Store.AppendAsync([Record(fixture, 0, "awaited", 0.9f, split)], default);
        Assert.Equal(ArmReading.OfMean(2, 2, 2), Read(split, "realisedLoss").Champion);
        await fixture.Store.LabelAsync(fixture.Versions[0].ModelId, "m", [new("champion", 1, null), new("awaited", 1, null), new("awaited", 1, null)], default);
        Assert.Equal(ArmReading.OfMean(2, 0, 0), Read(split, "realisedLoss").Champion);
        Assert.Equal(ArmReading.OfMean(1, 1, 1), Read(split, "realisedLoss").Challenger);

        // The host starts again: whether the first truth is in what was stored nobody knows, so a correction of it changes nothing.
        var again = split with { Tally = Fresh() };
        fixture.Get<Router>().Set(fixture.Get<Router>().Current.Models["m"] with { Split = again });
        await fixture.Store.LabelAsync(fixture.Versions[0].ModelId, "m", [new("champion", 0, null)], default);
        Assert.Equal(ArmReading.Empty, Read(again, "realisedLoss").Champion);
    }

    [Fact]
    public async Task The_truth_of_a_copied_prediction_judges_both_answers()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Nothing, NoFiles, NoFiles);
        var plain = Route(fixture, stage: 3);
        var split = plain with { Mirrored = TrafficWeight.All, Tally = Fresh() };
        fixture.Get<Router>().Set(fixture.Get<Router>().Current.Models["m"] with { Split = split });
        foreach (var id in (string[])["copied", "old"])
        {
            split.Tally.Answers.Expect(split.Traffic.Hash(id));
            split.KeepAnswers(split.Traffic.Hash(id), [0.9f], [0.2f]);
        }

        await fixture.Store.AppendAsync([Record(fixture, 0, "copied", 0.9f, split), Record(fixture, 0, "old", 0.9f, split, Since.AddSeconds(-1)), Record(fixture, 0, "not copied", 0.9f, split)], default);
        await fixture.LabelAsync(["copied", "old", "not copied"]);
        Assert.Equal((ArmReading.OfMean(1, 0, 0), ArmReading.OfMean(1, 1, 1)), (Read(split, "realisedLoss").Champion, Read(split, "realisedLoss").Challenger));

        await fixture.Store.LabelAsync(fixture.Versions[0].ModelId, "m", [new("copied", 0, null)], default);
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.OfMean(1, 0, 0)), (Read(split, "realisedLoss").Champion, Read(split, "realisedLoss").Challenger));
    }

    [Fact]
    public async Task A_regression_s_loss_is_its_absolute_error_expected_by_the_loss_model()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.Regression, [], Nothing, NumberFiles(), NumberFiles());
        var split = Route(fixture, stage: 1);
        await fixture.Store.AppendAsync([Record(fixture, 0, "a", 0.25f, split), Record(fixture, 1, "b", 0.75f, split)], default);
        await fixture.Store.LabelAsync(fixture.Versions[0].ModelId, "m", [new("a", 2.25, null), new("b", -0.25, null)], default);

        Assert.Equal((ArmReading.OfMean(1, 3, 9), ArmReading.OfMean(1, 7, 49)), (Read(split, "estimatedLoss").Champion, Read(split, "estimatedLoss").Challenger));
        Assert.Equal((ArmReading.OfMean(1, 2, 4), ArmReading.OfMean(1, 1, 1)), (Read(split, "realisedLoss").Champion, Read(split, "realisedLoss").Challenger));
    }

    [Fact]
    public async Task The_log_keeps_the_entity_and_the_stage_and_goes_on_after_a_restart()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Nothing, NoFiles, NoFiles);
        var split = Route(fixture, stage: 7);
        await fixture.Store.AppendAsync([Record(fixture, 1, "a", 0.2f, split, entity: "ada"), Record(fixture, 1, "b", 0.2f, split, isForced: true), Record(fixture, 0, "c", 0.2f, null)], default);

        Assert.Equal(["a ada 7", "b - -", "c - -"], Rows(fixture));

        // The host starts again: another tally of the same stage, from what was stored.
        var again = split with { Tally = Fresh() };
        fixture.Get<Router>().Set(fixture.Get<Router>().Current.Models["m"] with { Split = again });
        await fixture.LabelAsync(["a", "b", "c"]);
        Assert.Equal((ArmReading.OfMean(1, 1, 1), ArmReading.Empty), (Read(again, "realisedLoss").Challenger, Read(again, "realisedLoss").Champion));
    }

    private static List<string> Rows(EstimationFixture fixture)
    {
        using var connection = fixture.Get<TelemetryDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id || ' ' || COALESCE(entity, '-') || ' ' || COALESCE(stage, '-') FROM predictions ORDER BY id";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private static SplitTally Fresh() => new(StageEvidence.Fresh(Plan), 0);

    private static MetricReading Read(RouteSplit split, string metric) => split.Tally.Look(Plan, split.Stage, DateTimeOffset.UtcNow).Metrics.Single(reading => reading.Metric == metric);

    private static RouteSplit Route(EstimationFixture fixture, int stage)
    {
        var (champion, challenger) = (fixture.Versions[0], fixture.Versions[1]);
        var rollout = Guid.NewGuid();
        var split = new RouteSplit(rollout, stage, champion, challenger, TrafficSplit.Of(TrafficSplit.SaltOf(rollout), TrafficWeight.OfPieces(1, 2)).Value, TrafficWeight.None, Since, null, Fresh());
        fixture.Get<Router>().Set(new("m", champion, fixture.Versions.ToFrozenDictionary(version => version.Number)) { Split = split });
        return split;
    }

    private static PredictionRecord Record(EstimationFixture fixture, int version, string id, float output, RouteSplit? split, DateTimeOffset? arrivedAt = null, bool isForced = false, string? entity = null) => new()
    {
        Model = fixture.Versions[version], Id = id, EntityKey = entity, Split = split, Assignment = new((Arm)version, isForced), ArrivedAt = arrivedAt ?? Since, EventTime = EstimationFixture.Start,
        Inputs = [InputValue.OfNumber(1)], Features = [1], Outputs = [output], LatencyMicroseconds = 50,
    };

    private static Dictionary<string, byte[]> BinaryFiles()
    {
        var calibrator = new Calibrator(null, 0, 1);
        var definition = new EstimatorDefinition(1, ModelTask.BinaryClassification, 1000, [calibrator], BinMeans.Of([0.1, 0.9], calibrator, Binary.Scores), null, Nothing, new Dictionary<string, ReferenceSpread>(), new Dictionary<string, EstimateCheck>());
        return new() { [EstimatorDefinition.FileName] = definition.Serialize() };
    }

    private static Dictionary<string, byte[]> NumberFiles()
    {
        var definition = new EstimatorDefinition(1, ModelTask.Regression, 1000, [], null, new(0, 1), Nothing, new Dictionary<string, ReferenceSpread>(), new Dictionary<string, EstimateCheck>());
        return new()
        {
            [EstimatorDefinition.FileName] = definition.Serialize(), [EstimatorDefinition.AbsoluteLossFile] = EstimationFixture.Loss(3, 7), [EstimatorDefinition.SquaredLossFile] = EstimationFixture.Loss(9, 49),
        };
    }
}

file static class Labels
{
    /// <summary>Says that each of them is of the second class.</summary>
    public static Task LabelAsync(this EstimationFixture fixture, IEnumerable<string> ids) => fixture.LabelAsync(ids.Select(id => new LabelItem(id, 1, null)));
}
