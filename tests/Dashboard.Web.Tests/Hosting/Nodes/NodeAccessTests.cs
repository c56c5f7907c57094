using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Tests.People;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>Who may be a node, what a node's key opens, and what a broken or hostile one can do.</summary>
public sealed class NodeAccessTests
{
    private static readonly NodeStanding Standing = new(Guid.NewGuid(), null, null, "0.1.0", DateTimeOffset.UnixEpoch, null, new Dictionary<string, string>(), [], 0, 0);

    [Fact]
    public async Task A_node_with_its_key_serves_whoever_has_a_token_and_a_revoked_token_opens_nothing_there_either()
    {
        await using var team = await Team.StartAsync();
        await ConstantModels.RegisterAsync(team.Host, Team.Prices, 1);
        await ConstantModels.PromoteAsync(team.Host, Team.Prices, 1);
        var added = (await team.Host.Get<NodeRoster>().AddAsync("eu-1", RolloutTarget.Production, "ada", default)).Value;
        await using var node = await TestHost.StartAsync("--Dashboard:Authentication:Mode=Accounts", $"--Dashboard:Node:ControlRoom={team.Host.BaseAddress}", "--Dashboard:Node:Name=eu-1", $"--Dashboard:Node:Key={added.Key}");
        await Fleet.UntilAsync(() => team.Host.Get<NodeDirectory>().Read() is [{ State: NodeState.Current }], () => "The node does not come.");

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, "dbt_nobodys"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, added.Key));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(node, team.Tokens["flights-approver"]));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, team.Tokens["contributor"]));
        using (var mlflow = await Client(node, null).PostAsync($"/invocations?model={Team.Prices}", new StringContent("{}")))
            Assert.Equal(HttpStatusCode.Unauthorized, mlflow.StatusCode);

        var tokens = await team.Client("administrator").GetFromJsonAsync<JsonElement>("/api/v1/tokens");
        var id = tokens.EnumerateArray().Single(token => token.GetProperty("owner").GetString() == "contributor").GetProperty("id").GetInt32();
        using (var revoked = await team.Client("administrator").DeleteAsync($"/api/v1/tokens/{id}"))
            Assert.True(revoked.IsSuccessStatusCode);
        await Fleet.UntilAsync(async () => await AskAsync(node, team.Tokens["contributor"]) == HttpStatusCode.Unauthorized, "The revoked token still opens the node.");
    }

    [Fact]
    public async Task A_key_opens_its_own_nodes_orders_and_nothing_else_and_a_removed_nodes_key_opens_nothing()
    {
        await using var team = await Team.StartAsync();
        var roster = team.Host.Get<NodeRoster>();
        var mine = (await roster.AddAsync("eu-1", RolloutTarget.Production, "ada", default)).Value.Key;
        await roster.AddAsync("eu-2", RolloutTarget.Production, "ada", default);
        using var client = Client(team.Host, mine);

        Assert.Equal(HttpStatusCode.OK, await FollowAsync(client, "eu-1"));
        Assert.Equal(HttpStatusCode.Forbidden, await FollowAsync(client, "eu-2"));
        Assert.Equal(HttpStatusCode.Forbidden, await FollowAsync(client, "eu-3"));
        foreach (var path in (string[])["/api/v1/models", "/api/v1/nodes", "/api/v1/people", "/api/v1/audit", "/"])
            using (var refused = await client.GetAsync(path))
                Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await FollowAsync(team.Client("administrator"), "eu-1"));
        using (var package = await client.GetAsync($"/api/v1/nodes/eu-1/packages/{new string('a', 64)}"))
            Assert.Equal(HttpStatusCode.NotFound, package.StatusCode);

        using (var removed = await team.Client("administrator").DeleteAsync("/api/v1/nodes/eu-1"))
            Assert.True(removed.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await FollowAsync(client, "eu-1"));
        Assert.DoesNotContain("dbn_", await team.Client("administrator").GetStringAsync("/api/v1/audit?take=50"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "name")]
    [InlineData("a/b", "name")]
    [InlineData("control-room", "name")]
    [InlineData("eu 1", "name")]
    public async Task A_name_that_no_node_can_have_is_refused_with_what_was_expected(string name, string field)
    {
        await using var host = await TestHost.StartAsync();

        using var refused = await host.Client.PostAsJsonAsync("/api/v1/nodes", new { name });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(field, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_report_that_is_sent_again_counts_once_and_a_broken_one_not_at_all()
    {
        await using var fleet = await Fleet.StartAsync([]);
        await fleet.Room.Host.Get<NodeRoster>().AddAsync("eu-1", RolloutTarget.Production, "ada", default);
        var intake = fleet.Room.Host.Get<NodeIntake>();
        var node = fleet.Room.Host.Get<NodeRoster>().Find("eu-1")!;
        var window = new Dashboard.Core.Monitoring.ServiceWindow();
        window.AddAnswered(10, 5);
        var report = new NodeReport(Guid.NewGuid(), 1, [], [new("constant", DateTimeOffset.UtcNow, window.Serialize())], [], [], []);

        Assert.True((await intake.TakeAsync(node, report, default)).IsSuccess);
        Assert.True((await intake.TakeAsync(node, report, default)).IsSuccess);
        Assert.Equal(5, fleet.Directory.TrafficOf("eu-1").Read("constant", DateTimeOffset.UtcNow).Requests);

        var arm = new ArmCounts(1, 0, ArmReading.Empty, ArmReading.Empty, ArmReading.Empty, []);
        (NodeReport Report, string Field)[] broken =
        [
            (report with { Instance = Guid.Empty }, "instance"),
            (report with { Sequence = 0 }, "sequence"),
            (report with { Sequence = 2, Service = [new("constant", DateTimeOffset.UtcNow, [255, 1, 2])] }, "service[0].window"),
            (report with { Sequence = 2, Tallies = [new("constant", Guid.NewGuid(), 1, new(arm with { Errors = 2 }, arm, [], [], 0))] }, "tallies[0].counts.champion.errors"),
            (report with { Sequence = 2, Tallies = [new("constant", Guid.NewGuid(), 1, new(arm with { Latency = new(2, 10, 1) }, arm, [], [], 0))] }, "tallies[0].counts.champion.latency.squares"),
            (report with { Sequence = 2, Predictions = [await PredictionAsync(fleet, [0xFF, 0xFF, 0xFF, 0x7F])] }, "predictions[0].payload"),
            (report with { Sequence = 2, Predictions = [await PredictionAsync(fleet, [1, 0, 0, 0, 0, 99])] }, "predictions[0].payload"),
        ];
        foreach (var (bad, field) in broken)
            Assert.Equal(field, (await intake.TakeAsync(node, bad, default)).Error?.Field);
        Assert.Equal(5, fleet.Directory.TrafficOf("eu-1").Read("constant", DateTimeOffset.UtcNow).Requests);
    }

    [Fact]
    public async Task A_package_that_cannot_be_fetched_is_named_on_the_page_and_the_version_before_goes_on_answering()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        var version = await ConstantModels.RegisterAsync(fleet.Room.Host, "constant", 4);
        await ConstantModels.PromoteAsync(fleet.Room.Host, "constant", 4);
        await Fleet.UntilAsync(async () => await fleet.AskAsync("eu-1") == 4, "Version 4 does not reach the node.");
        var other = await ConstantModels.RegisterAsync(fleet.Room.Host, "constant", 5);
        await fleet.StopAsync("eu-1");
        await ConstantModels.PromoteAsync(fleet.Room.Host, "constant", 5);
        File.WriteAllText(ConstantModels.PackageFile(fleet.Room.Host, other, "booster.json"), "{}");

        await using var fresh = await TestHost.StartAsync($"--Dashboard:Node:ControlRoom={fleet.Room.Host.BaseAddress}", "--Dashboard:Node:Name=eu-1");

        await Fleet.UntilAsync(() => fleet.Directory.Read() is [{ State: NodeState.Behind, Standing.Problems: [var problem, ..] }] && problem.Contains("Version 5 of constant", StringComparison.Ordinal), () => $"{fleet.StateOf("eu-1")}");
        Assert.Equal(4, version.Number);
    }

    private static async Task<NodePrediction> PredictionAsync(Fleet fleet, byte[] payload)
    {
        var found = (await fleet.Room.Host.Get<Dashboard.Storage.Registry.ModelRegistry>().FindVersionAsync("constant", "1", default)).Value;
        return new("constant", found.ModelId, found.Id, "p", null, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 1, null, payload);
    }

    private static HttpClient Client(TestHost host, string? token)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = host.BaseAddress };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<HttpStatusCode> AskAsync(TestHost node, string? token)
    {
        using var client = Client(node, token);
        using var answer = await client.PostAsync($"/v2/models/{Team.Prices}/infer", new StringContent(ConstantModels.Request));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> FollowAsync(HttpClient client, string name)
    {
        using var answer = await client.PostAsync($"/api/v1/nodes/{name}/follow", new StringContent(CanonicalJson.Serialize(Standing), System.Text.Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }
}
