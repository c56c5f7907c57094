using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>Two people with two browsers: one proposes a version at a desk, the other approves it on a phone.</summary>
public sealed class ApprovalsTests
{
    [Fact]
    public async Task One_proposes_at_a_desk_and_another_approves_on_a_phone()
    {
        await using var product = await Team.StartAsync();
        await Team.PrepareAsync(product);

        await using var chromium = await Chromium.LaunchAsync();
        await using var dia = await Visitor.ComeAsync(chromium, product.Address);
        await using var ben = await Visitor.ComeAsync(chromium, product.Address);
        await Team.SignInAsync(dia, "dia");
        await Team.SignInAsync(ben, "ben");
        await ben.Page.SetViewportSizeAsync(Chromium.Phone.Width, Chromium.Phone.Height);
        await ben.GoAsync("/approvals");

        await dia.DoAsync(async page =>
        {
            await dia.GoAsync("/models/departures?tab=versions");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Promote" })).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Button, new() { Name = "Propose…" }).First.ClickAsync();
            await Expect(page.GetByText("One approval is needed.")).ToBeVisibleAsync();
            await page.GetByLabel("Step 1, weight in per cent").FillAsync("2");
            await page.GetByLabel("Reason").FillAsync("Ten times as many rounds, and the evening is told apart.");
            await LookAsync(page, "propose");
            await page.GetByRole(AriaRole.Button, new() { Name = "Propose", Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Version 2 of departures" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What changed" })).ToBeVisibleAsync();
            await Expect(page.GetByText("proposed this, so somebody else has to approve it")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve…" })).ToHaveCountAsync(0);
        });

        await ben.DoAsync(async page =>
        {
            // The inbox was open already: it came in by itself.
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Approvals: 1 request waits for you" })).ToBeVisibleAsync();
            await LookAsync(page, "inbox-phone");
            await page.GetByRole(AriaRole.Link, new() { Name = "Version 2 of departures" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Checks" })).ToBeVisibleAsync();
            await LookAsync(page, "request-phone");
            await page.GetByRole(AriaRole.Button, new() { Name = "Approve…" }).ClickAsync();
            await page.Locator("dialog textarea").FillAsync("Seen on the train.");
            await LookAsync(page, "approve-phone", fullPage: false);
            await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
            await Expect(page.Locator(".page-head .state")).ToContainTextAsync("Approved");
            await Expect(page.GetByText("Seen on the train.")).ToBeVisibleAsync();
        });

        await dia.DoAsync(async page =>
        {
            await Expect(page.Locator(".page-head .state")).ToContainTextAsync("Approved");
            foreach (var (size, scheme) in ((ViewportSize, ColorScheme)[])[(Chromium.Desktop, ColorScheme.Dark), (Chromium.Desktop, ColorScheme.Light), (Chromium.Phone, ColorScheme.Light)])
                foreach (var (name, path) in ((string, string)[])[("request", "/approvals/1"), ("approvals", "/approvals?tab=done"), ("policy", "/policy")])
                {
                    await page.SetViewportSizeAsync(size.Width, size.Height);
                    await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    await dia.GoAsync(path);
                    await LookAsync(page, $"{name}-{scheme}-{size.Width}");
                }
        });

        await using var root = await Visitor.ComeAsync(chromium, product.Address);
        await Team.SignInAsync(root, "root");
        await root.DoAsync(async page =>
        {
            await root.GoAsync("/policy?model=departures");
            await page.GetByRole(AriaRole.Button, new() { Name = "Group" }).ClickAsync();
            await page.GetByRole(AriaRole.Checkbox, new() { Name = "root" }).CheckAsync();
            await LookAsync(page, "policy-edited");
            await page.GetByRole(AriaRole.Button, new() { Name = "Give departures a policy of its own…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
            await Expect(page.GetByText("departures’s own")).ToBeVisibleAsync();
        });
        Assert.Empty(dia.Faults);
        Assert.Empty(ben.Faults);
    }

    /// <summary>No fault of accessibility, and nothing wider than the window; and a picture where one is asked for.</summary>
    private static async Task LookAsync(IPage page, string name, bool fullPage = true)
    {
        await Settled.OfAsync(page);
        if (Environment.GetEnvironmentVariable("APPROVALS_PICTURES") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = fullPage });
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{name}: {violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Take(2).Select(node => node.Html))}"));
        await Settled.FitsAsync(page, name);
    }
}
