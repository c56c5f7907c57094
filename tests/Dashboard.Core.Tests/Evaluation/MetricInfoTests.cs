using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class MetricInfoTests
{
    [Theory]
    [InlineData("roc_auc", 0.73449, "ROC-AUC", "0.734")]
    [InlineData("recall", 0.73449, "Recall", "73.4 %")]
    [InlineData("rmse", 23.70912, "RMSE", "23.71")]
    [InlineData("rmse", 0, "RMSE", "0")]
    [InlineData("mae", 123456.7, "MAE", "123,457")]
    [InlineData("validation_auc", 0.73449, "ROC-AUC, validation", "0.734")]
    [InlineData("my_metric", 1.25, "my_metric", "1.2500")]
    public void A_metric_has_a_name_and_sensible_digits(string key, double value, string name, string shown)
    {
        var info = MetricInfo.For(key);
        Assert.Equal((key, name, shown), (info.Key, info.Name, info.Format(value)));
    }

    [Theory]
    [InlineData("roc_auc", true)]
    [InlineData("train_logloss", false)]
    [InlineData("positive_rate", null)]
    public void A_metric_knows_which_way_is_better(string key, bool? higher) => Assert.Equal(higher, MetricInfo.For(key).HigherIsBetter);

    [Theory]
    [InlineData(ModelTask.BinaryClassification, "roc_auc")]
    [InlineData(ModelTask.MulticlassClassification, "macro_roc_auc")]
    [InlineData(ModelTask.Regression, "rmse")]
    public void Each_task_has_its_primary_metric(ModelTask task, string key) => Assert.Equal(key, MetricInfo.Primary(task));

    [Fact]
    public void A_difference_in_percent_is_in_points() => Assert.Equal("−1.3 points", MetricInfo.For("recall").FormatDifference(-0.0131));

    [Fact]
    public void A_value_that_is_no_number_is_a_dash() => Assert.Equal("–", MetricInfo.For("rmse").Format(double.NaN));
}
