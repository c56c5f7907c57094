using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>Every page against WCAG 2.2 AA, by axe, in dark and in light.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class AccessibilityTests(LiveDemonstration demonstration)
{
    private static readonly AxeRunOptions Wcag = new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };

    private static readonly AxeRunOptions Contrast = new() { RunOnly = new() { Type = "rule", Values = ["color-contrast"] } };

    /// <summary>Every rule in dark; in light what depends on colours. The replay rests meanwhile, so that the pages stand still.</summary>
    [Theory]
    [InlineData(ColorScheme.Dark)]
    [InlineData(ColorScheme.Light)]
    public async Task No_page_violates_WCAG(ColorScheme scheme)
    {
        var runs = await demonstration.RunsAsync();
        var model = $"/models/{LiveDemonstration.Model}";
        string[] paths =
        [
            "/", "/models", $"{model}?range=all", $"{model}?range=all&tab=drift", $"{model}?tab=versions", $"{model}?tab=activity",
            "/experiments", $"/experiments/runs/{runs[0]}", $"/experiments/compare?runs={string.Join(',', runs.Take(2))}",
            "/jobs", $"/jobs/{await demonstration.JobAsync()}", "/jobs/new", "/data", "/data/flights-2001", "/nowhere",
        ];
        await using var pause = await Demonstration.PauseAsync(demonstration.Product);
        await using var visitor = await demonstration.VisitAsync(scheme);
        await visitor.DoAsync(async page =>
        {
            var found = new List<string>();
            foreach (var path in paths)
            {
                await visitor.GoAsync(path);
                await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
                found.AddRange(await ViolationsAsync(page, scheme, path));
            }

            await visitor.GoAsync($"{model}?tab=versions");
            foreach (var button in new[] { "Retrain…", "Promote…", "Aliases…", "Import…", "Add tags…" })
            {
                await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog).Locator("footer button").Last).ToBeVisibleAsync();
                found.AddRange(await ViolationsAsync(page, scheme, $"the dialog of {button}"));
                await page.Keyboard.PressAsync("Escape");
                await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            }

            await visitor.GoAsync("/?wall=1");
            await Expect(page.GetByRole(AriaRole.Dialog).Locator("iframe")).ToBeVisibleAsync();
            await Expect(page.FrameLocator("dialog iframe").Locator("h1")).ToBeVisibleAsync();
            found.AddRange(await ViolationsAsync(page, scheme, "the dialog of wall screens"));
            Assert.True(found.Count == 0, string.Join('\n', found));
        }, $"accessibility-{scheme}");
    }

    private static async Task<IEnumerable<string>> ViolationsAsync(IPage page, ColorScheme scheme, string where)
    {
        var result = await page.RunAxe(scheme == ColorScheme.Dark ? Wcag : Contrast);
        return result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where} in {scheme}: {violation.Impact} {violation.Id}: {node.Html} {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}"));
    }
}
