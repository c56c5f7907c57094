using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>Two people with two browsers take a model from proposal to production under traffic: a bad version, which is taken back by itself, and a good one.</summary>
public sealed class TeamStoryTests
{
    private const string Model = "departures";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_bad_version_is_taken_back_by_itself_and_a_good_one_goes_into_production()
    {
        await using var product = await Team.StartAsync("--Dashboard:Rollouts:LookSeconds=0.25");
        await Team.PrepareAsync(product, withBadVersion: true);
        using var stop = new CancellationTokenSource();
        var traffic = Enumerable.Range(0, 3).Select(worker => Task.Run(() => AskAsync(product, worker, stop.Token))).ToList();
        await using var chromium = await Chromium.LaunchAsync();
        await using var dia = await Visitor.ComeAsync(chromium, product.Address);
        await using var ben = await Visitor.ComeAsync(chromium, product.Address);
        await Team.SignInAsync(dia, "dia");
        await Team.SignInAsync(ben, "ben");

        await ProposeAsync(dia, 3, "It knows the gate.");
        await ben.DoAsync(async page =>
        {
            await ben.GoAsync("/approvals/1");
            await page.GetByRole(AriaRole.Button, new() { Name = "Waive: " }).First.ClickAsync();
            await page.Locator("dialog textarea").FillAsync("Callers will send the gate from Monday on.");
            await page.GetByRole(AriaRole.Button, new() { Name = "Waive", Exact = true }).ClickAsync();
            await Expect(page.GetByText("ben waived it")).ToBeVisibleAsync();
        });
        await ApproveAsync(ben, 1);
        await dia.DoAsync(async page =>
        {
            await dia.GoAsync("/approvals/1");
            await page.GetByRole(AriaRole.Link, new() { Name = "Its rollout" }).ClickAsync();
            await Expect(page.Locator(".page-head .state")).ToContainTextAsync("Rolled back", new() { Timeout = (float)Patience.TotalMilliseconds });
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it was decided on" })).ToBeVisibleAsync();
            await Expect(page.GetByText("by analysis or time").First).ToBeVisibleAsync();
            await Expect(page.Locator(".finding").First).ToContainTextAsync("Fail");
            await LookAsync(page);
        });
        Assert.Equal(1, await ChampionAsync(product));

        await ProposeAsync(dia, 2, "Ten times as many rounds.");
        await ApproveAsync(ben, 2);
        await ben.DoAsync(async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Its rollout" }).ClickAsync();
            await Expect(page.Locator(".page-head .state")).ToContainTextAsync("Awaiting promotion", new() { Timeout = (float)Patience.TotalMilliseconds });
        });
        await dia.DoAsync(async page =>
        {
            await dia.GoAsync($"/models/{Model}");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Rollout under way" })).ToContainTextAsync("Awaiting promotion");
            await page.GetByRole(AriaRole.Link, new() { Name = "Rollout of version 2" }).ClickAsync();
            // Whoever proposes cannot promote: the button is not there.
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Version 2 of {Model}" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Promote…" })).ToHaveCountAsync(0);
        });
        await ben.DoAsync(async page =>
        {
            await LookAsync(page);
            await page.GetByRole(AriaRole.Button, new() { Name = "Promote…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Promote", Exact = true }).ClickAsync();
        });
        await dia.DoAsync(page => Expect(page.Locator(".page-head .state")).ToContainTextAsync("Succeeded", new() { Timeout = (float)Patience.TotalMilliseconds }));
        Assert.Equal(2, await ChampionAsync(product));

        await stop.CancelAsync();
        var answers = await Task.WhenAll(traffic);
        Assert.True(answers.Sum(count => count.Good) > 500);
        Assert.Equal(0, answers.Sum(count => count.Failed));
        Assert.Empty(dia.Faults);
        Assert.Empty(ben.Faults);
    }

    private static Task ProposeAsync(Visitor visitor, int version, string reason) => visitor.DoAsync(async page =>
    {
        await visitor.GoAsync($"/models/{Model}/versions/{version}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Propose…" }).ClickAsync();
        foreach (var step in (int[])[3, 2])
            await page.GetByRole(AriaRole.Button, new() { Name = $"Remove Step {step}" }).ClickAsync();
        await page.GetByLabel("Step 1, weight in per cent").FillAsync("50");
        await page.GetByLabel("Step 1, minutes at least").FillAsync("0.05");
        await page.GetByLabel("Watched after 100 %").FillAsync("0.05");
        await page.GetByLabel("Reason").FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Propose", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What changed" })).ToBeVisibleAsync(new() { Timeout = (float)Patience.TotalMilliseconds });
    });

    private static Task ApproveAsync(Visitor visitor, int request) => visitor.DoAsync(async page =>
    {
        await visitor.GoAsync($"/approvals/{request}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve…" }).ClickAsync(new() { Timeout = (float)Patience.TotalMilliseconds });
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Expect(page.Locator(".page-head .state")).ToContainTextAsync("Approved");
    });

    /// <summary>No fault of accessibility and nothing wider than the window: at a desk, and on a phone in light.</summary>
    private static async Task LookAsync(IPage page)
    {
        foreach (var (size, scheme) in ((ViewportSize, ColorScheme)[])[(Chromium.Phone, ColorScheme.Light), (Chromium.Desktop, ColorScheme.Dark)])
        {
            await page.SetViewportSizeAsync(size.Width, size.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Settled.OfAsync(page);
            Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{scheme} {size.Width}: {violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Take(2).Select(node => node.Html))}"));
            await Settled.FitsAsync(page, $"the page at {size.Width} pixels");
        }
    }

    /// <summary>Callers who know nothing of versions.</summary>
    private static async Task<(int Good, int Failed)> AskAsync(ProductProcess product, int worker, CancellationToken stop)
    {
        var (good, failed) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            using var answer = await product.Client.PostAsJsonAsync($"/v2/models/{Model}/infer", new
            {
                id = $"{worker}-{good + failed}",
                inputs = new object[]
                {
                    new { name = "date", shape = new[] { 1 }, datatype = "BYTES", data = new[] { $"2001-03-0{1 + (good % 9)}T{good % 24:00}:15:00" } },
                    new { name = "distance", shape = new[] { 1 }, datatype = "FP64", data = new[] { 200 + (good % 2000) } },
                    new { name = "origin", shape = new[] { 1 }, datatype = "BYTES", data = new[] { good % 2 == 0 ? "ORD" : "LAX" } },
                },
            }, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
                good++;
            else
                failed++;
        }

        return (good, failed);
    }

    private static async Task<int> ChampionAsync(ProductProcess product) =>
        (await product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/models/{Model}/versions/champion")).GetProperty("number").GetInt32();
}
