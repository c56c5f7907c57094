using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Registry;
using Dashboard.Web.Tests.Alerts;
using Dashboard.Web.Tests.Api;
using Dashboard.Web.Tests.People;

namespace Dashboard.Web.Tests.Requests;

/// <summary>Going round the approvals, over HTTP in a real host: it stands as an incident until another administrator has reviewed it.</summary>
public sealed class EmergencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Broken_glass_stands_as_a_critical_incident_until_another_administrator_has_reviewed_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var team = await Team.StartAsync("--Dashboard:Alerts:AllowLocalWebhooks=true");
        await team.AddAsync("second", Role.Administrator);
        using HttpClient contributor = team.Client("contributor"), administrator = team.Client("administrator"), second = team.Client("second");
        await ReadAsync(await administrator.PostAsJsonAsync("/api/v1/alert-channels", new { name = "team", kind = "webhook", url = receiver.Url, minimumSeverity = "warning" }), HttpStatusCode.Created);
        Assert.Null((await team.Host.Get<XGBoostImport>().RunAsync(new("tiny", ModelApiTests.Tiny(-1), "ada"), default)).Error);
        var id = (await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/tiny/requests", new { version = 1, strategy = "allAtOnce", reason = "the first" }), HttpStatusCode.Created)).GetProperty("summary").GetProperty("id").GetInt32();
        Assert.Empty((await ReadAsync(await contributor.GetAsync("/api/v1/incidents"))).EnumerateArray());

        await ReadAsync(await administrator.PostAsJsonAsync($"/api/v1/requests/{id}/break-glass", new { reason = "nothing answers" }));

        var open = (await ReadAsync(await contributor.GetAsync("/api/v1/incidents?open=true"))).EnumerateArray().Single();
        Assert.Equal(("tiny", "critical", id), (open.GetProperty("model").GetString(), open.GetProperty("severity").GetString(), open.GetProperty("requestId").GetInt32()));
        Assert.Equal("Approvals of version 1 were gone round", open.GetProperty("title").GetString());
        Assert.Equal($"administrator (test) let version 1 of tiny go to production without the approvals of request {id}: nothing answers", open.GetProperty("situation").GetString());
        Assert.Equal(open.GetProperty("id").GetInt32(), (await ReadAsync(await contributor.GetAsync($"/api/v1/requests/{id}"))).GetProperty("glass").GetProperty("incident").GetInt32());
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.PostAsJsonAsync($"/api/v1/requests/{id}/review", new { text = "I was right" })).StatusCode);
        Assert.Single((await ReadAsync(await contributor.GetAsync("/api/v1/incidents?open=true"))).EnumerateArray());

        await ReadAsync(await second.PostAsJsonAsync($"/api/v1/requests/{id}/review", new { text = "it had to be" }));

        Assert.Empty((await ReadAsync(await contributor.GetAsync("/api/v1/incidents?open=true"))).EnumerateArray());
        await UntilAsync(() => receiver.Received.Select(message => JsonElement.Parse(message.Body).GetProperty("type").GetString()).Contains("request.glass-reviewed"));
        var over = await ReadAsync(await contributor.GetAsync($"/api/v1/incidents/{open.GetProperty("id").GetInt32()}"));
        Assert.Equal("reviewed", over.GetProperty("incident").GetProperty("resolution").GetString());
        // Who was told of it is on its page, once for each step and not again as an alert.
        Assert.Equal(["notice", "notice"], over.GetProperty("deliveries").EnumerateArray().Select(delivery => delivery.GetProperty("kind").GetString()));
        Assert.DoesNotContain(receiver.Received, message => JsonElement.Parse(message.Body).GetProperty("type").GetString()!.StartsWith("incident.", StringComparison.Ordinal));
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var deadline = DateTime.UtcNow + Patience; !condition();)
        {
            Assert.True(DateTime.UtcNow < deadline, "It took too long.");
            await Task.Delay(50);
        }
    }
}
