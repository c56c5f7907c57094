using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Core.Tests.Monitoring.Segments;

public sealed class SegmentExpressionTests
{
    private static readonly FeatureInput[] Flights =
    [
        new("origin", InputType.Category, ["LAX", "JFK", "ORD"]),
        new("distance", InputType.Number, []),
        new("holiday", InputType.Boolean, []),
        new("departs", InputType.Timestamp, [], Parts: TimestampParts.Hour),
        new("air time", InputType.Number, []),
        new("in", InputType.Category, ["a`b", "it's"]),
    ];

    /// <summary>Saturday, 3 February 2001, a quarter past six.</summary>
    private static readonly InputValue[] Saturday =
    [
        InputValue.OfCode(2), InputValue.OfNumber(1200), InputValue.OfBoolean(true), InputValue.OfTimestamp(new(2001, 2, 3, 6, 15, 0)), InputValue.Missing, InputValue.OfUnknownCategory("c"),
    ];

    private static readonly InputValue[] Nothing = new InputValue[6];

    [Theory]
    [InlineData("origin = 'ORD'", true)]
    [InlineData("origin != 'ORD'", false)]
    [InlineData("origin != 'LAX'", true)]
    [InlineData("origin in ('LAX','JFK')", false)]
    [InlineData("origin not in ('LAX','JFK')", true)]
    [InlineData("origin = 'SFO'", false)]
    [InlineData("`in` = 'c'", true)]
    [InlineData("`in` != 'c'", false)]
    [InlineData("`in` in ('it''s', 'c')", true)]
    [InlineData("`in` = 'it''s'", false)]
    [InlineData("distance = 1200", true)]
    [InlineData("distance > 1200", false)]
    [InlineData("distance >= 1.2e3", true)]
    [InlineData("distance < 1200", false)]
    [InlineData("distance <= 1200", true)]
    [InlineData("distance <> 1200", false)]
    [InlineData("distance between 1200 and 1300", true)]
    [InlineData("distance between 0 and 1199.99", false)]
    [InlineData("distance not between 0 and 1199.99", true)]
    [InlineData("distance in (1, 1200)", true)]
    [InlineData("distance not in (1, 1200)", false)]
    [InlineData("holiday = true", true)]
    [InlineData("holiday != TRUE", false)]
    [InlineData("holiday in (true, false)", true)]
    [InlineData("departs >= 2001-02-03T06:15", true)]
    [InlineData("departs > '2001-02-03 06:15'", false)]
    [InlineData("departs < 2001-02-03T06:15:00.5Z", true)]
    [InlineData("departs between 2001-02-03 and 2001-02-04", true)]
    [InlineData("departs in (2001-02-03, 2001-02-03T06:15)", true)]
    [InlineData("departs not in (2001-02-03, 2001-02-03T06:15)", false)]
    [InlineData("hour = 6", true)]
    [InlineData("hour between 7 and 9", false)]
    [InlineData("hour != 6", false)]
    [InlineData("hour > 5.5 AND hour < 6.5", true)]
    [InlineData("hour in (5, 6)", true)]
    [InlineData("weekday = 'Sat'", true)]
    [InlineData("weekday = 'sat'", true)]
    [InlineData("weekday >= 'Sat'", true)]
    [InlineData("weekday in (5, 'Sun')", true)]
    [InlineData("weekday between 'Mon' and 'Fri'", false)]
    [InlineData("month = 2", true)]
    [InlineData("`air time` is missing", true)]
    [InlineData("`air time` is not missing", false)]
    [InlineData("origin is missing", false)]
    [InlineData("`in` is missing", false)]
    [InlineData("hour is not missing", true)]
    [InlineData("not origin = 'ORD'", false)]
    [InlineData("not not origin = 'ORD'", true)]
    [InlineData("origin = 'LAX' or distance > 1 and hour = 6", true)]
    [InlineData("(origin = 'LAX' or distance > 1) and hour = 7", false)]
    [InlineData("origin = 'ORD' or distance > 1 and hour = 7", true)]
    public void A_prediction_belongs_or_does_not(string text, bool belongs) =>
        Assert.Equal(belongs, SegmentExpression.Compile(text, Flights).Value.Contains(Saturday));

    [Theory]
    [InlineData("origin = 'LAX'")]
    [InlineData("origin != 'LAX'")]
    [InlineData("origin not in ('LAX')")]
    [InlineData("distance != 1")]
    [InlineData("distance not between 0 and 1")]
    [InlineData("distance not in (0, 1)")]
    [InlineData("holiday != true")]
    [InlineData("departs > 1900-01-01")]
    [InlineData("departs not in (1900-01-01)")]
    [InlineData("hour != 3")]
    [InlineData("weekday not in ('Mon')")]
    [InlineData("month not between 1 and 2")]
    public void A_missing_value_fulfils_no_comparison_and_its_negation_holds(string text)
    {
        Assert.False(SegmentExpression.Compile(text, Flights).Value.Contains(Nothing));
        Assert.True(SegmentExpression.Compile($"not ({text})", Flights).Value.Contains(Nothing));
    }

    [Theory]
    [InlineData("  origin=\"LAX\"  ", "origin = 'LAX'")]
    [InlineData("origin IN ( 'LAX' ,'JFK')", "origin in ('LAX', 'JFK')")]
    [InlineData("distance == 1.50", "distance = 1.5")]
    [InlineData("distance <> 1E3", "distance != 1000")]
    [InlineData("((distance > 1))", "distance > 1")]
    [InlineData("(a = 1 and b = 2) and (c = 3 or (d = 4 or e = 5))", "a = 1 and b = 2 and (c = 3 or d = 4 or e = 5)")]
    [InlineData("a = 1 and b = 2 or c = 3", "(a = 1 and b = 2) or c = 3")]
    [InlineData("NOT a IS NOT MISSING", "not (a is not missing)")]
    [InlineData("not (a = 1 or b = 2)", "not (a = 1 or b = 2)")]
    [InlineData("`in` = 'it''s'", "`in` = 'it''s'")]
    [InlineData("`origin` = 'a'", "origin = 'a'")]
    [InlineData("`a``b` between -1 and +2", "`a``b` between -1 and 2")]
    [InlineData("holiday = True", "holiday = true")]
    [InlineData("departs > 2001-02-03", "departs > 2001-02-03T00:00")]
    [InlineData("departs > 2001-02-03T06:15:07.250+02:00", "departs > 2001-02-03T06:15:07.25")]
    public void There_is_one_canonical_text(string written, string canonical)
    {
        var parsed = SegmentExpression.Parse(written).Value;

        Assert.Equal(canonical, parsed.Text);
        Assert.Equal(canonical, SegmentExpression.Parse(parsed.Text).Value.Text);
    }

    [Theory]
    [InlineData("", 1, "it is empty", "a condition")]
    [InlineData("  ", 3, "it is empty", "a condition")]
    [InlineData("origin", 7, "the end is no comparison", "one of =")]
    [InlineData("origin LAX", 8, "'LAX' is no comparison", "between")]
    [InlineData("origin =", 9, "the end stands where a value belongs", "a number")]
    [InlineData("origin = LAX", 10, "a text stands in quotes", "'LAX'")]
    [InlineData("origin = 'LAX", 10, "never closed", "quotes")]
    [InlineData("`air time > 1", 1, "backtick is never closed", "`input name`")]
    [InlineData("= 1", 1, "stands where an input's name belongs", "backticks")]
    [InlineData("and = 1", 1, "stands where an input's name belongs", "backticks")]
    [InlineData("origin = 'a' origin = 'b'", 14, "'origin = 'b'' follows the condition", "and, or, or the end")]
    [InlineData("origin = 'a' and", 17, "the end stands where an input's name belongs", "input's name")]
    [InlineData("(origin = 'a'", 1, "parenthesis is never closed", ")")]
    [InlineData("(origin = 'a' b", 15, "'b' follows the condition", "and, or, or )")]
    [InlineData("origin = 'a')", 13, "')' follows the condition", "the end")]
    [InlineData("origin is 3", 11, "'3' follows 'is'", "missing")]
    [InlineData("origin not 3", 12, "'3' is no comparison", "between or in")]
    [InlineData("distance between 1, 2", 19, "', 2' follows the lower bound", "and")]
    [InlineData("origin in 'a'", 11, "''a'' follows 'in'", "parentheses")]
    [InlineData("origin in ('a' 'b')", 16, "follows a value", ", or )")]
    [InlineData("origin in ()", 12, "')' stands where a value belongs", "a number")]
    [InlineData("distance > 1e999", 12, "'1e999' is no value", "a number")]
    public void A_fault_names_the_character_what_was_found_and_what_was_expected(string text, int position, string problem, string expected)
    {
        var error = Assert.IsType<InvalidSegment>(SegmentExpression.Parse(text).Error);

        Assert.Equal(position, error.Position);
        Assert.Contains(problem, error.Message);
        Assert.Contains(expected, error.Expected);
        Assert.Equal("expression", error.Field);
    }

    [Theory]
    [InlineData("distance = 'far'", 12, "distance is a number, and 'far' is not")]
    [InlineData("hour = 1 and distance = true", 25, "distance is a number, and true is not")]
    [InlineData("speed > 1", 1, "there is no input 'speed'")]
    [InlineData("origin = 1", 10, "origin is a category, and 1 is not")]
    [InlineData("origin > 'LAX'", 8, "origin is a category, which has no order")]
    [InlineData("origin between 'LAX' and 'ORD'", 8, "which has no order")]
    [InlineData("origin in ('LAX', 2)", 19, "origin is a category, and 2 is not")]
    [InlineData("holiday < true", 9, "holiday is true or false, which has no order")]
    [InlineData("holiday = 1", 11, "holiday is true or false, and 1 is not")]
    [InlineData("departs > 3", 11, "departs is a timestamp, and 3 is not")]
    [InlineData("departs > 'soon'", 11, "departs is a timestamp, and 'soon' is not")]
    [InlineData("hour = '6'", 8, "hour is an hour from 0 to 23")]
    [InlineData("weekday = 'Caturday'", 11, "weekday is a day of the week")]
    [InlineData("distance between 9 and 3", 18, "the lower bound 9 lies above 3")]
    [InlineData("departs between 2002-01-01 and 2001-01-01", 17, "lies above")]
    [InlineData("not (speed is missing)", 6, "there is no input 'speed'")]
    public void A_value_that_does_not_fit_its_input_is_named(string text, int position, string problem)
    {
        var error = Assert.IsType<InvalidSegment>(SegmentExpression.Parse(text).Value.Bind(Flights).Error);

        Assert.Equal(position, error.Position);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void An_unknown_name_comes_with_those_there_are() =>
        Assert.Contains("origin, distance, holiday, departs, `air time`, `in`, hour, weekday, month", SegmentExpression.Compile("speed > 1", Flights).Error!.Message);

    [Fact]
    public void Parts_of_two_timestamps_are_named_by_their_input()
    {
        FeatureInput[] inputs = [new("start", InputType.Timestamp, []), new("end", InputType.Timestamp, []), new("hour", InputType.Number, [])];
        InputValue[] row = [InputValue.OfTimestamp(new(2001, 1, 1, 5, 0, 0)), InputValue.OfTimestamp(new(2001, 1, 1, 9, 0, 0)), InputValue.OfNumber(70)];

        Assert.True(SegmentExpression.Compile("start_hour = 5 and end_hour = 9 and hour = 70", inputs).Value.Contains(row));
    }

    [Fact]
    public void Infinite_numbers_and_the_largest_ones_compare()
    {
        InputValue[] row = [default, InputValue.OfNumber(double.PositiveInfinity), default, default, default, default];

        Assert.True(SegmentExpression.Compile("distance > 1.7976931348623157E+308", Flights).Value.Contains(row));
        Assert.False(SegmentExpression.Compile("distance <= 1.7976931348623157E+308", Flights).Value.Contains(row));
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("(", 40)) + "a = 1" + string.Concat(Enumerable.Repeat(")", 40));
        Assert.Contains("nested deeper than 32", SegmentExpression.Parse(deep).Error!.Message);
        Assert.Contains("nested deeper than 32", SegmentExpression.Parse(string.Concat(Enumerable.Repeat("not ", 33)) + "a = 1").Error!.Message);
        Assert.True(SegmentExpression.Parse(string.Concat(Enumerable.Repeat("(", 31)) + "a = 1" + string.Concat(Enumerable.Repeat(")", 31))).IsSuccess);
        Assert.Contains("it has 2001 characters", SegmentExpression.Parse("a = '" + new string('x', 1995) + "'").Error!.Message);
        Assert.True(SegmentExpression.Parse("a = '" + new string('x', 1994) + "'").IsSuccess);
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var segment = SegmentExpression.Compile("(origin in ('LAX','ORD','SFO') or `in` = 'c') and distance between 1 and 5000 and weekday in ('Sat') and not `air time` = 3 and departs > 2001-01-01 and holiday = true", Flights).Value;
        Assert.True(segment.Contains(Saturday));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var within = 0;
        for (var i = 0; i < 10_000; i++)
            within += segment.Contains(Saturday) ? 1 : 0;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_000, within);
    }
}
