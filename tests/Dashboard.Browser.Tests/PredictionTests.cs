using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>From the list of predictions to one of them and back to others like it, by mouse and by keyboard.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class PredictionTests(LiveDemonstration demonstration)
{
    private const string Model = LiveDemonstration.Model;
    /// <summary>The demonstration's model has so many.</summary>
    private const int Features = 5;

    [Fact]
    public async Task A_prediction_is_looked_for_opened_and_compared_with_others_like_it()
    {
        await using var visitor = await demonstration.VisitAsync();
        await visitor.DoAsync(async page =>
        {
            await visitor.GoAsync($"/models/{Model}?tab=predictions&range=all");
            var where = page.GetByLabel("Where");
            await where.FillAsync("origin = 'ORD' and hour >= ");
            await Expect(page.Locator("#segment-check")).ToContainTextAsync("the end stands where a value belongs");
            await where.FillAsync("origin = 'ORD' and hour >= 12");
            await where.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(Pattern("where=origin"));
            var rows = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "origin" });
            await Expect(rows.First).ToContainTextAsync("origin ORD");
            await Expect(rows.Filter(new() { HasNotText = "ORD" })).ToHaveCountAsync(0);

            // The rows stand still while the replay goes on; what is new is announced.
            var first = await rows.First.InnerTextAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Pattern(" newer predictions?$") })).ToBeVisibleAsync();
            Assert.Equal(first, await rows.First.InnerTextAsync());

            await rows.First.GetByRole(AriaRole.Link).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("elay");
            await EveryFeatureStandsInAsync(page.Locator(".waterfall"));
            await page.GetByRole(AriaRole.Button, new() { Name = "show the table" }).First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Region, new() { NameRegex = Pattern("as a table$") }).GetByRole(AriaRole.Row)).ToHaveCountAsync(8);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Inputs and their place in the reference" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(6);

            await page.GetByRole(AriaRole.Link, new() { Name = "Others like this" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(Pattern("tab=predictions&where="));
            await Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToBeVisibleAsync();
            Assert.NotEqual("", await where.InputValueAsync());
            Assert.Empty(visitor.Faults);
        });
    }

    /// <summary>Between the average and the output stand the model's features, each by itself or counted among the small ones that are folded: which of them are small depends on the prediction.</summary>
    private static async Task EveryFeatureStandsInAsync(ILocator waterfall)
    {
        var bars = waterfall.Locator(".up, .down").Filter(new() { Has = waterfall.Page.Locator(".label") });
        await Expect(bars.First).ToBeVisibleAsync();
        var features = 0;
        foreach (var name in await bars.Locator(".label").AllInnerTextsAsync())
            features += Pattern(@"^(\d+) others$").Match(name) is { Success: true } folded ? int.Parse(folded.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
        Assert.Equal(Features, features);
        Assert.Equal(await bars.CountAsync() + 2, await waterfall.Locator(".lane").CountAsync());
    }

    private static Regex Pattern(string text) => new(text, RegexOptions.None, TimeSpan.FromSeconds(1));
}
