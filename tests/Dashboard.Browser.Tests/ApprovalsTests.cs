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
    private const string Password = "correct horse battery staple";
    private const string Token = "dbt_approvals-approvals-approvals-approvals-1";

    [Fact]
    public async Task One_proposes_at_a_desk_and_another_approves_on_a_phone()
    {
        await using var product = await ProductProcess.StartAsync("--Dashboard:Authentication:Mode=Accounts", $"--Dashboard:BootstrapToken={Token}", "--Dashboard:Authentication:SignInsPerMinute=1000");
        product.Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        foreach (var (name, role) in ((string, string)[])[("root", "administrator"), ("dia", "contributor"), ("ben", "approver")])
            await SendAsync(product, HttpMethod.Post, "/api/v1/people", new { name, password = Password, role });
        await PrepareAsync(product);

        await using var chromium = await Chromium.LaunchAsync();
        await using var dia = await Visitor.ComeAsync(chromium, product.Address);
        await using var ben = await Visitor.ComeAsync(chromium, product.Address);
        await SignInAsync(dia, "dia");
        await SignInAsync(ben, "ben");
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
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What changed" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(page.GetByText("proposed this, so somebody else has to approve it")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve…" })).ToHaveCountAsync(0);
        });

        await ben.DoAsync(async page =>
        {
            // The inbox was open already: it came in by itself.
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Approvals: 1 request waits for you" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
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
                    await page.WaitForTimeoutAsync(600);
                    await LookAsync(page, $"{name}-{scheme}-{size.Width}");
                }
        });

        await using var root = await Visitor.ComeAsync(chromium, product.Address);
        await SignInAsync(root, "root");
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

    /// <summary>Data, a champion, a better version, and somebody who asks.</summary>
    private static async Task PrepareAsync(ProductProcess product)
    {
        var random = new Random(1);
        var csv = new StringBuilder("date,delay,distance,origin\n");
        var records = new List<object>();
        var date = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        string[] airports = ["ATL", "BOS", "DEN", "LAX", "ORD", "SFO"];
        for (var row = 0; row < 4_000; row++)
        {
            date = date.AddMinutes(random.Next(1, 25));
            var (origin, distance) = (airports[random.Next(airports.Length)], random.Next(100, 2_500));
            var delay = ((date.Hour - 10) * 1.5) + (origin is "ORD" or "DEN" ? 12 : 0) + (random.NextDouble() * 30) - 15;
            csv.AppendLine(CultureInfo.InvariantCulture, $"{date:yyyy-MM-ddTHH:mm:ss},{delay:F0},{distance},{origin}");
            if (row % 8 == 0)
                records.Add(new { date = date.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), distance, origin });
        }

        using var content = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var registered = await product.Client.PostAsync("/api/v1/datasets?name=departures", content);
        Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
        var hash = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("contentHash").GetString();
        foreach (var rounds in (int[])[3, 30])
        {
            var job = await SendAsync(product, HttpMethod.Post, "/api/v1/jobs", new
            {
                modelName = "departures", experiment = "departures", datasetVersion = hash, target = "delay > 15", features = (string[])["date", "distance", "origin"],
                split = new { kind = "time", timeColumn = "date" }, parameters = new { rounds, maxDepth = 3, earlyStoppingRounds = 0 },
            });
            await Eventually.TrueAsync(async () => (await product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job.GetProperty("id").GetString()}")).GetProperty("job").GetProperty("status").GetString() == "succeeded", TimeSpan.FromMinutes(4), "the training");
        }

        var policy = await product.Client.GetFromJsonAsync<JsonElement>("/api/v1/policy");
        var alone = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(policy.GetProperty("policy"))!;
        alone["approvals"] = JsonElement.Parse("[]");
        await SendAsync(product, HttpMethod.Put, "/api/v1/models/departures/policy", alone);
        await SendAsync(product, HttpMethod.Post, "/api/v1/models/departures/promote", new { version = 1 });
        await SendAsync(product, HttpMethod.Delete, "/api/v1/models/departures/policy", null);
        await SendAsync(product, HttpMethod.Post, "/api/v1/models/departures/segments", new { name = "long haul", expression = "distance > 1500" });
        await SendAsync(product, HttpMethod.Post, "/api/v1/models/departures/segments", new { name = "hubs in the evening", expression = "origin in ('ORD', 'DEN') and hour >= 17" });
        await SendAsync(product, HttpMethod.Post, "/invocations?model=departures", new { dataframe_records = records });
    }

    private static async Task<JsonElement> SendAsync(ProductProcess product, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await product.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private static Task SignInAsync(Visitor visitor, string name) => visitor.DoAsync(async page =>
    {
        await page.GotoAsync("/models");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync();
    });

    /// <summary>No fault of accessibility, and nothing wider than the window; and a picture where one is asked for.</summary>
    private static async Task LookAsync(IPage page, string name, bool fullPage = true)
    {
        if (Environment.GetEnvironmentVariable("APPROVALS_PICTURES") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = fullPage });
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{name}: {violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Take(2).Select(node => node.Html))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than the window");
    }
}
