using System.Globalization;
using Dashboard.Core.Data;

namespace Dashboard.Core.Tests.Data;

public sealed class WallTimeTests
{
    [Theory]
    [InlineData("2001-02-03", "2001-02-03T00:00:00.0000000")]
    [InlineData("2000-02-29", "2000-02-29T00:00:00.0000000")]
    [InlineData("2001-02-03T06:00", "2001-02-03T06:00:00.0000000")]
    [InlineData("2001-02-03 23:59:58", "2001-02-03T23:59:58.0000000")]
    [InlineData("2001-02-03T06:00:07.5", "2001-02-03T06:00:07.5000000")]
    [InlineData("2001-02-03T06:00:07.1234567", "2001-02-03T06:00:07.1234567")]
    [InlineData("2001-02-03T06:00Z", "2001-02-03T06:00:00.0000000")]
    [InlineData("2001-02-03T06:00:07.25+02:00", "2001-02-03T06:00:07.2500000")]
    [InlineData("2001-02-03T06:00:07-0830", "2001-02-03T06:00:07.0000000")]
    [InlineData("2001-02-03 06:00:07+00", "2001-02-03T06:00:07.0000000")]
    [InlineData("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.9999999")]
    public void Timestamps_are_read_as_wall_times(string text, string expected)
    {
        Assert.True(WallTime.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        Assert.Equal(DateTimeKind.Unspecified, time.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2001")]
    [InlineData("2001-02-30")]
    [InlineData("2001-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("2001-02-03T")]
    [InlineData("2001-02-03T6:00")]
    [InlineData("2001-02-03T24:00")]
    [InlineData("2001-02-03T06:60")]
    [InlineData("2001-02-03T06:00:61")]
    [InlineData("2001-02-03T06:00:07.")]
    [InlineData("2001-02-03T06:00:07.12345678")]
    [InlineData("2001-02-03T06:00:7")]
    [InlineData("2001-02-03T06:00+15:00")]
    [InlineData("2001-02-03T06:00 UTC")]
    [InlineData("2001-02-03+02:00")]
    [InlineData("03/02/2001")]
    [InlineData("2001-02-0٣")]
    public void Other_texts_are_not(string text) => Assert.False(WallTime.TryParse(text, out _));
}
