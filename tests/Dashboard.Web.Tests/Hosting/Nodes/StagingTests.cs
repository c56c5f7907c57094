using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Storage.Deployments;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Tests.Hosting.Rollouts;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>An environment beside production: its own versions, its own traffic.</summary>
public sealed class StagingTests
{
    private const string Staging = "staging";

    private static readonly RolloutPlan Straight = StandardPlans.Of(RolloutStrategy.AllAtOnce) with { AutomaticPromotion = true, BakeTime = TimeSpan.FromSeconds(0.2) };

    [Fact]
    public async Task A_version_goes_to_staging_while_production_stays_and_its_tries_are_not_production_traffic()
    {
        await using var fleet = await StartAsync();
        var client = fleet.Room.Host.Client;

        await PlaceAsync(fleet, 2);

        Assert.Equal((2, 1), (await fleet.AskAsync("stage-1", id: "a-try"), await fleet.AskAsync("control-room", id: "for-real")));
        await Fleet.UntilAsync(async () => (await client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/for-real")).IsSuccessStatusCode, "Production's prediction is not in the log.");
        await Fleet.UntilAsync(() => fleet.Directory.TrafficOf("stage-1").Read(CanaryHost.Model, DateTimeOffset.UtcNow).Requests > 0, () => "Staging's node has not reported.");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/a-try")).StatusCode);
        var environments = await client.GetFromJsonAsync<JsonElement>("/api/v1/environments");
        Assert.Equal(["staging", "production"], environments.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal([2, 1], environments.EnumerateArray().Select(one => one.GetProperty("models")[0].GetProperty("version").GetInt32()));
        Assert.Equal(1, await fleet.Room.ChampionAsync());
        Assert.Contains((await fleet.Room.Host.Get<DeploymentHistory>().ListAsync(CanaryHost.Model, default)), change => change.To == 1);
        Assert.DoesNotContain((await fleet.Room.Host.Get<DeploymentHistory>().ListAsync(CanaryHost.Model, default)), change => change.To == 2);
    }

    [Fact]
    public async Task A_canary_in_staging_is_judged_by_stagings_own_traffic_and_taken_back()
    {
        await using var fleet = await StartAsync();
        await PlaceAsync(fleet, 2);

        var rollout = await fleet.Room.RollOutAsync(3, CanaryHost.Quick, Staging);
        var ended = await fleet.AskUntilAsync(rollout, ["stage-1", "control-room"], state => state.Phase == RolloutPhase.RolledBack);

        Assert.Equal((2, 3), (ended.Champion, ended.Challenger));
        Assert.Equal((2, 1), (await fleet.AskAsync("stage-1"), await fleet.AskAsync("control-room")));
    }

    [Fact]
    public async Task Truth_for_staging_judges_the_rollout_that_runs_there_and_nothing_of_production()
    {
        await using var fleet = await StartAsync();
        var client = fleet.Room.Host.Client;
        await PlaceAsync(fleet, 1);
        Assert.Equal((409, "No rollout of model 'constant' compares versions in staging now, and for nothing else is ground truth taken there."), await TruthAsync(Staging, new { id = "a", value = 1 }));
        var rollout = await fleet.Room.RollOutAsync(2, CanaryHost.Quick with
        {
            Steps = [new(TrafficWeight.OfPieces(1, 2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20))], Metrics = [.. CanaryHost.Quick.Metrics, StandardMetrics.RealisedLoss(0.5)],
        }, Staging);
        await fleet.Room.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        await Fleet.UntilAsync(() => fleet.StateOf("stage-1") == NodeState.Current, () => $"stage-1 is {fleet.StateOf("stage-1")}");
        var answered = new Dictionary<string, int>();
        for (var i = 0; i < 40; i++)
            answered[$"try-{i}"] = await fleet.AskAsync("stage-1", id: $"try-{i}");
        await fleet.Room.WaitUntilAsync(rollout, state => state.Evidence.Metrics[0] is var errors && errors.Champion.Count + errors.Challenger.Count == 40);

        // Version n answers ten times n, and the truth is 19.
        Assert.Equal((200, "40 accepted, 1 unknown, 1 rejected"), await TruthAsync(Staging, [.. answered.Keys.Select(id => new { id, value = (object)19 }), new { id = "nobody", value = (object)19 }, new { id = "try-0", value = (object)"late" }]));

        var judged = (await fleet.Room.WaitUntilAsync(rollout, state => state.Evidence.Metrics[1] is var realised && realised.Champion.Count + realised.Challenger.Count == 40)).Evidence.Metrics[1];
        Assert.Equal((answered.Values.Count(version => version == 1) * 9.0, answered.Values.Count(version => version == 2) * 1.0), (judged.Champion.Sum, judged.Challenger.Sum));
        Assert.True(judged is { Champion.Count: > 0, Challenger.Count: > 0 });
        Assert.Equal((400, "'environment' is 'moon'; expected staging or production."), await TruthAsync("moon", new { id = "a", value = 1 }));
        Assert.Equal(0, (await client.GetFromJsonAsync<JsonElement>($"/api/v1/models/{CanaryHost.Model}/predictions?take=50")).GetProperty("predictions").GetArrayLength());

        async Task<(int, string)> TruthAsync(string environment, params object[] labels)
        {
            using var answer = await client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/ground-truth?environment={environment}", labels);
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? $"{said.GetProperty("accepted")} accepted, {said.GetProperty("unknown")} unknown, {said.GetProperty("rejectedCount")} rejected" : said.GetProperty("detail").GetString()!);
        }
    }

    [Fact]
    public async Task A_rollback_in_staging_returns_to_what_was_there_before_and_there_only()
    {
        await using var fleet = await StartAsync();
        await PlaceAsync(fleet, 1);
        await PlaceAsync(fleet, 2);

        using var done = await fleet.Room.Host.Client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/environments/{Staging}/rollback", new { reason = "slow", expectedChampion = 2 });

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        await Fleet.UntilAsync(() => fleet.AskAsync("stage-1").ContinueWith(asked => asked.Result == 1, TaskScheduler.Default), "The rollback does not reach the node.");
        using var nothingLeft = await fleet.Room.Host.Client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/environments/{Staging}/rollback", new { reason = "again" });
        Assert.Equal(HttpStatusCode.Conflict, nothingLeft.StatusCode);
        Assert.Contains("no version before the present one in staging", await nothingLeft.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nowhere = await fleet.Room.Host.Client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/environments/moon/rollback", new { });
        Assert.Equal(HttpStatusCode.BadRequest, nowhere.StatusCode);
        Assert.Contains("staging or production", await nowhere.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_for_staging_asks_nobody_by_default_and_goes_when_its_evidence_is_there()
    {
        await using var fleet = await StartAsync();

        using var proposed = await fleet.Room.Host.Client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/requests", new { version = 2, environment = Staging, strategy = "allAtOnce", reason = "to try" });

        Assert.True(proposed.IsSuccessStatusCode, await proposed.Content.ReadAsStringAsync());
        var request = await proposed.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(0, request.GetProperty("summary").GetProperty("needed").GetInt32());
        await Fleet.UntilAsync(async () => (await fleet.Room.Store.ListAsync(CanaryHost.Model, default)) is [{ State.Phase: not (RolloutPhase.Draft or RolloutPhase.PendingApproval), Environment: Staging }], "The rollout does not start.");
    }

    [Fact]
    public async Task The_command_line_adds_lists_and_removes_nodes_and_proposes_for_an_environment()
    {
        await using var host = await TestHost.StartAsync("--Dashboard:Environments=staging, production");
        await Serving.ConstantModels.RegisterAsync(host, "constant", 1);

        Assert.StartsWith("dbn_", (await RunAsync(host, 0, "node", "add", "stage-1", "--environment", "staging")).GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal("environment", (await RunAsync(host, 1, "node", "add", "other", "--environment", "moon")).GetProperty("error").GetProperty("field").GetString());
        Assert.Equal(("stage-1", "absent"), (await RunAsync(host, 0, "node", "list"))[0] is var node ? (node.GetProperty("name").GetString(), node.GetProperty("state").GetString()) : default);
        Assert.Equal("staging", (await RunAsync(host, 0, "request", "propose", "--name", "constant", "--version", "1", "--environment", "staging", "--strategy", "allAtOnce", "--reason", "try")).GetProperty("summary").GetProperty("environment").GetString());
        await RunAsync(host, 0, "node", "remove", "stage-1");
        Assert.Equal(0, (await RunAsync(host, 0, "node", "list")).GetArrayLength());
    }

    private static async Task<JsonElement> RunAsync(TestHost host, int code, params string[] command)
    {
        using var text = new StringWriter();
        Assert.Equal(code, await Dashboard.Cli.Commands.CommandLine.RunAsync([.. command, "--url", host.BaseAddress.ToString(), "--json"], new System.CommandLine.InvocationConfiguration { Output = text, Error = text }));
        return JsonDocument.Parse(text.ToString()).RootElement;
    }

    [Fact]
    public async Task A_node_that_says_another_environment_than_it_was_added_to_is_told_so()
    {
        await using var fleet = await StartAsync();

        using var refused = await fleet.Room.Host.Client.PostAsJsonAsync("/api/v1/nodes/stage-1/follow", new { instance = Guid.NewGuid(), environment = "production", program = "1", startedAt = DateTimeOffset.UtcNow, routes = new { }, problems = Array.Empty<string>(), waiting = 0, notLogged = 0 });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("was added to staging", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_environment_was_taken_from_the_settings_is_told_so()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        await using (var before = await TestHost.StartInAsync(folder, $"--Dashboard:Environments={Staging}, production"))
            Assert.True((await before.Get<Dashboard.Storage.Serving.Nodes.NodeRoster>().AddOpenAsync("stage-1", Staging, "ada", default)).IsSuccess);
        await using (var after = await TestHost.StartInAsync(folder))
        {
            using var refused = await after.Client.PostAsJsonAsync("/api/v1/nodes/stage-1/follow", new { instance = Guid.NewGuid(), program = "1", startedAt = DateTimeOffset.UtcNow, routes = new { }, problems = Array.Empty<string>(), waiting = 0, notLogged = 0 });
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("no environment 'staging' any more", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await DataFolder.DeleteAsync(folder);
    }

    private static Task<Fleet> StartAsync() => Fleet.StartAsync([$"{Staging}/stage-1"], $"--Dashboard:Environments={Staging}, production");

    private static async Task PlaceAsync(Fleet fleet, int version)
    {
        var rollout = await fleet.Room.RollOutAsync(version, Straight, Staging);
        await fleet.Room.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Succeeded);
        await Fleet.UntilAsync(() => fleet.AskAsync("stage-1").ContinueWith(asked => asked.Result == version, TaskScheduler.Default), $"Version {version} does not reach the node.");
    }
}
