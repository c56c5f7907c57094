using Dashboard.Core.Data;

namespace Dashboard.Core.Tests.Data;

public sealed class TargetExpressionTests
{
    private static readonly DataSchema Flights = new(
    [
        new("delay", ColumnType.Number), new("origin", ColumnType.Category), new("cancelled", ColumnType.Boolean),
        new("date", ColumnType.Timestamp), new("note", ColumnType.Text), new("arrival delay", ColumnType.Number), new("a<b", ColumnType.Number),
    ]);

    [Theory]
    [InlineData("delay > 15", "15", 0)]
    [InlineData("delay > 15", "15.5", 1)]
    [InlineData("delay>=15", "15", 1)]
    [InlineData("delay<15", "15", 0)]
    [InlineData("delay <= -1.5e1", "-15", 1)]
    [InlineData("delay = 0", "0", 1)]
    [InlineData("delay == 0", "1", 0)]
    [InlineData("delay != 0", "1", 1)]
    [InlineData("delay <> 0", "0", 0)]
    [InlineData("origin = 'LAX'", "LAX", 1)]
    [InlineData("origin = 'LAX'", "lax", 0)]
    [InlineData("origin != \"LAX\"", "JFK", 1)]
    [InlineData("note = 'it''s'", "it's", 1)]
    [InlineData("cancelled = true", "true", 1)]
    [InlineData("cancelled = 'false'", "true", 0)]
    [InlineData("date >= '2001-02-01'", "2001-01-31T23:59:00", 0)]
    [InlineData("date >= '2001-02-01'", "2001-02-01T00:00:00", 1)]
    [InlineData("  `arrival delay`  >  1 ", "2", 1)]
    [InlineData("`a<b` < 1", "0", 1)]
    public void A_comparison_is_one_or_zero(string text, string cell, double value)
    {
        var target = TargetExpression.Parse(text, Flights).Value;

        Assert.True(target.IsComparison);
        Assert.Equal(value, target.Evaluate(cell));
        Assert.Equal(double.NaN, target.Evaluate(null));
        Assert.Equal(text.Trim(), target.Text);
    }

    [Theory]
    [InlineData("delay", "delay", "12.5", 12.5)]
    [InlineData("`arrival delay`", "arrival delay", "-3", -3)]
    [InlineData("cancelled", "cancelled", "true", 1)]
    [InlineData("date", "date", "1970-01-01T00:01:00", 60)]
    public void A_plain_column_is_its_number(string text, string column, string cell, double value)
    {
        var target = TargetExpression.Parse(text, Flights).Value;

        Assert.Equal((false, column), (target.IsComparison, target.Column));
        Assert.Equal(value, target.Evaluate(cell));
        Assert.Equal(double.NaN, target.Evaluate(null));
    }

    [Fact]
    public void A_plain_category_has_classes_and_no_number()
    {
        var target = TargetExpression.Parse("origin", Flights).Value;

        Assert.Equal(("origin", ColumnType.Category, false), (target.Column, target.Type, target.IsComparison));
        Assert.Throws<InvalidOperationException>(() => target.Evaluate("LAX"));
    }

    [Theory]
    [InlineData("", 1, "it is empty")]
    [InlineData("   ", 4, "it is empty")]
    [InlineData("speed > 1", 1, "there is no column 'speed'")]
    [InlineData("> 1", 1, "there is no column before")]
    [InlineData("`delay", 1, "never closed")]
    [InlineData("delay ~ 1", 7, "is no comparison")]
    [InlineData("arrival delay > 1", 1, "there is no column 'arrival'")]
    [InlineData("delay >", 8, "no right side")]
    [InlineData("delay > x", 9, "'x' is not")]
    [InlineData("delay > '15'", 9, "''15'' is not")]
    [InlineData("delay > 15 and 1", 12, "follows the comparison")]
    [InlineData("origin > 'LAX'", 8, "has no order")]
    [InlineData("origin = LAX", 10, "'LAX' is not")]
    [InlineData("origin = 'LAX", 10, "never closed")]
    [InlineData("date > 2001-01-01", 8, "is not")]
    [InlineData("cancelled = 1", 13, "is not")]
    [InlineData("delay > NaN", 9, "is not")]
    public void A_fault_names_the_character_and_what_was_expected(string text, int position, string problem)
    {
        var error = Assert.IsType<InvalidTarget>(TargetExpression.Parse(text, Flights).Error);

        Assert.Equal(position, error.Position);
        Assert.Contains(problem, error.Message);
        Assert.Equal("target", error.Field);
        Assert.NotEmpty(error.Expected!);
    }

    [Fact]
    public void An_unknown_column_comes_with_those_there_are() =>
        Assert.Contains("delay, origin, cancelled", TargetExpression.Parse("speed", Flights).Error!.Message);
}
