using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ModelHealthTests
{
    private static readonly DateTimeOffset Feb12 = new(2001, 2, 12, 0, 0, 0, TimeSpan.Zero);
    private static readonly InputStanding[] Steady = [new("hour", DriftLevel.Steady, 0.4, null), new("origin", DriftLevel.MovedALittle, 0.21, null), new("distance", DriftLevel.Steady, 0.39, null)];
    private static readonly InputStanding[] Moved = [new("hour", DriftLevel.Moved, 0.4, Feb12), new("origin", DriftLevel.Moved, 0.21, Feb12.AddDays(3)), new("distance", DriftLevel.Steady, 0.39, null)];

    private static MetricStanding Auc(double? now, double? baseline = 0.671, long labelled = 5000) => new(MetricInfo.For("roc_auc"), now, baseline, labelled);

    [Fact]
    public void A_model_that_answers_as_it_did_is_healthy()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(0.672)));
        Assert.Equal(HealthState.Healthy, health.State);
        Assert.Equal("The inputs look like the reference. ROC-AUC is 0.672, as at its baseline of 0.671.", health.Sentence);
    }

    [Fact]
    public void Inputs_that_moved_are_counted_dated_and_weighed()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Moved, Auc(0.660)));
        Assert.Equal(HealthState.Drifting, health.State);
        Assert.StartsWith("2 of 3 inputs moved since 12 Feb; together they carry 61\u202f% of the model’s importance.", health.Sentence);
    }

    [Theory]
    [InlineData(0.641, HealthState.Healthy)]
    [InlineData(0.630, HealthState.Degraded)]
    [InlineData(0.700, HealthState.Healthy)]
    public void A_figure_worse_than_a_twentieth_below_the_baseline_is_degraded(double now, HealthState expected) =>
        Assert.Equal(expected, ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(now))).State);

    [Fact]
    public void An_error_counts_the_other_way()
    {
        var rmse = new MetricStanding(MetricInfo.For("rmse"), 30, 25, 5000);
        Assert.Equal(HealthState.Degraded, ModelHealth.Judge(new(3, 1000, 1000, 0, [], rmse)).State);
        Assert.Equal(HealthState.Healthy, ModelHealth.Judge(new(3, 1000, 1000, 0, [], rmse with { Now = 20 })).State);
    }

    [Fact]
    public void Few_labels_are_not_judged_by()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(0.4, labelled: 12)));
        Assert.Equal(HealthState.Healthy, health.State);
        Assert.Contains("from 12 labelled rows only", health.Sentence);
    }

    [Fact]
    public void Failed_requests_come_before_all_else()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 41, Moved, Auc(0.6)));
        Assert.Equal(HealthState.Failing, health.State);
        Assert.StartsWith("4.1\u202f% of the requests failed in the service.", health.Sentence);
    }

    [Fact]
    public void No_data_and_no_champion_are_states_of_their_own()
    {
        Assert.Equal(HealthState.NoData, ModelHealth.Judge(new(3, 0, 0, 0, [], Auc(null))).State);
        Assert.Equal(HealthState.NotDeployed, ModelHealth.Judge(new(null, 0, 0, 0, [], null)).State);
    }

    [Fact]
    public void A_version_without_a_reference_says_so() =>
        Assert.Contains("no reference", ModelHealth.Judge(new(1, 10, 10, 0, [new("f0", DriftLevel.NoReference, null, null)], null)).Sentence);
}
