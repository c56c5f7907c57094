using Bunit;
using Dashboard.Core;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Shared;
using Radzen;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Kit;

public sealed class KitTests : PageTest
{
    [Fact]
    public void A_state_is_icon_and_word_and_colour()
    {
        var badge = Render<StateBadge>(p => p.Add(b => b.Kind, StateKind.Warn).Add(b => b.Text, "Drifting")).Find(".state");
        Assert.Contains("warn", badge.ClassList);
        Assert.Equal("Drifting", badge.TextContent.Trim());
        Assert.NotNull(badge.QuerySelector("svg[aria-hidden=true]"));
    }

    [Fact]
    public void A_tab_is_a_link_and_the_chosen_one_is_marked()
    {
        Navigation.NavigateTo("/models/a?tab=drift&range=7d");
        var tabs = Render<Tabs>(p => p.Add(t => t.Items, [new("live", "Live"), new("drift", "Drift")]));
        Assert.Equal("Drift", tabs.Find("a[aria-current=page]").TextContent);
        Assert.Equal("/models/a?range=7d", tabs.FindAll("a")[0].GetAttribute("href"));
    }

    [Fact]
    public void A_confirmation_says_what_will_happen_asks_once_and_reports()
    {
        var runs = 0;
        var button = Render<ConfirmButton>(p => p.Add(b => b.Label, "Roll back…").Add(b => b.Title, "Roll back flight-delay").Add(b => b.Consequence, "Version 3 takes over at once.")
            .Add(b => b.Done, "Version 3 is champion.").Add(b => b.Run, _ => { runs++; return Task.FromResult<Error?>(null); }));
        Assert.Empty(button.FindAll("dialog"));
        button.Find("button").Click();
        Assert.Contains("Version 3 takes over at once.", button.Find("dialog").TextContent);
        Assert.Equal(0, runs);
        button.Find("dialog footer button.primary").Click();
        button.WaitForAssertion(() => Assert.Empty(button.FindAll("dialog")));
        Assert.Equal(1, runs);
        Assert.Equal("Version 3 is champion.", Services.GetRequiredService<NotificationService>().Messages[^1].Summary);
    }

    [Fact]
    public void A_refused_confirmation_stays_open_with_the_reason()
    {
        var button = Render<ConfirmButton>(p => p.Add(b => b.Label, "Promote").Add(b => b.Title, "Promote").Add(b => b.Run, _ => Task.FromResult<Error?>(new Conflict("Version 4 is champion already."))));
        button.Find("button").Click();
        button.Find("dialog footer button.primary").Click();
        button.WaitForAssertion(() => Assert.Contains("Version 4 is champion already.", button.Find("dialog [role=alert]").TextContent));
    }

    [Fact]
    public async Task While_it_runs_it_cannot_be_asked_twice_or_closed()
    {
        var gate = new TaskCompletionSource<Error?>();
        var button = Render<ConfirmButton>(p => p.Add(b => b.Label, "Go").Add(b => b.Title, "Go").Add(b => b.Run, _ => gate.Task));
        button.Find("button").Click();
        var clicked = button.Find("dialog footer button.primary").ClickAsync(new());
        button.WaitForAssertion(() => Assert.NotEmpty(button.FindAll("dialog [role=progressbar]")));
        Assert.All(button.FindAll("dialog button"), b => Assert.True(b.HasAttribute("disabled")));
        gate.SetResult(null);
        await clicked;
        button.WaitForAssertion(() => Assert.Empty(button.FindAll("dialog")));
    }

    [Fact]
    public void A_time_chart_sends_its_points_as_bytes_and_has_a_table_behind_it()
    {
        var chart = Render<TimeChart>(p => p.Add(c => c.Title, "Requests").Add(c => c.Series, [new TimeSeries("requests", [0, 60, 120], [1, double.NaN, 3]) { Unit = "/s" }]));
        Assert.Contains("requests 3\u202f/s", chart.Find("[role=img]").GetAttribute("aria-label"));
        chart.Find("button[aria-label='Requests: show the table']").Click();
        Assert.Equal(["1 Jan 1970, 00:02", "1 Jan 1970, 00:01", "1 Jan 1970, 00:00"], chart.FindAll("tbody th").Select(cell => cell.TextContent));
        Assert.Equal(["3\u202f/s", "–", "1\u202f/s"], chart.FindAll("tbody td").Select(cell => cell.TextContent));
    }

    [Fact]
    public void A_chart_without_points_says_so()
    {
        var chart = Render<TimeChart>(p => p.Add(c => c.Title, "Latency").Add(c => c.Series, []).Add(c => c.Empty, "No request in this time range."));
        Assert.Contains("No request in this time range.", chart.Find(".no-points").TextContent);
    }

    [Fact]
    public void A_legend_entry_hides_its_line()
    {
        var chart = Render<TimeChart>(p => p.Add(c => c.Title, "Latency").Add(c => c.Series, [new TimeSeries("p95", [0, 1], [1, 2])]));
        chart.Find(".legend button").Click();
        Assert.Equal("false", chart.Find(".legend button").GetAttribute("aria-pressed"));
    }

    [Fact]
    public void A_heat_map_marks_what_moved_shows_no_data_as_such_and_can_be_chosen()
    {
        (int, int)? chosen = null;
        var map = Render<HeatMap>(p => p.Add(m => m.Title, "Drift").Add(m => m.Columns, ["1 Feb", "2 Feb"])
            .Add(m => m.Rows, [new("hour", [new HeatMap.HeatCell(0.9, true, "PSI 0.31"), null])]).Add(m => m.OnChoose, cell => chosen = cell));
        var cells = map.FindAll("[role=gridcell]");
        Assert.Equal("hour, 1 Feb: PSI 0.31, moved", cells[0].GetAttribute("aria-label"));
        Assert.Equal("▲", cells[0].TextContent);
        Assert.Equal("hour, 2 Feb: no data", cells[1].GetAttribute("aria-label"));
        Assert.Equal(["0", "-1"], cells.Select(cell => cell.GetAttribute("tabindex")));
        cells[0].Click();
        Assert.Equal((0, 0), chosen);
    }

    [Fact]
    public void A_histogram_compares_shares_not_counts()
    {
        var chart = Render<HistogramChart>(p => p.Add(c => c.Title, "hour").Add(c => c.Labels, ["a", "b"]).Add(c => c.Reference, [100.0, 300]).Add(c => c.Current, [1.0, 1]));
        chart.Find("button[aria-label='hour: show the table']").Click();
        Assert.Equal(["25\u202f%", "50\u202f%", "75\u202f%", "50\u202f%"], chart.FindAll("tbody td").Select(cell => cell.TextContent));
    }

    [Fact]
    public void Bars_are_sorted_and_the_largest_fills_its_track()
    {
        var list = Render<BarList>(p => p.Add(b => b.Title, "Importance").Add(b => b.Bars, [new("a", 1), new("b", 4)]));
        Assert.Equal("b", list.Find("li span").TextContent);
        Assert.Equal("width:100.0%", list.Find("li i").GetAttribute("style"));
    }

    [Fact]
    public void A_sparkline_leaves_gaps_open()
    {
        var path = Render<Sparkline>(p => p.Add(s => s.Values, [1, 2, double.NaN, 3, 4])).Find("path").GetAttribute("d")!;
        Assert.Equal(2, path.Count(letter => letter == 'M'));
    }
}
