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
            await Expect(page.Locator(".waterfall .lane")).ToHaveCountAsync(7);
            var amounts = await page.Locator(".waterfall .up .amount, .waterfall .down .amount").AllInnerTextsAsync();
            Assert.Equal(5, amounts.Count);
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

    private static Regex Pattern(string text) => new(text, RegexOptions.None, TimeSpan.FromSeconds(1));
}
