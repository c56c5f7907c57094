using System.Net.Http.Json;
using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>A person adds a node on the page, starts it elsewhere with the key that is shown, brings a version to staging and sees the node fall silent, without reloading anything.</summary>
public sealed class EnvironmentsTests
{
    [Fact]
    public async Task A_node_is_added_serves_staging_and_falls_silent_before_the_eyes_of_whoever_watches()
    {
        await using var product = await ProductProcess.StartAsync("--Dashboard:Environments=staging, production", "--Dashboard:Rollouts:LookSeconds=0.5");
        await FourModel.ImportAsync(product, "four", promote: true);
        await using var chromium = await Chromium.LaunchAsync();
        await using var visitor = await Visitor.ComeAsync(chromium, product.Address);
        var key = "";
        await visitor.DoAsync(async page =>
        {
            await visitor.GoAsync("/environments");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a node…" }).ClickAsync();
            await page.GetByLabel("Name").FillAsync("stage-1");
            await page.Locator("dialog select").SelectOptionAsync("staging");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await Expect(page.GetByText("The node stage-1 is added")).ToBeVisibleAsync();
            key = await page.Locator("dialog input[readonly]").InputValueAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(Node(page)).ToContainTextAsync("Not heard of");
        });
        Assert.StartsWith("dbn_", key, StringComparison.Ordinal);

        var node = await ProductProcess.StartAsync($"--Dashboard:Node:ControlRoom={product.Address}", "--Dashboard:Node:Name=stage-1", $"--Dashboard:Node:Key={key}");
        try
        {
            await visitor.DoAsync(async page =>
            {
                await Expect(Node(page)).ToContainTextAsync("As ordered");

                await visitor.GoAsync("/models/four/versions/1");
                await page.GetByRole(AriaRole.Button, new() { Name = "Propose…" }).First.ClickAsync();
                await page.GetByLabel("Where to").SelectOptionAsync("staging");
                await Expect(page.GetByText("becomes the first version in staging")).ToBeVisibleAsync();
                await page.GetByLabel("as soon as it is loaded, without a person").CheckAsync();
                await page.GetByLabel("Reason").FillAsync("To try it.");
                await page.GetByRole(AriaRole.Button, new() { Name = "Propose", Exact = true }).ClickAsync();
                await page.WaitForURLAsync("**/approvals/*");

                await visitor.GoAsync("/environments");
                var places = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "four" }).GetByRole(AriaRole.Cell);
                await Expect(places.First).ToContainTextAsync("v1");
                await Expect(page.GetByText("The node does what the control room says. Every model has the same version everywhere.")).ToBeVisibleAsync();
            });
            // What is live is stored a moment before it is ordered.
            var answered = "";
            await Eventually.TrueAsync(async () =>
            {
                using var answer = await node.Client.PostAsJsonAsync("/v2/models/four/infer", FourModel.Request("try"));
                answered = await answer.Content.ReadAsStringAsync();
                return answer.IsSuccessStatusCode;
            }, TimeSpan.FromMinutes(1), () => $"the node answers; it says {answered}");
            await visitor.DoAsync(async page =>
            {
                foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    await Settled.OfAsync(page);
                    Assert.Empty((await page.Locator("main").RunAxe()).Violations.Select(violation => $"{scheme}: {violation.Id} {violation.Nodes[0].Html}"));
                }
            });

            await node.KillAsync();
            await visitor.DoAsync(async page =>
            {
                await Expect(Node(page)).ToContainTextAsync("Silent");
                await Expect(page.GetByText("stage-1 is silent")).ToBeVisibleAsync();
            });
        }
        finally
        {
            await node.DisposeAsync();
        }

        Assert.Empty(visitor.Faults);
    }

    private static ILocator Node(IPage page) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = "stage-1" });
}
