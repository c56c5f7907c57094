using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Core.Tests.Training;

public sealed class TrainingTableReaderTests
{
    [Fact]
    public void A_comparison_is_a_binary_target_whose_second_class_is_true()
    {
        var table = Tables.Read(Tables.Csv(90), Tables.Spec()).Value;

        Assert.Equal(ModelTask.BinaryClassification, table.Target.Task);
        Assert.Equal(["false", "true"], table.Target.Classes);
        Assert.Equal(90 / 30 * 14, table.Target.Values.Count(value => value == 1));
    }

    [Theory]
    [InlineData("delay", null, ModelTask.Regression, 0)]
    [InlineData("delay", ModelTask.MulticlassClassification, ModelTask.MulticlassClassification, 30)]
    [InlineData("origin", null, ModelTask.MulticlassClassification, 3)]
    [InlineData("late", null, ModelTask.BinaryClassification, 2)]
    public void The_task_follows_the_target_unless_it_is_named(string target, ModelTask? asked, ModelTask expected, int classes)
    {
        var table = Tables.Read(Tables.Csv(90), Tables.Spec(target, task: asked)).Value;

        Assert.Equal(expected, table.Target.Task);
        Assert.Equal(classes, table.Target.Classes.Count);
    }

    [Fact]
    public void Classes_of_numbers_are_in_the_order_of_the_numbers()
    {
        var table = Tables.Read(Tables.Csv(90, i => FormattableString.Invariant($"2001-01-01T00:00:00,{(i % 3 == 0 ? 10 : i % 3 == 1 ? 9 : 2)},1,A,true,n")), Tables.Spec("delay")).Value;

        Assert.Equal(["2", "9", "10"], table.Target.Classes);
        Assert.Equal([2.0, 1, 0], table.Target.Values[..3]);
    }

    [Fact]
    public void Rows_without_target_without_time_and_out_of_range_are_left_out_and_counted()
    {
        var from = new DateTime(2001, 1, 1, 0, 30, 0);
        var csv = Tables.Csv(200, i => i switch
        {
            100 => "2001-01-01T01:40:00,,1,A,true,n",
            101 => ",5,1,A,true,n",
            _ => Tables.Row(i),
        });

        var table = Tables.Read(csv, Tables.Spec(rows: new(from, from.AddHours(2)))).Value;

        Assert.Equal(new DroppedRows(200, 80, 1, 1), table.Dropped);
        Assert.Equal(118, table.Rows);
    }

    [Fact]
    public void Cells_are_read_as_the_field_asks_and_missing_where_they_do_not_fit()
    {
        TableField distance = new("distance", InputType.Number), asText = new("distance", InputType.Category), origin = new("origin", InputType.Category);
        var csv = Tables.Csv(60, i => i switch { 0 => "2001-01-01T00:00:00,1,,,true,n", 1 => "2001-01-01T00:00:00,20,7.5,B,true,n", _ => Tables.Row(i) });

        var table = Tables.Read(csv, Tables.Spec(), distance, asText, origin).Value;

        Assert.True(double.IsNaN(table.Columns[distance].NumberAt(0)));
        Assert.Equal(7.5, table.Columns[distance].NumberAt(1));
        Assert.Equal("7.5", table.Columns[asText].Values[table.Columns[asText].CodeAt(1)]);
        Assert.Equal(-1, table.Columns[origin].CodeAt(0));
    }

    [Fact]
    public void A_target_with_one_class_is_refused() =>
        Assert.Contains("two different values", Tables.Read(Tables.Csv(90), Tables.Spec("delay > 99")).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void Too_few_rows_are_refused_with_their_number() =>
        Assert.Contains("49 usable of 49", Tables.Read(Tables.Csv(49), Tables.Spec()).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_range_without_rows_is_refused_with_the_range()
    {
        var error = Tables.Read(Tables.Csv(90), Tables.Spec(rows: new(new DateTime(2010, 1, 1), null))).Error!;

        Assert.Equal("rows", error.Field);
        Assert.Contains("2010-01-01", error.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Regression_on_a_category_is_refused() =>
        Assert.Equal("task", Tables.Read(Tables.Csv(90), Tables.Spec("origin", task: ModelTask.Regression)).Error!.Field);
}
