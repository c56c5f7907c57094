using Bunit;
using Dashboard.Web.Components.Layout;
using Dashboard.Web.Components.Pages.Approvals;
using Dashboard.Web.Components.Pages.Governance;
using Dashboard.Web.Components.Pages.Home;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Pages.People;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Kit;

public sealed class PageStateTests : PageTest
{
    // The bar's own buttons are looked at here; what waits for approval is looked at where there are stores.
    public PageStateTests() => ComponentFactories.AddStub<ApprovalsButton>();

    private PageState State => Services.GetRequiredService<PageState>();

    [Fact]
    public void Range_pause_and_theme_come_from_the_url()
    {
        Navigation.NavigateTo("/models/flight-delay?range=24h&paused=1&theme=light&tab=drift");
        Assert.Equal(TimeSpan.FromHours(24), State.Range.Length);
        Assert.True(State.Paused);
        Assert.Equal("light", State.Theme);
        Assert.Equal("drift", State["tab"]);
        Assert.Equal("/models/flight-delay", State.Path);
    }

    [Fact]
    public void A_name_goes_with_the_page_that_gave_it_and_stays_while_only_the_query_changes()
    {
        Navigation.NavigateTo("/approvals/1");
        State.Name = "tiny v2";
        Navigation.NavigateTo("/approvals/1?paused=1");
        Assert.Equal("tiny v2", State.Name);

        Navigation.NavigateTo("/account");

        Assert.Null(State.Name);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2001-02-14..2001-02-01")]
    [InlineData("2001-02-14..")]
    public void A_range_that_is_none_falls_back_to_the_default(string text)
    {
        Navigation.NavigateTo("/?range=" + text);
        Assert.Equal(TimeSelection.Default, State.Range);
    }

    [Fact]
    public void From_to_survives_the_url()
    {
        var range = TimeSelection.Between(new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero), new(2001, 2, 14, 12, 30, 0, TimeSpan.Zero));
        Assert.Equal("2001-02-01..2001-02-14T12:30", range.Text);
        Assert.Equal(range, TimeSelection.Parse(range.Text));
        Assert.Equal("1 Feb 2001 – 14 Feb 2001 12:30", range.Label);
    }

    [Fact]
    public void A_link_to_another_page_keeps_range_and_theme_but_not_the_pages_own_parameters()
    {
        Navigation.NavigateTo("/models/a?range=7d&theme=dark&tab=drift");
        Assert.Equal("/jobs?range=7d&theme=dark", State.Link("/jobs"));
        Assert.Equal("/models/a?range=7d&theme=dark", State.Here(("tab", null)));
    }

    [Fact]
    public async Task Pausing_is_a_button_and_ends_up_in_the_url()
    {
        var bar = Render<TopBar>();
        Assert.Contains("Live", bar.Find(".state").TextContent);
        await bar.ActAsync(() => bar.Find("button[aria-label='Pause updates']").ClickAsync());
        Assert.Contains("paused=1", Query);
        bar.WaitForAssertion(() => Assert.Contains("Paused", bar.Find(".state").TextContent));
        await bar.ActAsync(() => bar.Find("button[aria-label='Go on with updates']").ClickAsync());
        Assert.DoesNotContain("paused", Query);
    }

    [Fact]
    public void Breadcrumbs_name_the_section_and_the_subject()
    {
        Navigation.NavigateTo("/models/flight%20delay?range=7d");
        var bar = Render<TopBar>();
        Assert.Equal("/models?range=7d", bar.Find(".crumbs a").GetAttribute("href"));
        Assert.Equal("flight delay", bar.Find(".crumbs strong").TextContent);
    }

    [Theory]
    [InlineData(typeof(ModelPage), 1)]
    [InlineData(typeof(Overview), 1)]
    [InlineData(typeof(PeoplePage), 0)]
    [InlineData(typeof(AuditPage), 0)]
    public void A_time_range_is_offered_where_the_page_reads_it(Type page, int pickers)
    {
        var bar = Render<TopBar>(p => p.AddCascadingValue(new RouteData(page, new Dictionary<string, object?>())));
        Assert.Equal(pickers, bar.FindAll(".picker").Count);
        Assert.NotEmpty(bar.FindAll("button[aria-label='Pause updates']"));
    }

    [Fact]
    public async Task The_range_picker_marks_the_choice_and_applies_from_to()
    {
        Navigation.NavigateTo("/?range=6h");
        var picker = Render<RangePicker>();
        Assert.Contains("Last 6 hours", picker.Find(".picker").TextContent);
        Assert.Equal("/?range=6h", picker.Find("a[aria-current=true]").GetAttribute("href"));
        var inputs = picker.FindAll("input");
        inputs[0].Change("2001-02-01T00:00:00");
        await picker.ActAsync(() => picker.FindAll("input")[1].ChangeAsync("2001-01-01T00:00:00"));
        await picker.ActAsync(() => picker.Find("form").SubmitAsync());
        Assert.Contains("From must be before to", picker.Find("[role=alert]").TextContent);
        await picker.ActAsync(() => picker.FindAll("input")[1].ChangeAsync("2001-03-01T00:00:00"));
        await picker.ActAsync(() => picker.Find("form").SubmitAsync());
        Assert.Contains("range=2001-02-01..2001-03-01", Query);
    }
}
