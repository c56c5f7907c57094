using Bunit;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Web.Components.Pages.Models.Quality;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Models;

public sealed class QualityTabTests : LoggedModel
{
    [Fact]
    public async Task The_worst_input_stands_first_and_is_shown_with_its_findings_and_figures()
    {
        await RegisterAsync();
        await SendAsync(1000, distance: i => i % 5 == 0 ? double.NaN : (i * 37 % 1000) + 1);
        var tab = await OpenAsync();

        Assert.StartsWith("distance needs a look: 20 % of distance are missing, none in the reference", tab.Find(".verdict").TextContent);
        Assert.Equal(["distance", "origin"], tab.FindAll(".inputs button.link").Select(button => button.TextContent));
        Assert.Equal(["broken", "as trained"], tab.FindAll(".inputs td.badge").Select(cell => cell.TextContent.Trim()));
        Assert.Equal("0\u202f% → 20\u202f%", tab.Find(".inputs [data-name=missing]").TextContent.Replace(".0", ""));
        Assert.Matches(@"reference of v1 \(1\s500 rows\) → now \(1\s000 rows\)", tab.Markup);
        Assert.NotNull(tab.Find("[aria-label='distance: missing and out of range']"));
        Assert.Contains("20 % of distance are missing", tab.Find(".findings").TextContent);
    }

    [Fact]
    public async Task The_chosen_input_is_in_the_url()
    {
        await RegisterAsync();
        await SendAsync(500);
        var tab = await OpenAsync();

        await tab.ActAsync(() => tab.FindAll(".inputs button.link").First(button => button.TextContent == "origin").ClickAsync());
        Assert.Contains("input=origin", Query);
        tab.Render();
        Assert.NotNull(tab.Find("[aria-label='origin: missing and new values']"));
        Assert.Equal("true", tab.FindAll(".inputs button.link").First(button => button.TextContent == "origin").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task Every_new_value_can_be_shown()
    {
        await RegisterAsync();
        await SendAsync(1000, origin: i => i % 2 == 0 ? "LAX" : $"X{i % 40:00}");
        var tab = await OpenAsync();

        Assert.Equal(5, tab.FindAll(".bars li").Count);
        await tab.ActAsync(() => tab.FindAll("button").First(button => button.TextContent == "Show all 20").ClickAsync());
        Assert.Equal(20, tab.FindAll(".bars li").Count);
        Assert.Contains("only the 20 most frequent", tab.Markup);
        Assert.DoesNotContain("API’s answer", tab.Markup);
    }

    [Fact]
    public async Task A_segment_is_chosen_in_the_url_and_compared_with_its_own_rows()
    {
        await RegisterAsync();
        await DefineAsync("Chicago", "origin = 'ORD'");
        await SendAsync(1000, distance: i => i % 2 == 0 ? 5000 : (i * 37 % 1000) + 1);
        var all = await OpenAsync();
        Assert.Equal(["All predictions", "Chicago"], all.Find("select").QuerySelectorAll("option").Select(option => option.TextContent));
        Assert.Contains("distance needs a look", all.Find(".verdict").TextContent);

        var part = await OpenAsync("?segment=Chicago");
        Assert.Equal("All inputs are within what the model was trained on.", part.Find(".verdict").TextContent);
        Assert.Equal("origin = 'ORD'", part.Find("code").TextContent);
        Assert.Contains("by arrival, of all predictions", part.Markup);
    }

    [Fact]
    public async Task Faults_are_listed_by_field_with_what_was_wrong()
    {
        await RegisterAsync();
        var (picture, _) = await PageAsync();
        for (var field = 0; field < 10; field++)
            Services.GetRequiredService<QualityCounters>().Count(picture.Model.Id, DateTimeOffset.UtcNow, QualityKind.WrongType, $"field {field}", 20 - field);
        await SendAsync(100);
        await SendAsync(1);
        var tab = await OpenAsync();
        tab.WaitForState(() => tab.FindAll("td.field").Count == 8);

        Assert.Equal("field 0", tab.Find("td.field").TextContent);
        Assert.Contains("wrong type or form, refused", tab.Markup);
        await tab.ActAsync(() => tab.FindAll("button").First(button => button.TextContent == "Show all 10").ClickAsync());
        Assert.Equal(10, tab.FindAll("td.field").Count);
        Assert.Equal("1 ids that had come before", tab.FindAll(".facts dd")[1].TextContent);
    }

    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public async Task Without_a_reference_the_tab_says_what_is_missing_and_still_shows_what_comes_in(ModelTask task)
    {
        await RegisterAsync(task, reference: false);
        await SendAsync(300, outputs: _ => task == ModelTask.MulticlassClassification ? [0.2f, 0.5f, 0.3f] : [0.4f], origin: i => i % 3 == 0 ? "JFK" : "LAX");
        var tab = await OpenAsync();

        Assert.Contains("came without a reference", tab.Find(".notice").TextContent);
        Assert.Equal(["broken", "not known"], tab.FindAll(".inputs td.badge").Select(cell => cell.TextContent.Trim()));
        Assert.NotNull(tab.Find("[aria-label='Rows']"));
        Assert.Contains("JFK", tab.Find(".bars").TextContent);
    }

    [Fact]
    public async Task A_range_without_predictions_offers_all_time()
    {
        await RegisterAsync();
        await SendAsync(50);
        var tab = await OpenAsync(from: Start.AddYears(2));

        Assert.Equal("No prediction in this time range.", tab.Find(".verdict").TextContent);
        Assert.Equal("Show all time", tab.Find(".empty a").TextContent);
        Assert.Empty(tab.FindAll(".inputs"));
        Assert.Empty(tab.FindAll("[aria-label='Rows']"));
    }

    private async Task<IRenderedComponent<QualityTab>> OpenAsync(string query = "", DateTimeOffset? from = null)
    {
        Navigation.NavigateTo("/" + query);
        var (picture, status) = await PageAsync(from);
        var tab = Render<QualityTab>(p => p.Add(t => t.Picture, picture).Add(t => t.Status, status));
        tab.WaitForAssertion(() => Assert.NotEmpty(tab.FindAll(".verdict")));
        return tab;
    }

    private async Task DefineAsync(string name, string expression) => Assert.True((await Services.GetRequiredService<SegmentStore>().AddAsync("flights", name, expression, "me", default)).IsSuccess);
}
