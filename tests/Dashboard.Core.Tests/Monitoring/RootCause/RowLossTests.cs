using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.RootCause;

public sealed class RowLossTests
{
    private static readonly ObservedRows Binary = new(1, 1, [0, 0, 0], [0.8f, 0.3f, 0.5f], [1, 1, double.NaN], [3, 1, 2]);

    [Fact]
    public void Each_loss_of_a_row_is_its_definition()
    {
        Assert.Equal([-Math.Log(0.8f), -Math.Log(0.3f), double.NaN], Of(Binary, LossKind.LogLoss, ModelTask.BinaryClassification), Close);
        Assert.Equal([0, 1, double.NaN], Of(Binary, LossKind.ErrorRate, ModelTask.BinaryClassification));
        Assert.Equal([0.04, 0.49, double.NaN], Of(Binary, LossKind.BrierScore, ModelTask.BinaryClassification), Close);
        var regression = Binary with { Outputs = [10, 3, 1], Labels = [7, 4, 1] };
        Assert.Equal([3, 1, 0], Of(regression, LossKind.AbsoluteError, ModelTask.Regression));
        Assert.Equal([9, 1, 0], Of(regression, LossKind.SquaredError, ModelTask.Regression));
        var many = new ObservedRows(1, 3, [0, 0], [0.2f, 0.5f, 0.3f, 0.6f, 0.2f, 0.2f], [1, 2], []);
        Assert.Equal([0, 1], Of(many, LossKind.ErrorRate, ModelTask.MulticlassClassification));
        Assert.Equal([-Math.Log(0.5), -Math.Log(0.2)], Of(many, LossKind.LogLoss, ModelTask.MulticlassClassification), Close);
    }

    [Fact]
    public void A_loss_of_another_task_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Of(Binary, LossKind.AbsoluteError, ModelTask.BinaryClassification));
        Assert.All(Enum.GetValues<ModelTask>(), task => Assert.Equal(RowLoss.Default(task), RowLoss.Of(task)[0]));
        Assert.All(Enum.GetValues<LossKind>(), kind => Assert.NotEmpty(RowLoss.Words(kind)));
    }

    [Fact]
    public void Rows_are_picked_by_ground_truth_and_put_in_the_order_of_time()
    {
        Assert.Equal([0.8f, 0.3f], Binary.Labelled().Outputs);
        Assert.Equal([0.3f, 0.5f, 0.8f], Binary.InOrderOfTime().Outputs);
        Assert.Same(Binary.Outputs, (Binary with { Labels = [1, 1, 0] }).Labelled().Outputs);
    }

    [Fact]
    public void Few_features_stand_for_themselves_more_by_input_and_very_many_are_put_together()
    {
        Preprocessing Inputs(int numbers, params FeatureInput[] more) => new([.. Enumerable.Range(0, numbers).Select(i => new FeatureInput($"n{i}", InputType.Number, [])), .. more]);
        var date = new FeatureInput("date", InputType.Timestamp, []);

        Assert.Equal(["n0", "hour", "weekday", "month"], FeatureGroup.Of(Inputs(1, date), new double[4]).Select(group => group.Name));
        Assert.Equal(["n0", "n1", "n2", "n3", "n4", "n5", "date"], FeatureGroup.Of(Inputs(6, date), new double[9]).Select(group => group.Name));
        var many = FeatureGroup.Of(Inputs(30), [.. Enumerable.Range(0, 30).Select(i => (double)i)]);
        Assert.Equal(FeatureGroup.Most, many.Count);
        Assert.Equal(("n29", "15 other inputs", 15), (many[0].Name, many[^1].Name, many[^1].Columns.Count));
        Assert.Equal(30, many.Sum(group => group.Columns.Count));
    }

    private static double[] Of(ObservedRows rows, LossKind kind, ModelTask task) => RowLoss.Of(rows, kind, task, 0.5);

    private static bool Close(double one, double other) => (double.IsNaN(one) && double.IsNaN(other)) || Math.Abs(one - other) < 1e-6;
}
