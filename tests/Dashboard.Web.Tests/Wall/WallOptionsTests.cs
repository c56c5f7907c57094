using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Tests.Wall;

public sealed class WallOptionsTests
{
    [Fact]
    public void Everything_is_in_the_url_and_comes_back_from_it()
    {
        var options = new WallOptions(["flight-delay", "fraud.v2"], ["production", "eu"], [WallShow.Tags, WallShow.Models], 45, 12, 1.25, TimeSelection.Parse("2001-02-01..2001-02-14")!, "log_loss", TimeSpan.FromHours(36), "Live & well, 24/7");

        var (read, faults) = WallOptions.Parse(new Uri("http://host" + options.Address).Query);

        Assert.Empty(faults);
        Assert.Equal(options.Address, read.Address);
        Assert.Equal(options with { Models = read.Models, Tags = read.Tags, Show = read.Show }, read);
        Assert.Equal(["flight-delay", "fraud.v2"], read.Models);
        Assert.Equal(["production", "eu"], read.Tags);
        Assert.Equal([WallShow.Tags, WallShow.Models], read.Show);
        Assert.Contains("models=flight-delay,fraud.v2", options.Address, StringComparison.Ordinal);
        Assert.Contains("stale=36h", options.Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_left_out()
    {
        Assert.Equal("/wall", WallOptions.Default.Address);
        Assert.Equal("/wall?every=5", (WallOptions.Default with { Every = 5 }).Address);
        Assert.Equal("/wall", WallOptions.Parse("?every=20&title=&metric=&models=").Options.Address);
        Assert.Empty(WallOptions.Parse("?title=&metric=&models=").Faults);
    }

    [Theory]
    [InlineData("models=a%20b", "models", "a b", "names of registered models")]
    [InlineData("models=,", "models", ",", "names of registered models")]
    [InlineData("tag=a,b!", "tag", "a,b!", "tags with commas")]
    [InlineData("show=grid", "show", "grid", "fleet, tags or models")]
    [InlineData("every=2", "every", "2", "whole seconds from 3 to 3600")]
    [InlineData("every=20.5", "every", "20.5", "whole seconds from 3 to 3600")]
    [InlineData("every=ten", "every", "ten", "whole seconds from 3 to 3600")]
    [InlineData("tiles=0", "tiles", "0", "a whole number from 1 to 12")]
    [InlineData("tiles=13", "tiles", "13", "a whole number from 1 to 12")]
    [InlineData("scale=0,5", "scale", "0,5", "a number from 0.5 to 2")]
    [InlineData("scale=NaN", "scale", "NaN", "a number from 0.5 to 2")]
    [InlineData("range=yesterday", "range", "yesterday", "15m, 1h, 6h, 24h, 7d, 30d, all, or from..to")]
    [InlineData("metric=rocauc", "metric", "rocauc", "a metric's key")]
    [InlineData("stale=5", "stale", "5", "a length of time from 10s to 30d")]
    [InlineData("stale=9s", "stale", "9s", "a length of time from 10s to 30d")]
    [InlineData("stale=31d", "stale", "31d", "a length of time from 10s to 30d")]
    [InlineData("evry=5", "evry", "5", "one of models, tag, show, every, tiles, scale, range, metric, stale, title")]
    [InlineData("theme=light", "theme", "light", "one of models, tag")]
    public void What_is_wrong_is_named_with_its_value_and_what_was_expected(string query, string parameter, string value, string expected)
    {
        var (options, faults) = WallOptions.Parse("?title=Ours&" + query);
        var fault = Assert.Single(faults);
        Assert.Equal((parameter, value), (fault.Field, fault.Value));
        Assert.StartsWith(expected, fault.Expected, StringComparison.Ordinal);
        Assert.Contains(value, fault.Message, StringComparison.Ordinal);
        Assert.Equal(WallOptions.Default.Every, options.Every);
    }

    [Fact]
    public void A_title_that_is_too_long_is_refused() =>
        Assert.Equal("at most 80 characters", Assert.Single(WallOptions.Parse("?title=" + new string('x', 81)).Faults).Expected);
}
