using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>A person makes a rule, sees it fire without reloading, follows it to its incident, and finds the buttons that help.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class AlertsTests(LiveDemonstration demonstration)
{
    private const string Rule = "Traffic at all";

    [Fact]
    public async Task A_rule_is_made_fires_and_leads_to_an_incident_with_its_chart_and_its_buttons()
    {
        await using var visitor = await demonstration.VisitAsync();
        await visitor.DoAsync(async page =>
        {
            await visitor.GoAsync("/alerts?tab=rules");
            await page.GetByRole(AriaRole.Button, new() { Name = "New rule…", Exact = true }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Field(dialog, "Watches", "select").SelectOptionAsync(new SelectOptionValue { Label = "request rate" });
            // The fields take the usual values of what was chosen; only then something else is typed.
            await Expect(dialog.Locator(".sentence")).ToContainTextAsync("request rate is");
            await Field(dialog, "Is", "select").SelectOptionAsync(new SelectOptionValue { Label = "at least" });
            foreach (var (label, text) in new[] { ("Threshold", "0"), ("For at least", ""), ("Name", Rule) })
            {
                await Field(dialog, label, "input").FillAsync(text);
                await Field(dialog, label, "input").BlurAsync();
            }

            await Expect(dialog.Locator(".sentence")).ToContainTextAsync("Warning when request rate is at least 0");
            await Expect(dialog.GetByText("and would fire now")).ToBeVisibleAsync();
            await Expect(dialog.Locator(".time-plot canvas")).ToBeVisibleAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Rule })).ToBeVisibleAsync();

            // What the demonstration's own rules see may fire first: then the new alert joins their incident, whose banner has their name.
            var incident = await IncidentAsync();
            await visitor.GoAsync($"/models/{LiveDemonstration.Model}?range=all");
            var banner = page.Locator("main .notice").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = $"Incident {incident}", Exact = true }) });
            await Expect(banner).ToBeVisibleAsync();
            await Expect(page.Locator("nav .count.firing")).ToBeVisibleAsync();
            await banner.GetByRole(AriaRole.Link).ClickAsync();

            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator("main").GetByText(Rule).First).ToBeVisibleAsync();
            var chart = page.Locator("section.chart").Filter(new() { HasText = Rule });
            await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
            await Ink.DrawnAsync(chart, 200);
            await Expect(page.GetByText("the incident begins")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Retrain…" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).GetByText("becomes challenger")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Escape");
            Assert.Empty(visitor.Faults);
        });
        await RemoveAsync();
    }

    private static ILocator Field(ILocator dialog, string label, string kind) => dialog.Locator("label.field").Filter(new() { HasTextRegex = new Regex($@"^\s*{label}", RegexOptions.None, TimeSpan.FromSeconds(1)) }).Locator(kind);

    /// <summary>The incident that the new rule's alert belongs to, once it fires.</summary>
    private async Task<int> IncidentAsync()
    {
        var id = 0;
        await Eventually.TrueAsync(async () =>
        {
            var firing = await demonstration.Product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/alerts?model={LiveDemonstration.Model}&state=firing");
            return firing.EnumerateArray().Any(alert => alert.GetProperty("rule").GetString() == Rule && alert.TryGetProperty("incidentId", out var incident) && (id = incident.GetInt32()) > 0);
        }, TimeSpan.FromMinutes(4), $"'{Rule}' fires");
        return id;
    }

    private async Task RemoveAsync()
    {
        var rules = await demonstration.Product.Client.GetFromJsonAsync<JsonElement>("/api/v1/alert-rules");
        foreach (var rule in rules.EnumerateArray().Where(rule => rule.GetProperty("name").GetString() == Rule))
        {
            using var removed = await demonstration.Product.Client.DeleteAsync($"/api/v1/alert-rules/{rule.GetProperty("id").GetInt32()}");
            Assert.True(removed.IsSuccessStatusCode);
        }
    }
}
