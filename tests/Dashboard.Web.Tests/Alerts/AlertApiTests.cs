using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>One host for all questions that the API is asked about alerts.</summary>
public sealed class AlertApiHost : IAsyncLifetime
{
    public TestHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

public sealed class AlertApiTests(AlertApiHost fixture) : IClassFixture<AlertApiHost>
{
    private const string Rules = "/api/v1/alert-rules";
    private const string Channels = "/api/v1/alert-channels";
    private const string Silences = "/api/v1/silences";

    private readonly TestHost host = fixture.Host;

    [Fact]
    public async Task A_rule_is_made_read_changed_and_removed()
    {
        var (status, made) = await SendAsync(HttpMethod.Post, Rules, """{"model":"constant","name":"Slow","signal":{"kind":"latencyP95"},"threshold":20,"clearThreshold":15,"holdSeconds":60,"clearSeconds":120,"severity":"critical","minimumSample":50}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Critical when p95 latency is above 20\u202fms over the last 5\u202fmin, and that holds for 1\u202fmin. Over when it has been 15\u202fms or less for 2\u202fmin. Fewer than 50 requests are not judged.", made.GetProperty("sentence").GetString());
        var path = $"{Rules}/{made.GetProperty("id").GetInt32()}";
        Assert.Equal(300, (await SendAsync(HttpMethod.Get, path)).Body.GetProperty("windowSeconds").GetDouble());
        var (changed, body) = await SendAsync(HttpMethod.Put, path, """{"name":"Slow for all","signal":{"kind":"latencyP99"},"threshold":30,"enabled":false}""");
        Assert.Equal(HttpStatusCode.OK, changed);
        Assert.False(body.GetProperty("enabled").GetBoolean());
        Assert.False(body.TryGetProperty("model", out _));
        Assert.Contains((await SendAsync(HttpMethod.Get, Rules + "?model=constant")).Body.EnumerateArray(), rule => rule.GetProperty("name").GetString() == "Slow for all");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, path)).Status);
    }

    [Theory]
    [InlineData("""{"name":"r","threshold":1}""", "signal.kind", null)]
    [InlineData("""{"name":"r","signal":{"kind":"speed"},"threshold":1}""", "signal.kind", "speed")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"}}""", "threshold", null)]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":7}""", "threshold", "7")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"comparison":"over"}""", "comparison", "over")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"severity":"fatal"}""", "severity", "fatal")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"noData":"panic"}""", "noData", "panic")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"clearThreshold":0.2}""", "clearThreshold", "0.2")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"windowSeconds":1}""", "windowSeconds", "1")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"holdSeconds":-3}""", "holdSeconds", "-3")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":0.1,"windowSeconds":1e300}""", "windowSeconds", "1E+300")]
    [InlineData("""{"name":"","signal":{"kind":"errorRate"},"threshold":0.1}""", "name", null)]
    [InlineData("""{"name":"r","signal":{"kind":"inputDrift"},"threshold":1}""", "signal.name", null)]
    [InlineData("""{"model":"nobody","name":"r","signal":{"kind":"errorRate"},"threshold":0.1}""", "model", "nobody")]
    [InlineData("""{"name":"r","signal":{"kind":"errorRate"},"threshold":"many"}""", "threshold", "many")]
    public async Task A_rule_that_does_not_fit_is_a_problem_that_names_the_field_the_value_and_what_is_expected(string body, string field, string? value)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Post, Rules), (HttpMethod.Post, Rules + "/preview"), (HttpMethod.Put, Rules + "/1") })
        {
            if (field == "model" && method == HttpMethod.Put)
                continue;
            var (status, problem) = await SendAsync(method, path, body);
            Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{status}");
            Assert.Equal(field, problem.GetProperty("field").GetString());
            Assert.Equal(value, problem.TryGetProperty("value", out var given) ? given.GetString() : null);
            Assert.False(string.IsNullOrEmpty(problem.GetProperty("expected").GetString()));
        }
    }

    [Fact]
    public async Task A_preview_tells_when_the_rule_would_have_fired()
    {
        await AlertHost.RequestAsync(host, 30, good: false);
        const string rule = """{"model":"constant","name":"r","signal":{"kind":"errorRate"},"threshold":0.5,"windowSeconds":600,"minimumSample":5}""";
        JsonElement preview = default;
        await AlertHost.EventuallyAsync(async () =>
        {
            preview = (await SendAsync(HttpMethod.Post, Rules + "/preview?days=1", rule)).Body;
            return preview.GetProperty("firings").GetArrayLength() == 1;
        }, "the requests that failed are counted");
        Assert.Equal("service", preview.GetProperty("clock").GetString());
        Assert.Equal(1, preview.GetProperty("readings")[0].GetProperty("value").GetDouble());
        Assert.Equal("days", (await SendAsync(HttpMethod.Post, Rules + "/preview?days=0", rule)).Body.GetProperty("field").GetString());
        Assert.Equal("model", (await SendAsync(HttpMethod.Post, Rules + "/preview", rule.Replace("\"model\":\"constant\",", "", StringComparison.Ordinal))).Body.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Alerts_incidents_and_silences_are_asked_for_and_answered_for()
    {
        var rule = (await SendAsync(HttpMethod.Post, Rules, """{"model":"constant","name":"Requests fail","signal":{"kind":"errorRate"},"threshold":0.5,"windowSeconds":600}""")).Body.GetProperty("id").GetInt32();
        await AlertHost.RequestAsync(host, 10, good: false);
        await AlertHost.EventuallyAsync(async () => (await SendAsync(HttpMethod.Get, "/api/v1/alerts?state=firing")).Body.GetArrayLength() == 1, "it fires");

        var alert = (await SendAsync(HttpMethod.Get, "/api/v1/alerts?model=constant&state=Firing")).Body[0];
        Assert.Equal((rule, "firing", "warning"), (alert.GetProperty("ruleId").GetInt32(), alert.GetProperty("state").GetString(), alert.GetProperty("severity").GetString()));
        var path = $"/api/v1/incidents/{alert.GetProperty("incidentId").GetInt32()}";
        Assert.Equal(1, (await SendAsync(HttpMethod.Get, "/api/v1/incidents?open=true")).Body.GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, path + "/acknowledge", """{"text":"mine"}""", actor: "bob")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, path + "/acknowledge")).Status);
        Assert.Equal("text", (await SendAsync(HttpMethod.Post, path + "/comments", "{}")).Body.GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, path + "/comments", """{"text":"the disk is full"}""")).Status);
        var detail = (await SendAsync(HttpMethod.Get, path)).Body;
        Assert.Equal("bob", detail.GetProperty("incident").GetProperty("acknowledgedBy").GetString());
        Assert.Equal(["mine", "the disk is full"], detail.GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("text").GetString()));
        Assert.Equal("firing", (await SendAsync(HttpMethod.Get, "/api/v1/alerts/history?model=constant")).Body[0].GetProperty("to").GetString());

        var until = DateTimeOffset.UtcNow.AddHours(2).ToString("O");
        var (made, silence) = await SendAsync(HttpMethod.Post, Silences, $$"""{"ruleId":{{rule}},"endsAt":"{{until}}","reason":"maintenance"}""", actor: "bob");
        Assert.Equal((HttpStatusCode.Created, "bob"), (made, silence.GetProperty("by").GetString()));
        await AlertHost.EventuallyAsync(async () => (await SendAsync(HttpMethod.Get, "/api/v1/alerts?state=muted")).Body.GetArrayLength() == 1, "it is muted");
        var silencePath = $"{Silences}/{silence.GetProperty("id").GetInt32()}";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, silencePath)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, silencePath)).Status);
        Assert.Equal(1, (await SendAsync(HttpMethod.Get, Silences)).Body.GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/alerts?state=broken", "state")]
    [InlineData("/api/v1/alerts/history?take=0", "take")]
    [InlineData("/api/v1/alerts/history?take=many", "take")]
    [InlineData("/api/v1/audit?from=yesterday", "from")]
    [InlineData("/api/v1/incidents?take=5000", "take")]
    [InlineData("/api/v1/alert-deliveries?status=lost", "status")]
    public async Task A_question_that_does_not_fit_is_a_problem_by_field(string path, string field)
    {
        var (status, problem) = await SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, problem.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("""{"ruleId":1,"reason":"x"}""", "endsAt")]
    [InlineData("""{"ruleId":1,"reason":"x","endsAt":"2001-01-01T00:00:00Z"}""", "endsAt")]
    [InlineData("""{"ruleId":1,"endsAt":"LATER"}""", "reason")]
    [InlineData("""{"reason":"x","endsAt":"LATER"}""", "ruleId")]
    [InlineData("""{"severity":"loud","reason":"x","endsAt":"LATER"}""", "severity")]
    public async Task A_silence_needs_an_end_a_reason_and_something_to_silence(string body, string field)
    {
        var (status, problem) = await SendAsync(HttpMethod.Post, Silences, body.Replace("LATER", DateTimeOffset.UtcNow.AddHours(1).ToString("O"), StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, problem.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_channel_is_made_tested_changed_and_removed_and_its_secret_is_shown_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (status, made) = await SendAsync(HttpMethod.Post, Channels, $$"""{"name":"hook","kind":"webhook","url":"{{receiver.Url}}","minimumSeverity":"warning"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        var secret = made.GetProperty("newSecret").GetString()!;
        var path = $"{Channels}/{made.GetProperty("channel").GetProperty("id").GetInt32()}";

        var (tested, result) = await SendAsync(HttpMethod.Post, path + "/test");
        Assert.Equal((HttpStatusCode.OK, true), (tested, result.GetProperty("delivered").GetBoolean()));
        Assert.True(receiver.Received[0].IsSignedBy(secret));
        Assert.Equal("delivered", (await SendAsync(HttpMethod.Get, "/api/v1/alert-deliveries?status=delivered")).Body[0].GetProperty("status").GetString());

        var (changed, body) = await SendAsync(HttpMethod.Put, path, $$"""{"name":"hook 2","kind":"webhook","url":"{{receiver.Url}}"}""");
        Assert.Equal((HttpStatusCode.OK, "hook 2", true), (changed, body.GetProperty("name").GetString(), body.GetProperty("hasSecret").GetBoolean()));
        await SendAsync(HttpMethod.Post, path + "/test");
        Assert.True(receiver.Received[1].IsSignedBy(secret));
        foreach (var shown in new[] { path, Channels, "/api/v1/alert-deliveries" })
            Assert.DoesNotContain(secret, await host.Client.GetStringAsync(shown), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, path + "/test")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "/api/v1/alert-deliveries/none/retry")).Status);
    }

    [Theory]
    [InlineData("""{"name":"a","kind":"pigeon"}""", "kind", "pigeon")]
    [InlineData("""{"name":"a","kind":"webhook"}""", "url", null)]
    [InlineData("""{"name":"a","kind":"webhook","url":"gopher://x"}""", "url", "gopher://x")]
    [InlineData("""{"name":"a","kind":"email"}""", "mail", null)]
    [InlineData("""{"name":"a","kind":"email","mail":{"host":"mail.example.org","security":"ssl"}}""", "mail.security", "ssl")]
    [InlineData("""{"name":"a","kind":"email","mail":{"host":"mail.example.org","from":"a@b.org","to":["c"]}}""", "mail.to", "c")]
    [InlineData("""{"name":"a","kind":"email","mail":{"host":"mail.example.org","security":"none","user":"ada","from":"a@b.org","to":["c@d.org"]},"secret":"x"}""", "mail.security", "None")]
    public async Task A_channel_that_does_not_fit_is_a_problem_by_field(string body, string field, string? value)
    {
        var (status, problem) = await SendAsync(HttpMethod.Post, Channels, body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, problem.GetProperty("field").GetString()));
        Assert.Equal(value, problem.TryGetProperty("value", out var given) ? given.GetString() : null);
    }

    [Fact]
    public async Task Every_endpoint_of_alerts_is_described()
    {
        var paths = (await host.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains("alert", StringComparison.Ordinal) || path.Name.Contains("incident", StringComparison.Ordinal) || path.Name.Contains("silence", StringComparison.Ordinal)).ToList();
        Assert.Equal(16, paths.Count);
        Assert.All(paths.SelectMany(path => path.Value.EnumerateObject()), operation => Assert.False(string.IsNullOrEmpty(operation.Value.GetProperty("summary").GetString())));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null, string? actor = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        if (actor is not null)
            request.Headers.Add("X-Dashboard-Actor", actor);
        using var response = await host.Client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return (response.StatusCode, bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement.Clone());
    }
}
