using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Dashboard.Core.Governance.People;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>
/// A product with accounts in which every page has something to press: a champion, a version on its way (paused), one that is asked for and fails a check, one that may be promoted directly, and an incident.
/// </summary>
internal sealed class RoleProduct : IAsyncDisposable
{
    public const string Model = "departures", Direct = "four";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private RoleProduct(ProductProcess product) => Product = product;

    public ProductProcess Product { get; }

    /// <summary>What placeholders of routes stand for.</summary>
    public Dictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    public string DisplayLink { get; private set; } = "";

    public static async Task<RoleProduct> StartAsync()
    {
        var made = new RoleProduct(await Team.StartAsync("--Dashboard:Alerts:AllowLocalWebhooks=true"));
        await made.PrepareAsync();
        return made;
    }

    /// <summary>An address with its placeholders filled in.</summary>
    public string AddressOf(string address) => Ids.Aggregate(address, (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));

    public Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null) => Team.SendAsync(Product, method, path, body);

    public async Task<JsonElement> ReadAsync(string path) => await Product.Client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Somebody with a role signs in at a browser of their own.</summary>
    public async Task<Visitor> ComeAsync(Chromium chromium, string name)
    {
        var visitor = await Visitor.ComeAsync(chromium, Product.Address);
        await visitor.DoAsync(async page =>
        {
            await page.GotoAsync("/sign-in?to=/account");
            await page.GetByLabel("Name").FillAsync(name);
            await page.GetByLabel("Password").FillAsync(Team.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await page.WaitForURLAsync("**/account");
        });
        return visitor;
    }

    public ValueTask DisposeAsync() => Product.DisposeAsync();

    private async Task PrepareAsync()
    {
        foreach (var (name, role) in ((string, string?)[])[("viv", "viewer"), ("nil", null), ("eve", "administrator"), ("kim", "administrator")])
            Ids[name] = Id(await SendAsync(HttpMethod.Post, "/api/v1/people", new { name, password = Team.Password, role }));
        await Team.PrepareAsync(Product, withBadVersion: true);
        await FourModel.ImportAsync(Product, Direct, promote: false);
        var policy = await ReadAsync("/api/v1/policy");
        var free = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(policy.GetProperty("policy"))!;
        free["approvals"] = JsonElement.Parse("[]");
        await SendAsync(HttpMethod.Put, $"/api/v1/models/{Direct}/policy", free);

        await SendAsync(HttpMethod.Post, "/api/v1/alert-rules", new { model = Model, name = "Requests arrive", signal = new { kind = "requestRate" }, comparison = "atLeast", threshold = 0, severity = "critical" });
        await SendAsync(HttpMethod.Post, "/api/v1/silences", new { severity = "info", endsAt = DateTimeOffset.UtcNow.AddDays(1), reason = "trainings are repeated by hand" });
        await SendAsync(HttpMethod.Post, "/api/v1/alert-channels", new { name = "nobody", kind = "webhook", url = "http://127.0.0.1:9/" });
        await SendAsync(HttpMethod.Post, "/api/v1/nodes", new { name = "eu-1" });
        DisplayLink = $"/display/{(await SendAsync(HttpMethod.Post, "/api/v1/display-links", new { name = "hall", models = new[] { Model } })).GetProperty("secret").GetString()}";
        var jobs = await ReadAsync("/api/v1/jobs");
        Ids["run"] = jobs[0].GetProperty("runId").GetString()!;
        await SendAsync(HttpMethod.Put, $"/api/v1/runs/{Ids["run"]}/tags/stage", new { value = "tried" });
        Ids["job"] = await CancelledJobAsync(jobs[0].GetProperty("id").GetString()!);
        Ids["rollout"] = await PausedRolloutAsync(free);
        Ids["request"] = (await SendAsync(HttpMethod.Post, $"/api/v1/models/{Model}/requests", new { version = 3, strategy = "canary", reason = "the gate counts" })).GetProperty("summary").GetProperty("id").GetRawText();
        await Eventually.TrueAsync(async () => (await ReadAsync($"/api/v1/requests/{Ids["request"]}")).TryGetProperty("digest", out _), Patience, "the evidence");
        await Eventually.TrueAsync(async () => (await ReadAsync("/api/v1/incidents")).GetArrayLength() > 0, Patience, "the incident");
        Ids["incident"] = Id((await ReadAsync("/api/v1/incidents"))[0]);
        Ids["prediction"] = (await ReadAsync($"/api/v1/models/{Model}/predictions?range=all&take=1")).GetProperty("predictions")[0].GetProperty("id").GetString()!;
    }

    /// <summary>What was cancelled can be retried. One that was done before the order came is followed by another.</summary>
    private async Task<string> CancelledJobAsync(string like)
    {
        var spec = (await ReadAsync($"/api/v1/jobs/{like}")).GetProperty("spec");
        while (true)
        {
            var queued = (await SendAsync(HttpMethod.Post, "/api/v1/jobs", spec)).GetProperty("id").GetString()!;
            using (await Product.Client.PostAsync($"/api/v1/jobs/{queued}/cancel", null))
            {
                var status = "";
                await Eventually.TrueAsync(async () => (status = (await ReadAsync($"/api/v1/jobs/{queued}")).GetProperty("job").GetProperty("status").GetString()!) is not ("queued" or "running"), Patience, "the end of the job");
                if (status == "cancelled")
                    return queued;
                Assert.Equal("succeeded", status);
            }
        }
    }

    /// <summary>Version 2 gets its first share of traffic, and stays there.</summary>
    private async Task<string> PausedRolloutAsync(object withoutApprovals)
    {
        await SendAsync(HttpMethod.Put, $"/api/v1/models/{Model}/policy", withoutApprovals);
        var rollout = (await SendAsync(HttpMethod.Post, $"/api/v1/models/{Model}/requests", new { version = 2, strategy = "canary", reason = "better" })).GetProperty("rolloutId").GetString()!;
        var path = $"/api/v1/models/{Model}/rollouts/{rollout}";
        var phase = "";
        await Eventually.TrueAsync(async () =>
        {
            var seen = (await ReadAsync(path)).GetProperty("rollout");
            phase = seen.GetProperty("phase").GetString()!;
            if (phase != "step")
                return phase == "paused";
            using var paused = await Product.Client.PostAsJsonAsync($"{path}/pause", new { revision = seen.GetProperty("revision").GetInt64(), reason = "to look at it" });
            return paused.IsSuccessStatusCode;
        }, Patience, $"a paused rollout instead of '{phase}'");
        await SendAsync(HttpMethod.Delete, $"/api/v1/models/{Model}/policy");
        return rollout;
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetRawText();
}
