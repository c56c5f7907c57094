using Dashboard.Core.Training;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Core.Tests.Training;

public sealed class RowSplitTests
{
    private static TrainingTable Table(double[] target, long[]? times, ModelTask task = ModelTask.BinaryClassification) =>
        new(new Dictionary<TableField, TableColumn>(), new(task, task == ModelTask.Regression ? [] : ["0", "1"], target), times, new(target.Length, 0, 0, 0));

    [Fact]
    public void By_time_the_newest_rows_are_held_out_and_those_before_them_validate()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(i => (long)((i * 37) % 100))];

        var split = RowSplit.Of(Table([.. times.Select(time => time % 2 == 0 ? 1.0 : 0)], times), new(SplitKind.Time, 0.2, 0.3, "t"), seed: 1).Value;

        Assert.Equal((50, 20, 30), (split.Train.Length, split.Validation.Length, split.Test.Length));
        Assert.Equal(49, split.Train.Max(row => times[row]));
        Assert.Equal(50, split.Validation.Min(row => times[row]));
        Assert.Equal(69, split.Validation.Max(row => times[row]));
        Assert.Equal(70, split.Test.Min(row => times[row]));
        Assert.Equal(split.Test.Order(), split.Test);
    }

    [Fact]
    public void Rows_of_one_time_stay_together()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(i => (long)(i / 7))];

        var split = RowSplit.Of(Table([.. times.Select((_, i) => i % 2 == 0 ? 1.0 : 0)], times), new(SplitKind.Time, 0.2, 0.2, "t"), seed: 1).Value;

        Assert.Empty(split.Train.Select(row => times[row]).Intersect(split.Validation.Select(row => times[row])));
        Assert.Empty(split.Validation.Select(row => times[row]).Intersect(split.Test.Select(row => times[row])));
        Assert.Equal(100, split.Train.Length + split.Validation.Length + split.Test.Length);
    }

    [Fact]
    public void At_random_each_class_is_divided_by_itself_and_the_seed_decides()
    {
        var table = Table([.. Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? 1.0 : 0)], null);

        var split = RowSplit.Of(table, new(SplitKind.Random, 0.1, 0.2), seed: 7).Value;

        Assert.Equal(20, split.Test.Count(row => table.Target.Values[row] == 1));
        Assert.Equal(10, split.Validation.Count(row => table.Target.Values[row] == 1));
        Assert.Equal(1000, split.Train.Concat(split.Validation).Concat(split.Test).Distinct().Count());
        Assert.Equal(split.Test, RowSplit.Of(table, new(SplitKind.Random, 0.1, 0.2), seed: 7).Value.Test);
        Assert.NotEqual(split.Test, RowSplit.Of(table, new(SplitKind.Random, 0.1, 0.2), seed: 8).Value.Test);
    }

    [Fact]
    public void A_training_part_with_one_class_is_refused()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(i => (long)i)];

        var error = RowSplit.Of(Table([.. times.Select(time => time >= 80 ? 1.0 : 0)], times), new(SplitKind.Time, 0.1, 0.2, "t"), seed: 1).Error!;

        Assert.Contains("at least two classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_time_for_all_rows_cannot_be_divided_by_time()
    {
        var error = RowSplit.Of(Table([.. Enumerable.Range(0, 100).Select(i => (double)(i % 2))], new long[100]), new(SplitKind.Time, 0.1, 0.2, "t"), seed: 1).Error!;

        Assert.Equal("split", error.Field);
    }
}
