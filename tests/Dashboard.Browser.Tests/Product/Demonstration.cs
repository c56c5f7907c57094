using System.Net.Http.Json;
using System.Text.Json;

namespace Dashboard.Browser.Tests.Product;

/// <summary>Waits for the demonstration and asks things of it, over the API.</summary>
internal static class Demonstration
{
    public static async Task ReachAsync(ProductProcess product, DateTime replayed)
    {
        await Eventually.TrueAsync(async () =>
        {
            var state = await product.Client.GetFromJsonAsync<JsonElement>("/api/v1/demo");
            var phase = state.GetProperty("phase").GetString();
            Assert.True(phase is "preparing" or "replaying", $"The demonstration is {phase}: {state.GetProperty("text").GetString()}");
            return state.TryGetProperty("replayedUntil", out var until) && until.GetDateTime() >= replayed;
        }, TimeSpan.FromMinutes(8), $"the replay reaches {replayed:d MMMM}");
    }

    /// <summary>Retrains on what was predicted and labelled in early February, and waits for the end.</summary>
    /// <returns>The job's id.</returns>
    public static async Task<string> RetrainAsync(ProductProcess product)
    {
        using var response = await product.Client.PostAsJsonAsync("/api/v1/models/flight-delay/retrain", new { window = new { from = "2001-02-01T00:00:00Z", to = "2001-02-14T00:00:00Z" } });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        await Eventually.TrueAsync(async () =>
        {
            var status = (await product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{id}")).GetProperty("job").GetProperty("status").GetString();
            Assert.True(status is "queued" or "running" or "succeeded", $"The job is {status}.");
            return status == "succeeded";
        }, TimeSpan.FromMinutes(4), "the retraining succeeds");
        return id;
    }

    /// <summary>A rule that fires at once, a silence of another and a channel: something of everything that the pages of alerts show.</summary>
    /// <returns>The incident's number.</returns>
    public static async Task<int> AlertAsync(ProductProcess product)
    {
        await PostAsync(product, "/api/v1/alert-rules", new { model = "flight-delay", name = "Requests arrive", signal = new { kind = "requestRate" }, comparison = "atLeast", threshold = 0, severity = "critical" });
        await PostAsync(product, "/api/v1/silences", new { severity = "info", endsAt = DateTimeOffset.UtcNow.AddDays(1), reason = "trainings are repeated by hand" });
        await PostAsync(product, "/api/v1/alert-channels", new { name = $"nobody {Guid.NewGuid():N}", kind = "webhook", url = "http://127.0.0.1:9/" });
        var id = 0;
        await Eventually.TrueAsync(async () =>
        {
            var incidents = await product.Client.GetFromJsonAsync<JsonElement>("/api/v1/incidents?open=true");
            return incidents.GetArrayLength() > 0 && (id = incidents[0].GetProperty("id").GetInt32()) > 0;
        }, TimeSpan.FromMinutes(4), "an incident begins");
        return id;
    }

    /// <summary>A defined segment whose past is counted, and an input that is marked as sensitive: something of everything that the tabs of segments and data quality show.</summary>
    /// <returns>The segment's name.</returns>
    public static async Task<string> SegmentAsync(ProductProcess product)
    {
        const string name = "Afternoon", path = "/api/v1/models/flight-delay/segments";
        if (!(await product.Client.GetFromJsonAsync<JsonElement>(path)).EnumerateArray().Any(segment => segment.GetProperty("name").GetString() == name))
            await PostAsync(product, path, new { name, expression = "hour between 12 and 18" });
        using var marked = await product.Client.PutAsJsonAsync("/api/v1/models/flight-delay/sensitive", new { features = new[] { "origin" } });
        Assert.True(marked.IsSuccessStatusCode, await marked.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(async () => (await product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/models/flight-delay/drift?segment={name}")).GetProperty("blocks").GetArrayLength() > 3,
            TimeSpan.FromMinutes(4), "the segment's past is counted");
        return name;
    }

    private static async Task PostAsync(ProductProcess product, string path, object body)
    {
        using var response = await product.Client.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Stops the replay until what it returns is disposed; one that is over stands still by itself.</summary>
    public static async Task<IAsyncDisposable> PauseAsync(ProductProcess product)
    {
        using var response = await product.Client.PostAsync("/api/v1/demo/stop", null);
        if (response.IsSuccessStatusCode)
            return new Pause(product);
        Assert.Equal("finished", (await product.Client.GetFromJsonAsync<JsonElement>("/api/v1/demo")).GetProperty("phase").GetString());
        return new Pause(null);
    }

    public static async Task<IReadOnlyList<string>> RunsAsync(ProductProcess product)
    {
        var runs = await product.Client.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        return [.. runs.EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];
    }

    private sealed class Pause(ProductProcess? stopped) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (stopped is null)
                return;
            using var response = await stopped.Client.PostAsync("/api/v1/demo/start", null);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
