using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ModelHealthTests
{
    private static readonly DateTimeOffset Feb12 = new(2001, 2, 12, 0, 0, 0, TimeSpan.Zero);
    private static readonly DriftStanding Steady = new("day", 31, 3, null, null);
    private static readonly DriftStanding Moved = Steady with { Moved = new(Feb12.AddDays(3), Feb12, ["hour", "origin"], 0.61, true, false) };

    private static MetricStanding Auc(double? now, double? baseline = 0.671, long labelled = 5000) => new(MetricInfo.For("roc_auc"), now, baseline, labelled);

    [Fact]
    public void A_model_that_answers_as_it_did_is_healthy()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(0.672)));
        Assert.Equal(HealthState.Healthy, health.State);
        Assert.Equal("The inputs look like the reference’s 31 days. ROC-AUC is 0.672, as at its baseline of 0.671.", health.Sentence);
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
        Assert.Equal(HealthState.Degraded, ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, rmse)).State);
        Assert.Equal(HealthState.Healthy, ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, rmse with { Now = 20 })).State);
    }

    [Fact]
    public void Few_labels_are_not_judged_by()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(0.4, labelled: 12)));
        Assert.Equal(HealthState.Healthy, health.State);
        Assert.Contains("from 12 labelled rows only", health.Sentence);
    }

    [Theory]
    [InlineData(-0.03, 0.005, "Estimated of all predictions it is 0.641 ± 0.012: it fell by 0.030.")]
    [InlineData(0.03, 0.005, "Estimated of all predictions it is 0.641 ± 0.012: it rose by 0.030.")]
    [InlineData(-0.01, 0.005, "Estimated of all predictions it is 0.641 ± 0.012, which is no clear change.")]
    public void What_is_estimated_is_said_beside_what_few_labels_tell(double change, double error, string sentence)
    {
        var metric = Auc(0.66) with { Estimated = new(0.641, 0.004, 0.629, 0.653), EstimatedChange = new(change, error, change - (3 * error), change + (3 * error)) };
        Assert.EndsWith(sentence, ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, metric)).Sentence);
        Assert.Contains("No ground truth has arrived yet. Estimated it is 0.641", ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, metric with { Now = null })).Sentence);
    }

    [Fact]
    public void Failed_requests_come_before_all_else()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 41, Moved, Auc(0.6)));
        Assert.Equal(HealthState.Failing, health.State);
        Assert.StartsWith("4.1\u202f% of the requests failed in the service.", health.Sentence);
    }

    [Theory]
    [InlineData(AlertSeverity.Critical, 0, 0.672, HealthState.Alarmed, "Alert: Too slow.")]
    [InlineData(AlertSeverity.Critical, 2, 0.6, HealthState.Alarmed, "Alert: Too slow and 2 more.")]
    [InlineData(AlertSeverity.Warning, 0, 0.672, HealthState.Alerted, "Alert: Too slow.")]
    [InlineData(AlertSeverity.Warning, 0, 0.6, HealthState.Degraded, "Alert: Too slow.")]
    public void What_fires_makes_no_model_healthy(AlertSeverity severity, int others, double auc, HealthState state, string sentence)
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady, Auc(auc), new("Too slow", severity, others)));
        Assert.Equal(state, health.State);
        Assert.StartsWith(sentence, health.Sentence);
        Assert.Equal(HealthState.Failing, ModelHealth.Judge(new(3, 1000, 1000, 41, Steady, Auc(auc), new("Too slow", severity, others))).State);
    }

    [Fact]
    public void No_data_and_no_champion_are_states_of_their_own()
    {
        Assert.Equal(HealthState.NoData, ModelHealth.Judge(new(3, 0, 0, 0, Steady, Auc(null))).State);
        Assert.Equal(HealthState.NotDeployed, ModelHealth.Judge(new(null, 0, 0, 0, Steady, null)).State);
    }

    [Fact]
    public void Inputs_without_importance_move_no_model() =>
        Assert.Equal(HealthState.Healthy, ModelHealth.Judge(new(3, 1000, 1000, 0, Steady with { Moved = new(Feb12, Feb12, ["noise"], 0.01, false, false) }, Auc(0.672))).State);

    [Fact]
    public void Predictions_that_moved_are_told_of_though_no_input_did()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady with { Moved = new(Feb12, Feb12, [], 0, false, true) }, Auc(0.672)));
        Assert.Equal(HealthState.Drifting, health.State);
        Assert.StartsWith("The predictions moved on 12 Feb, though no single input did.", health.Sentence);
    }

    [Fact]
    public void A_loss_above_what_is_tolerated_is_degraded_though_the_figure_holds()
    {
        var health = ModelHealth.Judge(new(3, 1000, 1000, 0, Steady with { HarmSince = Feb12 }, Auc(0.672)));
        Assert.Equal(HealthState.Degraded, health.State);
        Assert.EndsWith("The loss has been above what is tolerated since 12 Feb.", health.Sentence);
    }

    [Theory]
    [InlineData(null, 0, "Drift is not judged: the version has no reference.")]
    [InlineData(12, 3, "Drift is shown, but not judged: the reference has 12 days, and 20 are needed.")]
    [InlineData(31, 0, "Drift is judged by the day; the first one is not over yet.")]
    public void What_cannot_be_judged_says_why(int? blocks, int inputs, string sentence) => Assert.Equal(sentence, new DriftStanding("day", blocks, inputs, null, null).Sentence);
}
