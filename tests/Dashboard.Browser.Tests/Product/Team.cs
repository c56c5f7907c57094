using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests.Product;

/// <summary>A product with accounts: root, an administrator; dia, who trains and proposes; ben, who approves.</summary>
internal static class Team
{
    public const string Password = "correct horse battery staple";
    private const string Token = "dbt_approvals-approvals-approvals-approvals-1";

    public static async Task<ProductProcess> StartAsync(params string[] settings)
    {
        var product = await ProductProcess.StartAsync(["--Dashboard:Authentication:Mode=Accounts", $"--Dashboard:BootstrapToken={Token}", "--Dashboard:Authentication:SignInsPerMinute=1000", .. settings]);
        product.Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        foreach (var (name, role) in ((string, string)[])[("root", "administrator"), ("dia", "contributor"), ("ben", "approver")])
            await SendAsync(product, HttpMethod.Post, "/api/v1/people", new { name, password = Password, role });
        return product;
    }

    /// <summary>Data, a champion, a better version, and somebody who asks.</summary>
    /// <param name="withBadVersion">A third version reads an input that nobody sends.</param>
    public static async Task PrepareAsync(ProductProcess product, bool withBadVersion = false)
    {
        var random = new Random(1);
        var csv = new StringBuilder("date,delay,distance,origin,gate\n");
        var records = new List<object>();
        var date = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        string[] sent = ["date", "distance", "origin"];
        string[] airports = ["ATL", "BOS", "DEN", "LAX", "ORD", "SFO"];
        for (var row = 0; row < 4_000; row++)
        {
            date = date.AddMinutes(random.Next(1, 25));
            var (origin, distance) = (airports[random.Next(airports.Length)], random.Next(100, 2_500));
            var delay = ((date.Hour - 10) * 1.5) + (origin is "ORD" or "DEN" ? 12 : 0) + (random.NextDouble() * 30) - 15;
            csv.AppendLine(CultureInfo.InvariantCulture, $"{date:yyyy-MM-ddTHH:mm:ss},{delay:F0},{distance},{origin},{row % 40}");
            if (row % 8 == 0)
                records.Add(new { date = date.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), distance, origin });
        }

        using var content = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var registered = await product.Client.PostAsync("/api/v1/datasets?name=departures", content);
        Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
        var hash = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("contentHash").GetString();
        foreach (var (rounds, features) in ((int, string[])[])[(3, sent), (30, sent), .. withBadVersion ? [(30, [.. sent, "gate"])] : ((int, string[])[])[]])
        {
            var job = await SendAsync(product, HttpMethod.Post, "/api/v1/jobs", new
            {
                modelName = "departures", experiment = "departures", datasetVersion = hash, target = "delay > 15", features,
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

    public static async Task<JsonElement> SendAsync(ProductProcess product, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await product.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public static Task SignInAsync(Visitor visitor, string name) => visitor.DoAsync(async page =>
    {
        await page.GotoAsync("/models");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync();
    });
}
