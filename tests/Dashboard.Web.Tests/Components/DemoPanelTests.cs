using Bunit;
using Dashboard.Core;
using Dashboard.Web.Components.Pages.Home;
using Dashboard.Web.Hosting.Demo;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Kit;

public sealed class DemoPanelTests : PageTest
{
    private readonly List<string> asked = [];

    private IRenderedComponent<DemoPanel> Show(DemoState state) => Render<DemoPanel>(p => p.Add(d => d.State, state).Add(d => d.SecondsPerDay, 10)
        .Add(d => d.Start, Ask("start")).Add(d => d.Stop, Ask("stop")).Add(d => d.Remove, Ask("remove")));

    private Func<CancellationToken, Task<Error?>> Ask(string what) => _ =>
    {
        asked.Add(what);
        return Task.FromResult<Error?>(what == "stop" ? new Conflict("It has stopped already.") : null);
    };

    [Fact]
    public void While_it_replays_the_date_the_speed_and_the_count_are_shown()
    {
        var panel = Show(new(DemoPhase.Replaying, "Replaying", new DateTime(2001, 2, 14, 6, 0, 0), 0.3, 12345, 2));
        Assert.Contains("one day in 10\u202fs", panel.Markup);
        Assert.Contains("Wednesday, 14 February 2001, 06:00 · 12\u202f345 predictions, 2 failed", panel.Find(".progress").TextContent);
        Assert.Equal("30", panel.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public async Task At_the_end_it_says_so_and_can_be_started_again()
    {
        var panel = Show(new(DemoPhase.Finished, "The replay reached the end of June.", new DateTime(2001, 7, 1), 1));
        Assert.Contains("The replay reached the end of June.", panel.Markup);
        await panel.ActAsync(() => panel.Find("button.primary").ClickAsync());
        Assert.Equal(["start"], asked);
        Assert.Contains("Start again", panel.Find("button.primary").TextContent);
    }

    [Fact]
    public async Task A_refusal_is_shown()
    {
        var panel = Show(new(DemoPhase.Replaying, "Replaying", null, 0.5));
        await panel.ActAsync(() => panel.FindAll("button")[0].ClickAsync());
        Assert.Equal(["stop"], asked);
        Assert.Contains("It has stopped already.", panel.Find("[role=alert]").TextContent);
    }

    [Fact]
    public async Task Removing_says_what_goes_and_asks_first()
    {
        var panel = Show(new(DemoPhase.Stopped, "Stopped at 3 March 2001.", new DateTime(2001, 3, 3), 0.4));
        await panel.ActAsync(() => panel.FindAll("button").Single(button => button.TextContent.Contains("Remove")).ClickAsync());
        Assert.Empty(asked);
        Assert.Contains("What you made yourself stays", panel.Find("dialog").TextContent);
        await panel.ActAsync(() => panel.Find("dialog footer button.danger").ClickAsync());
        Assert.Equal(["remove"], asked);
    }

    [Fact]
    public async Task The_empty_overview_offers_the_demonstration_and_ones_own_data()
    {
        var page = Render<Welcome>(p => p.Add(w => w.StartDemo, Ask("start")));
        Assert.Equal("Start with the flight-delay demonstration", page.Find("button").TextContent.Trim());
        Assert.Contains("/data", page.FindAll("a").Select(link => link.GetAttribute("href")));
        await page.ActAsync(() => page.Find("button").ClickAsync());
        Assert.Equal(["start"], asked);
        Assert.True(page.Find("button").HasAttribute("disabled"));
    }
}
