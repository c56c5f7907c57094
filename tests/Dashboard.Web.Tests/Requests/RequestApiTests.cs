using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Training;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Registry.Cards;
using Dashboard.Storage.Training;
using Dashboard.Web.Tests.Alerts;
using Dashboard.Web.Tests.Hosting.Jobs;
using Dashboard.Web.Tests.People;

namespace Dashboard.Web.Tests.Requests;

/// <summary>Requests through HTTP, by people with tokens of their own, on models that were really trained.</summary>
public sealed class RequestApiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_team_takes_a_version_from_proposal_to_approval_by_four_eyes_with_evidence_and_signed_messages()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var team = await Team.StartAsync("--Dashboard:Alerts:AllowLocalWebhooks=true");
        using HttpClient contributor = team.Client("contributor"), approver = team.Client("approver"), administrator = team.Client("administrator"), other = team.Client("flights-approver");
        var channel = await ReadAsync(await administrator.PostAsJsonAsync("/api/v1/alert-channels", new { name = "team", kind = "webhook", url = receiver.Url, minimumSeverity = "critical" }), HttpStatusCode.Created);
        var data = await team.Host.AddFlightsAsync();
        await TrainAsync(team.Host, contributor, TrainingHost.Spec(data, rounds: 5));
        await TrainAsync(team.Host, approver, TrainingHost.Spec(data, rounds: 30));

        // Nothing goes live past the policy, not even for an administrator.
        var direct = await ReadAsync(await administrator.PostAsJsonAsync("/api/v1/models/delays/promote", new { version = 1 }), HttpStatusCode.Conflict);
        Assert.Contains("propose it", direct.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        await team.Host.Get<ChampionSwitch>().PromoteAsync(new("delays", "host"), 1, default);

        // Whoever only looks proposes nothing, and an unknown field is named.
        using (var viewer = team.Client("viewer"))
            Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync("/api/v1/models/delays/requests", new { version = 2, strategy = "canary", reason = "me" })).StatusCode);
        Assert.Equal("speed", (await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/delays/requests", new { version = 2, strategy = "canary", reason = "x", speed = 1 }), HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        var made = await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/delays/requests", new { version = 2, strategy = "canary", reason = "more rounds" }), HttpStatusCode.Created);
        var id = made.GetProperty("summary").GetProperty("id").GetInt32();
        var seen = await EvidenceAsync(contributor, id);

        // Both versions on the same held-out rows, with an interval; what cannot be judged says why and is no pass.
        var evidence = seen.GetProperty("evidence");
        var difference = evidence.GetProperty("comparison").GetProperty("differences")[0];
        Assert.Equal("roc_auc", difference.GetProperty("metric").GetString());
        Assert.True(difference.GetProperty("lower").GetDouble() <= difference.GetProperty("difference").GetDouble());
        Assert.Contains("Neither version has seen them in training", evidence.GetProperty("comparedOn").GetString()!, StringComparison.Ordinal);
        Assert.Contains(evidence.GetProperty("changes").GetProperty("parameters").EnumerateArray(), change => change.GetProperty("what").GetString() == "rounds" && change.GetProperty("before").GetString() == "5");
        var checks = seen.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("result").GetProperty("name").GetString()!, check => check.GetProperty("state").GetString());
        Assert.Equal(CheckNames.All.Order(), checks.Keys.Order());
        Assert.All((string[])["package", "smoke", "latency", "notWorse", "dataset"], name => Assert.Equal("passed", checks[name]));
        Assert.Contains("Signed by This installation", seen.GetProperty("checks")[0].GetProperty("result").GetProperty("words").GetString()!, StringComparison.Ordinal);
        Assert.All((string[])["schema", "skew", "segments"], name => Assert.Equal("notApplicable", checks[name]));

        // Four eyes: the proposer lacks the right, the trainer has it and is refused, somebody of another model sees nothing.
        var digest = seen.GetProperty("digest").GetString();
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest })).StatusCode);
        Assert.Contains("trained this version", (await ReadAsync(await approver.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest }), HttpStatusCode.Forbidden)).GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest })).StatusCode);
        Assert.Equal("digest", (await ReadAsync(await administrator.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest = "older" }), HttpStatusCode.Conflict)).GetProperty("field").GetString());
        Assert.Equal([id], (await ReadAsync(await administrator.GetAsync("/api/v1/requests?waiting=true"))).EnumerateArray().Select(one => one.GetProperty("id").GetInt32()));
        Assert.Empty((await ReadAsync(await approver.GetAsync("/api/v1/requests?waiting=true"))).EnumerateArray());

        // Of ten who press at once with one account, one approval counts and the rollout goes once.
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => administrator.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest, comment = "looks right" })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        var done = await ReadAsync(await contributor.GetAsync($"/api/v1/requests/{id}"));
        Assert.Equal("approved", done.GetProperty("summary").GetProperty("state").GetString());
        Assert.Single(done.GetProperty("approvals").EnumerateArray());

        // The card tells of it, and every step was told, signed.
        var card = (await team.Host.Get<ModelCards>().FindAsync("delays", "2", default)).Value;
        Assert.Contains("looks right", JsonSerializer.Serialize(card, CanonicalJson.Options), StringComparison.Ordinal);
        string[] steps = ["request.proposed", "request.evidence-gathered", "request.approval-given", "request.approved"];
        await UntilAsync(() => receiver.Received.Select(Type).Intersect(steps).Count() == steps.Length);
        Assert.All(receiver.Received, message => Assert.True(message.IsSignedBy(channel.GetProperty("newSecret").GetString()!)));
        Assert.EndsWith($"/approvals/{id}", JsonElement.Parse(receiver.Received[0].Body).GetProperty("url").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_written_whole_read_back_and_wrong_ones_name_their_field()
    {
        await using var team = await Team.StartAsync();
        using HttpClient administrator = team.Client("administrator"), contributor = team.Client("contributor");
        var found = await ReadAsync(await contributor.GetAsync("/api/v1/policy"));
        Assert.True(found.GetProperty("isDefault").GetBoolean());
        var policy = PromotionPolicy.Default(true) with { Approvals = [new("Two of us", "approvers", 2)], BreakGlass = false };

        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.PutAsync("/api/v1/models/flights/policy", JsonContent.Create(policy, options: CanonicalJson.Options))).StatusCode);
        await ReadAsync(await administrator.PutAsync("/api/v1/models/flights/policy", JsonContent.Create(policy, options: CanonicalJson.Options)));
        var read = await ReadAsync(await contributor.GetAsync("/api/v1/models/flights/policy"));
        Assert.Equal(("flights", policy.Digest), (read.GetProperty("model").GetString(), read.GetProperty("digest").GetString()));
        Assert.True((await ReadAsync(await contributor.GetAsync("/api/v1/models/prices/policy"))).GetProperty("isDefault").GetBoolean());
        var wrong = await ReadAsync(await administrator.PutAsync("/api/v1/policy", JsonContent.Create(policy with { RequiredChecks = ["luck"] }, options: CanonicalJson.Options)), HttpStatusCode.BadRequest);
        Assert.Equal(("requiredChecks[0]", "luck"), (wrong.GetProperty("field").GetString(), wrong.GetProperty("value").GetString()));
        await ReadAsync(await administrator.DeleteAsync("/api/v1/models/flights/policy"));
        Assert.True((await ReadAsync(await contributor.GetAsync("/api/v1/models/flights/policy"))).GetProperty("isDefault").GetBoolean());
    }

    [Fact]
    public async Task Somebody_alone_at_the_machine_promotes_directly_and_a_proposal_goes_as_soon_as_its_evidence_is_there()
    {
        await using var host = await TestHost.StartAsync();
        var data = await host.AddFlightsAsync();
        await TrainAsync(host, host.Client, TrainingHost.Spec(data, rounds: 5));
        var id = (await ReadAsync(await host.Client.PostAsJsonAsync("/api/v1/models/delays/requests", new { version = 1, strategy = "allAtOnce", reason = "the first one" }), HttpStatusCode.Created)).GetProperty("summary").GetProperty("id").GetInt32();
        await UntilAsync(async () => (await host.Get<RequestStore>().FindAsync(id, null, default)).Value.Summary.State == RequestState.Approved);
        var evidence = (await host.Get<RequestStore>().FindAsync(id, null, default)).Value.Evidence!;
        Assert.Null(evidence.Comparison);
        Assert.Equal(CheckVerdict.NotApplicable, evidence.Checks.Single(check => check.Name == CheckNames.NotWorse).Verdict);
    }

    [Fact]
    public async Task A_version_that_reads_what_callers_do_not_send_fails_its_schema_and_nobody_can_approve_it_before_a_waiver()
    {
        await using var team = await Team.StartAsync();
        using HttpClient contributor = team.Client("contributor"), approver = team.Client("approver"), administrator = team.Client("administrator");
        var data = await team.Host.AddFlightsAsync();
        await TrainAsync(team.Host, contributor, TrainingHost.Spec(data, rounds: 10) with { Features = ["date", "distance", "origin"] });
        await team.Host.Get<ChampionSwitch>().PromoteAsync(new("delays", "host"), 1, default);
        await TrainAsync(team.Host, contributor, TrainingHost.Spec(data, rounds: 10));
        await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/delays/segments", new { name = "long haul", expression = "distance > 1500" }), HttpStatusCode.Created);
        await ReadAsync(await administrator.PutAsync("/api/v1/models/delays/policy", JsonContent.Create(PromotionPolicy.Default(true) with { Margins = new(0.05, new Dictionary<string, double> { ["long haul"] = 0.1 }) }, options: CanonicalJson.Options)));
        // Everybody flies 2,400 miles now.
        var rows = Enumerable.Range(0, 400).Select(i => new { date = new DateTime(2001, 2, 1).AddMinutes(i * 7).ToString("s"), distance = 2_400 + (i % 10), origin = i % 2 == 0 ? "ORD" : "SFO" });
        (await contributor.PostAsJsonAsync("/invocations?model=delays", new { dataframe_records = rows })).EnsureSuccessStatusCode();
        await UntilAsync(async () => (await ReadAsync(await contributor.GetAsync("/api/v1/models/delays/predictions?range=all&take=1"))).GetRawText().Contains("2001", StringComparison.Ordinal));

        var id = (await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/delays/requests", new { version = 2, strategy = "canary", reason = "one input more" }), HttpStatusCode.Created)).GetProperty("summary").GetProperty("id").GetInt32();
        var seen = await EvidenceAsync(contributor, id);
        var checks = seen.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("result").GetProperty("name").GetString()!, check => check.GetProperty("result"));
        Assert.Equal("failed", checks["schema"].GetProperty("verdict").GetString());
        Assert.Contains("carrier_ok", checks["schema"].GetProperty("words").GetString()!, StringComparison.Ordinal);
        Assert.Equal("failed", checks["skew"].GetProperty("verdict").GetString());
        Assert.Contains("distance", checks["skew"].GetProperty("words").GetString()!, StringComparison.Ordinal);
        Assert.StartsWith("long haul: Log loss", checks["segments"].GetProperty("words").GetString()!, StringComparison.Ordinal);
        Assert.Contains(seen.GetProperty("evidence").GetProperty("changes").GetProperty("features").EnumerateArray(), change => change.GetProperty("what").GetString() == "carrier_ok");

        var digest = seen.GetProperty("digest").GetString();
        Assert.Contains("Schema fits live traffic", (await ReadAsync(await approver.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest }), HttpStatusCode.Conflict)).GetProperty("detail").GetString()!, StringComparison.Ordinal);
        await ReadAsync(await approver.PostAsJsonAsync($"/api/v1/requests/{id}/waivers", new { check = "schema", reason = "callers send it from Monday on" }));
        Assert.Equal("approved", (await ReadAsync(await approver.PostAsJsonAsync($"/api/v1/requests/{id}/approve", new { digest }))).GetProperty("summary").GetProperty("state").GetString());
    }

    private static async Task TrainAsync(TestHost host, HttpClient client, TrainingSpec spec)
    {
        var id = (await ReadAsync(await client.PostAsync("/api/v1/jobs", JsonContent.Create(spec, options: CanonicalJson.Options)), HttpStatusCode.Accepted)).GetProperty("id").GetString()!;
        Assert.Equal(JobStatus.Succeeded, (await host.WaitForEndAsync(id)).Status);
    }

    private static async Task<JsonElement> EvidenceAsync(HttpClient client, int id)
    {
        JsonElement seen = default;
        await UntilAsync(async () => (seen = await ReadAsync(await client.GetAsync($"/api/v1/requests/{id}"))).TryGetProperty("digest", out _));
        return seen;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private static string? Type(ReceivedWebhook message) => JsonElement.Parse(message.Body).GetProperty("type").GetString();

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "It took too long.");
            await Task.Delay(50);
        }
    }
}
