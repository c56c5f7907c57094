using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>The story of the product as a person clicks through it, on the running demonstration, in one visit without a reload.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class StoryTests(LiveDemonstration demonstration)
{
    private const string Model = LiveDemonstration.Model;

    /// <summary>Collects what every progress bar of the page says, in the page, so that none of it is missed.</summary>
    private const string WatchProgress = """
        () => {
          window.heard = [];
          const note = () => { const bar = document.querySelector("main .progress .text"); if (bar && window.heard.at(-1) !== bar.textContent) window.heard.push(bar.textContent); };
          new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    [Fact]
    public async Task Watch_retrain_promote_and_roll_back()
    {
        var champion = await AnsweringVersionAsync();
        await using var visitor = await demonstration.VisitAsync();
        await visitor.DoAsync(async page =>
        {
            await SeeTheOverviewAsync(visitor, champion);
            await page.EvaluateAsync("() => { window.sameVisit = true; }");
            await OpenTheModelAsync(page);
            await SeeAChartMoveAsync(page);
            await ChooseRangeAndThemeAsync(page);
            var challenger = await RetrainAsync(page);
            await SeeTheChallengerAsync(page, champion, challenger);
            await PromoteAsync(page, champion, challenger);
            await RollBackAsync(page, champion, challenger);
            Assert.True(await page.EvaluateAsync<bool>("() => window.sameVisit === true"), "The page was loaded again on the way.");
            Assert.Empty(visitor.Faults);
        });
    }

    private static async Task SeeTheOverviewAsync(Visitor visitor, string champion)
    {
        var page = visitor.Page;
        await visitor.GoAsync("/?theme=dark");
        var strip = page.GetByRole(AriaRole.Region, new() { Name = "Demonstration", Exact = true });
        await Expect(strip).ToContainTextAsync("Replaying");
        var progress = strip.Locator(".progress .text");
        await Expect(progress).Not.ToHaveTextAsync(await progress.InnerTextAsync());
        var card = page.GetByRole(AriaRole.Region, new() { Name = Model, Exact = true });
        await Expect(card).ToContainTextAsync($"v{champion}");
        await Expect(card).ToContainTextAsync("ROC-AUC");
        await Expect(card.Locator(".figure b")).ToHaveTextAsync(Pattern(@"^0\.[5-9]\d*$"));
    }

    private static async Task OpenTheModelAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = Model, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Model, Level = 1 })).ToBeVisibleAsync();
        Assert.StartsWith($"/models/{Model}", new Uri(page.Url).PathAndQuery, StringComparison.Ordinal);
        Assert.Contains("theme=dark", page.Url, StringComparison.Ordinal);
    }

    /// <summary>The pixels of the chart and the numbers beside it change while the page stays the same one.</summary>
    private static async Task SeeAChartMoveAsync(IPage page)
    {
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Predictions", Exact = true });
        await chart.ScrollIntoViewIfNeededAsync();
        await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
        var requests = page.GetByRole(AriaRole.Region, new() { Name = "Requests", Exact = true }).First.Locator("small").Last;
        var drawn = await Ink.DrawnAsync(chart, 100);
        var counted = await requests.InnerTextAsync();

        await Expect(requests).Not.ToHaveTextAsync(counted);
        await Eventually.TrueAsync(async () => (await Ink.OfAsync(chart)).Picture != drawn.Picture, TimeSpan.FromMinutes(2), "the chart moves");
    }

    private static async Task ChooseRangeAndThemeAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Time range:" }).ClickAsync();
        await page.Locator("#range-menu").GetByRole(AriaRole.Link, new() { Name = "All", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Query("range=all"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Query("theme=light"));
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    /// <returns>The new version's number.</returns>
    private static async Task<string> RetrainAsync(IPage page)
    {
        await page.EvaluateAsync(WatchProgress);
        await page.GetByRole(AriaRole.Button, new() { Name = "Retrain…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = $"Retrain {Model}" });
        await Expect(dialog.GetByLabel("Train on")).ToHaveValueAsync("log");
        await dialog.GetByLabel("From", new() { Exact = true }).FillAsync("2001-02-01");
        await dialog.GetByLabel("To", new() { Exact = true }).FillAsync("2001-02-14");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start retraining" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(Pattern("/jobs/[0-9a-f]{32}"));
        await Expect(page).ToHaveURLAsync(Query("range=all"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Retrain {Model}", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".page-head .state")).ToHaveTextAsync("Done", new() { Timeout = 240_000 });
        var heard = await page.EvaluateAsync<string[]>("() => window.heard");
        Assert.True(heard.Count(text => text.EndsWith('%')) >= 4 && heard.Any(text => text.StartsWith("Training round", StringComparison.Ordinal)), $"Progress was seen as: {string.Join(" | ", heard)}");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("round");

        var version = page.Locator(".page-head").GetByRole(AriaRole.Link, new() { Name = "Version" });
        var number = (await version.InnerTextAsync()).Split(' ')[^1];
        await version.ClickAsync();
        return number;
    }

    private static async Task SeeTheChallengerAsync(IPage page, string champion, string challenger)
    {
        await Expect(page).ToHaveURLAsync(Query("tab=versions"));
        await Expect(page).ToHaveURLAsync(Query("theme=light"));
        var card = page.GetByRole(AriaRole.Region, new() { Name = $"Challenger: version {challenger}" });
        await Expect(card.Locator(".notice")).ToHaveTextAsync(Pattern($@"version {champion} on [\d,\s]+ held-out rows: ROC-AUC 0\.\d+ against 0\.\d+"));
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = $"v{challenger} challenger" })).ToBeVisibleAsync();
    }

    private async Task PromoteAsync(IPage page, string champion, string challenger)
    {
        await page.Locator(".page-head").GetByRole(AriaRole.Button, new() { Name = $"Promote v{challenger}…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = $"Promote version {challenger} of {Model}" });
        await Expect(dialog).ToContainTextAsync($"in place of version {champion}");
        await dialog.GetByLabel("Reason").FillAsync("the winter storms");
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"Promote version {challenger}" }).ClickAsync();

        await Expect(dialog).ToBeHiddenAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync($"v{challenger} champion");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = $"v{challenger} champion" })).ToBeVisibleAsync();
        Assert.Equal(challenger, await AnsweringVersionAsync());
    }

    private async Task RollBackAsync(IPage page, string champion, string challenger)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = $"Roll back {Model}" });
        await Expect(dialog).ToContainTextAsync("the winter storms");
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"Roll back to version {champion}" }).ClickAsync();

        await Expect(dialog).ToBeHiddenAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync($"v{champion} champion");
        Assert.Equal(champion, await AnsweringVersionAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Activity" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Query("tab=activity"));
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync($"version {challenger}");
    }

    /// <summary>The version that answers a request now.</summary>
    private async Task<string> AnsweringVersionAsync()
    {
        var request = new
        {
            parameters = new { event_time = "2001-02-03T06:15:00Z" },
            inputs = new object[]
            {
                new { name = "date", shape = new[] { 1 }, datatype = "BYTES", data = new[] { "2001-02-03T06:15" } },
                new { name = "distance", shape = new[] { 1 }, datatype = "FP64", data = new[] { 2176 } },
                new { name = "origin", shape = new[] { 1 }, datatype = "BYTES", data = new[] { "LAS" } },
                new { name = "destination", shape = new[] { 1 }, datatype = "BYTES", data = new[] { "PHL" } },
            },
        };
        using var response = await demonstration.Product.Client.PostAsJsonAsync($"/v2/models/{Model}/infer", request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("model_version").GetString()!;
    }

    private static Regex Query(string part) => Pattern($"[?&]{Regex.Escape(part)}(&|$)");

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
}
