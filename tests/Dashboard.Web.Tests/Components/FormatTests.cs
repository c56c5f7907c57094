using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Tests.Kit;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0.64123, "", "0.641")]
    [InlineData(0.5, "", "0.500")]
    [InlineData(1.9, "ms", "1.90\u202fms")]
    [InlineData(12.34, "", "12.3")]
    [InlineData(214, "/s", "214\u202f/s")]
    [InlineData(18402, "", "18\u202f402")]
    [InlineData(-0.03, "", "−0.030")]
    [InlineData(0.0002, "%", "0.020\u202f%")]
    [InlineData(0.00234, "", "0.0023")]
    [InlineData(0.000234, "", "0.00023")]
    [InlineData(0.0000012, "", "1.20e-6")]
    [InlineData(0.83, "%", "83\u202f%")]
    [InlineData(0, "", "0")]
    [InlineData(double.NaN, "", "–")]
    [InlineData(double.PositiveInfinity, "ms", "–")]
    public void A_number_has_sensible_digits_and_its_unit(double value, string unit, string expected) => Assert.Equal(expected, Format.Number(value, unit));

    [Theory]
    [InlineData(0.012, "+\u202f0.012")]
    [InlineData(-0.03, "−\u202f0.030")]
    [InlineData(0, "±\u202f0")]
    public void A_change_carries_its_sign(double value, string expected) => Assert.Equal(expected, Format.Change(value));

    [Theory]
    [InlineData(0.34, "340\u202fms")]
    [InlineData(12.4, "12.4\u202fs")]
    [InlineData(200, "3\u202fmin 20\u202fs")]
    [InlineData(7500, "2\u202fh 5\u202fmin")]
    [InlineData(367200, "4\u202fd 6\u202fh")]
    public void A_duration_shows_its_two_largest_units(double seconds, string expected) => Assert.Equal(expected, Format.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(2, "just now")]
    [InlineData(-2, "just now")]
    [InlineData(12, "12\u202fs ago")]
    [InlineData(3 * 3600 + 60, "3\u202fh ago")]
    [InlineData(-180, "in 3\u202fmin")]
    [InlineData(3 * 86400, "3\u202fd ago")]
    public void A_time_is_told_from_now(double secondsAgo, string expected)
    {
        var now = new DateTimeOffset(2001, 2, 3, 6, 0, 0, TimeSpan.Zero);
        Assert.Equal(expected, Format.Relative(now.AddSeconds(-secondsAgo), now));
    }

    [Theory]
    [InlineData(512L, "512\u202fB")]
    [InlineData(1536L, "1.50\u202fKiB")]
    [InlineData(104857600L, "100\u202fMiB")]
    public void A_size_is_in_powers_of_1024(long bytes, string expected) => Assert.Equal(expected, Format.Bytes(bytes));
}
