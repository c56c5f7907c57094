using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Core.Tests.Monitoring.Segments;

public sealed class SegmentDraftTests
{
    private static readonly FeatureInput[] Inputs =
        [new("origin", InputType.Category, ["LAX"]), new("air time", InputType.Number, []), new("holiday", InputType.Boolean, []), new("departs", InputType.Timestamp, [])];

    [Theory]
    [InlineData("origin", SegmentOperator.Equal, "it's", "", "origin = 'it''s'")]
    [InlineData("origin", SegmentOperator.OneOf, "LAX, JFK", "", "origin in ('LAX', 'JFK')")]
    [InlineData("origin", SegmentOperator.Missing, "", "", "origin is missing")]
    [InlineData("air time", SegmentOperator.Between, " 10", "20.5 ", "`air time` between 10 and 20.5")]
    [InlineData("air time", SegmentOperator.GreaterOrEqual, "-3", "", "`air time` >= -3")]
    [InlineData("air time", SegmentOperator.OneOf, "1,2", "", "`air time` in (1, 2)")]
    [InlineData("holiday", SegmentOperator.Equal, "true", "", "holiday = true")]
    [InlineData("departs", SegmentOperator.Less, "2001-02-03T06:00", "", "departs < '2001-02-03T06:00'")]
    [InlineData("hour", SegmentOperator.NotEqual, "6", "", "hour != 6")]
    [InlineData("weekday", SegmentOperator.OneOf, "Sat,6", "", "weekday in ('Sat', 6)")]
    public void What_is_chosen_becomes_a_condition_that_binds(string name, SegmentOperator comparison, string first, string second, string text)
    {
        var operand = SegmentOperand.Of(Inputs).Single(operand => operand.Name == name);
        var draft = new SegmentDraft(operand, comparison, first, second);

        Assert.Contains(comparison, SegmentDraft.OperatorsOf(operand));
        Assert.Equal(text, draft.Text);
        Assert.True(SegmentExpression.Compile(draft.Text, Inputs).IsSuccess);
    }

    [Fact]
    public void A_value_that_was_not_typed_yet_is_a_fault_at_its_place()
    {
        var draft = new SegmentDraft(SegmentOperand.Of(Inputs)[1], SegmentOperator.Less);
        Assert.Equal(14, Assert.IsType<InvalidSegment>(SegmentExpression.Compile(draft.Text, Inputs).Error).Position);
    }

    [Theory]
    [InlineData("", "b = 2", "b = 2")]
    [InlineData("a = 1", "b = 2", "a = 1 and b = 2")]
    [InlineData("a = 1 or c = 3", "b = 2", "(a = 1 or c = 3) and b = 2")]
    [InlineData("a = ", "b = 2", "a =  and b = 2")]
    public void A_condition_is_added_to_what_is_there(string text, string condition, string both) => Assert.Equal(both, SegmentDraft.Both(text, condition));
}
