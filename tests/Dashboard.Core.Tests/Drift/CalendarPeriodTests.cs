using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

public sealed class CalendarPeriodTests
{
    [Theory]
    [InlineData("hour", 1)]
    [InlineData("weekday", 7)]
    [InlineData("month", 365)]
    [InlineData("distance", 0)]
    [InlineData("unheard-of", 0)]
    public void A_part_of_a_timestamp_needs_its_whole_period(string feature, int days) =>
        Assert.Equal(TimeSpan.FromDays(days), CalendarPeriod.Of(new([new("when", InputType.Timestamp, []), new("distance", InputType.Number, [])]), feature));

    [Fact]
    public void A_number_that_is_called_hour_is_a_number() =>
        Assert.Equal(TimeSpan.Zero, CalendarPeriod.Of(new([new("hour", InputType.Number, [])]), "hour"));
}
