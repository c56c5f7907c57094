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
        var incident = await demonstration.IncidentAsync();
        var segment = await Demonstration.SegmentAsync(demonstration.Product);
        string[] paths =
        [
            "/", "/models", $"{model}?range=all", $"{model}?range=all&tab=performance", $"{model}?range=all&tab=drift", $"{model}?range=all&tab=quality", $"{model}?range=all&tab=quality&input=date&segment={segment}",
            $"{model}?range=all&tab=segments", $"{model}?range=all&tab=drift&segment={segment}", $"{model}?range=all&tab=performance&segment={segment}", $"{model}?tab=versions", $"{model}?tab=rollouts", $"{model}?tab=activity", $"{model}/versions/1", $"{model}/versions/999",
            "/experiments", $"/experiments/runs/{runs[0]}", $"/experiments/compare?runs={string.Join(',', runs.Take(2))}",
            $"{model}?range=all&tab=predictions&truth=Known", $"{model}?range=all&tab=predictions&where=nowhere+%3D+1", $"{model}/predictions/{await demonstration.PredictionAsync()}", $"{model}/predictions/nobody",
            "/jobs", $"/jobs/{await demonstration.JobAsync()}", "/jobs/new", "/data", "/data/flights-2001", "/nowhere",
            "/alerts", "/incidents", "/alerts?tab=history", "/alerts?tab=rules", "/alerts?tab=silences", "/alerts?tab=channels", $"/incidents/{incident}",
            "/approvals", "/approvals?tab=done", "/policy", "/environments", "/people", "/audit", "/audit?actor=nobody", "/audit?entry=1",
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

            foreach (var (path, button) in new[] { ("/alerts", "New rule…"), ("/alerts", "Silence…"), ("/alerts?tab=channels", "New channel…"), ($"/incidents/{incident}", "Acknowledge…") })
            {
                await visitor.GoAsync(path);
                await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog).Locator("footer button").Last).ToBeVisibleAsync();
                found.AddRange(await ViolationsAsync(page, scheme, $"the dialog of {button}"));
                await page.Keyboard.PressAsync("Escape");
                await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            }

            await visitor.GoAsync($"{model}/versions/1");
            await page.GetByRole(AriaRole.Button, new() { Name = "Write: Out-of-scope use" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).Locator("textarea")).ToBeVisibleAsync();
            found.AddRange(await ViolationsAsync(page, scheme, "the dialog of a written part"));
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

            await visitor.GoAsync($"{model}?range=all&tab=predictions");
            await page.GetByRole(AriaRole.Button, new() { Name = "Click together" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Segments…" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).GetByText("Sensitive inputs")).ToBeVisibleAsync();
            found.AddRange(await ViolationsAsync(page, scheme, "the dialog of segments"));
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            found.AddRange(await ViolationsAsync(page, scheme, "a segment clicked together"));

            await visitor.GoAsync("/?wall=1");
            await Expect(page.GetByRole(AriaRole.Dialog).Locator("iframe")).ToBeVisibleAsync();
            await Expect(page.FrameLocator("dialog iframe").Locator("h1")).ToBeVisibleAsync();
            found.AddRange(await ViolationsAsync(page, scheme, "the dialog of wall screens"));
            Assert.True(found.Count == 0, string.Join('\n', found));
        }, $"accessibility-{scheme}");
    }

    private static async Task<IEnumerable<string>> ViolationsAsync(IPage page, ColorScheme scheme, string where)
    {
        await Settled.OfAsync(page);
        var result = await page.RunAxe(scheme == ColorScheme.Dark ? Wcag : Contrast);
        return result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where} in {scheme}: {violation.Impact} {violation.Id}: {node.Html} {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}"));
    }
}
