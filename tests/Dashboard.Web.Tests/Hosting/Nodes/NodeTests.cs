using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Benchmarks.Serving;
using Dashboard.Browser.Tests.Product;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Tests.Hosting.Rollouts;
using Dashboard.Web.Tests.Serving;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>Nodes in production: what they answer, what reaches the control room, and what happens when one of the two is gone.</summary>
public sealed class NodeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_a_node_answers_is_logged_and_counted_at_the_control_room_as_if_it_had_answered_itself()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        var client = fleet.Room.Host.Client;

        for (var i = 0; i < 20; i++)
            Assert.Equal(1, await fleet.AskAsync("eu-1", $"person-{i % 4}", id: $"eu-{i}"));
        Assert.Equal(0, await BadAsync(fleet));

        await Fleet.UntilAsync(async () => (await client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/eu-19")).IsSuccessStatusCode, "The prediction is not in the log.");
        var page = (await client.GetFromJsonAsync<JsonElement>($"/api/v1/models/{CanaryHost.Model}/predictions?take=50")).GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"eu-{i}").Order(), page.Select(one => one.GetProperty("id").GetString()).Order());
        Assert.All(page, one => Assert.Equal((1, 10.0), (one.GetProperty("version").GetInt32(), one.GetProperty("score").GetDouble())));
        var counted = fleet.Room.Host.Get<Dashboard.Core.Monitoring.ServiceCounters>();
        await Fleet.UntilAsync(() => counted.Read(CanaryHost.Model, DateTimeOffset.UtcNow) is { Requests: 21, Recent.Failed: 1 }, () => $"{counted.Read(CanaryHost.Model, DateTimeOffset.UtcNow)}");
        var node = (await client.GetFromJsonAsync<JsonElement>("/api/v1/nodes"))[0];
        Assert.Equal(("eu-1", "production", "current", 1), (node.GetProperty("name").GetString(), node.GetProperty("environment").GetString(), node.GetProperty("state").GetString(), node.GetProperty("failed").GetInt32()));
    }

    [Fact]
    public async Task Whoever_asks_a_node_for_more_than_predictions_is_told_where_that_is()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        using var node = new HttpClient { BaseAddress = new(await fleet.AddressAsync("eu-1")) };

        using var answer = await node.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/ground-truth", Array.Empty<object>());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal($"There is no POST /api/v1/models/{CanaryHost.Model}/ground-truth at the serving node 'eu-1', which answers predictions; everything else is at its control room, {fleet.Room.Host.BaseAddress}.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_promotion_and_a_rollback_reach_a_node_without_a_failed_request_and_no_request_afterwards_gets_the_old_version()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        await ConstantModels.PromoteAsync(fleet.Room.Host, CanaryHost.Model, 2);
        await Fleet.UntilAsync(() => fleet.AskAsync("eu-1").ContinueWith(asked => asked.Result == 2, TaskScheduler.Default), "The promotion does not reach the node.");
        await Fleet.UntilAsync(() => fleet.StateOf("eu-1") == NodeState.Current, () => $"eu-1 is {fleet.StateOf("eu-1")}");
        var port = new Uri((await fleet.AddressAsync("eu-1"))).Port;
        var answers = new ConcurrentQueue<(long Sent, long Received, bool IsNew)>();
        var enough = false;
        // As long as it takes to have seen enough: a busy machine does less in a second.
        var load = Task.Factory.StartNew(() =>
        {
            var done = new List<Load>();
            do
                done.Add(LoadGenerator.Run(port, $"/v2/models/{CanaryHost.Model}/infer", ConstantModels.Request, connections: 4, TimeSpan.FromSeconds(2), perSecond: 1000,
                    (sent, answer) => answers.Enqueue((sent, Stopwatch.GetTimestamp(), answer.IndexOf("\"model_version\":\"2\""u8) >= 0))));
            while (!Volatile.Read(ref enough));
            return done;
        }, TaskCreationOptions.LongRunning);
        await Fleet.UntilAsync(() => answers.Count > 500, () => $"{answers.Count} answers came.");

        var before = Stopwatch.GetTimestamp();
        await ConstantModels.RollBackAsync(fleet.Room.Host, CanaryHost.Model);
        await Fleet.UntilAsync(() => fleet.StateOf("eu-1") == NodeState.Current, () => $"eu-1 is {fleet.StateOf("eu-1")}");
        var after = Stopwatch.GetTimestamp();
        await Fleet.UntilAsync(() => answers.Count(answer => answer.Sent > after) > 100, () => $"{answers.Count(answer => answer.Sent > after)} requests were asked after the change.");
        Volatile.Write(ref enough, true);
        var done = await load;

        var last = answers.Where(answer => answer.IsNew).Max(answer => answer.Received);
        output.WriteLine($"{done.Average(one => one.PerSecond):0} requests/s, {done.Sum(one => one.Failed)} failed; the last answer of the version that was taken back came {(last - before) * 1000.0 / Stopwatch.Frequency:0.0} ms after the rollback was asked for");
        Assert.Equal((0, answers.Count), (done.Sum(one => one.Failed), done.Sum(one => one.Milliseconds.Length)));
        var late = answers.Where(answer => answer.Sent > after).ToList();
        Assert.DoesNotContain(late, answer => answer.IsNew);
    }

    [Fact]
    public async Task A_rollback_reaches_the_nodes_while_the_database_cannot_be_written()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        await ConstantModels.PromoteAsync(fleet.Room.Host, CanaryHost.Model, 2);
        await Fleet.UntilAsync(() => fleet.StateOf("eu-1") == NodeState.Current, () => $"eu-1 is {fleet.StateOf("eu-1")}");
        Assert.Equal(2, await fleet.AskAsync("eu-1"));
        await using var database = new SqliteConnection($"Data Source={Path.Combine(fleet.Room.Host.DataDirectory, "dashboard.db")};Pooling=False");
        await database.OpenAsync();
        await ExecuteAsync(database, "CREATE TRIGGER readonly BEFORE INSERT ON Deployments BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END");

        await ConstantModels.RollBackAsync(fleet.Room.Host, CanaryHost.Model);

        await Fleet.UntilAsync(() => fleet.AskAsync("eu-1").ContinueWith(asked => asked.Result == 1, TaskScheduler.Default), "The rollback does not reach the node.");
        await ExecuteAsync(database, "DROP TRIGGER readonly");
    }

    [Fact]
    public async Task Truth_judges_what_nodes_copied_in_a_shadow_stage_too()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        var client = fleet.Room.Host.Client;
        var rollout = await fleet.Room.RollOutAsync(2, StandardPlans.Of(RolloutStrategy.Shadow) with
        {
            Shadow = new(TrafficWeight.All, TimeSpan.FromSeconds(0.3), TimeSpan.FromMinutes(20)),
            Metrics = [StandardMetrics.Errors with { Margin = 0.2, MinimumSamples = 1_000_000 }, StandardMetrics.RealisedLoss(0.5)],
        });
        await fleet.Room.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Shadow);
        await Fleet.UntilAsync(() => fleet.StateOf("eu-1") == NodeState.Current, () => $"eu-1 is {fleet.StateOf("eu-1")}");
        for (var i = 0; i < 20; i++)
            Assert.Equal(1, await fleet.AskAsync("eu-1", id: $"eu-{i}"));
        await Fleet.UntilAsync(async () => (await client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/eu-19")).IsSuccessStatusCode, "The prediction is not in the log.");

        var truth = await client.PostAsJsonAsync($"/api/v1/models/{CanaryHost.Model}/ground-truth", Enumerable.Range(0, 20).Select(i => new { id = $"eu-{i}", value = 19.0 }));
        Assert.True(truth.IsSuccessStatusCode, await truth.Content.ReadAsStringAsync());

        // Version n answers ten times n.
        MetricEvidence? judged = null;
        await Fleet.UntilAsync(async () => (judged = Realised(await fleet.Room.StateAsync(rollout))) is { Challenger.Count: 20 }, () => $"Of 20 copies there is {judged}.");
        Assert.Equal((20, 180, 20), (judged!.Champion.Count, judged.Champion.Sum, judged.Challenger.Sum));

        static MetricEvidence? Realised(RolloutState state) => state.Evidence.Metrics.FirstOrDefault(metric => metric.Metric == "realisedLoss");
    }

    [Fact]
    public async Task A_node_that_is_cut_off_says_so_where_it_is_asked_to_and_goes_on_answering()
    {
        var fleet = await Fleet.StartAsync([]);
        var node = await fleet.AddAsync("eu-1", null, "--Dashboard:Node:ReadySeconds=25");
        Assert.Equal("ready", await node.Client.GetStringAsync("/health/ready"));

        await fleet.Room.DisposeAsync();

        foreach (var probe in (string[])["/health/ready", "/v2/health/ready"])
            await Fleet.UntilAsync(async () => (await node.Client.GetAsync(probe)).StatusCode == HttpStatusCode.ServiceUnavailable, $"{probe} stays ready.");
        Assert.Matches("^the control room has not answered for [0-9]+ seconds, and Dashboard:Node:ReadySeconds is 25$", await (await node.Client.GetAsync("/health/ready")).Content.ReadAsStringAsync());
        Assert.Equal("live", await node.Client.GetStringAsync("/health/live"));
        Assert.Equal(1, await fleet.AskAsync("eu-1"));
        await fleet.StopAsync("eu-1");
    }

    [Fact]
    public async Task A_node_whose_control_room_is_gone_answers_by_its_last_orders_and_so_it_does_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        var fleet = await Fleet.StartAsync([]);
        await fleet.AddAsync("eu-1", folder);
        Assert.Equal(1, await fleet.AskAsync("eu-1"));

        await fleet.Room.DisposeAsync();

        Assert.Equal(1, await fleet.AskAsync("eu-1"));
        await fleet.StopAsync("eu-1");
        await using (var again = await TestHost.StartInAsync(folder, $"--Dashboard:Node:ControlRoom={fleet.Room.Host.BaseAddress}", "--Dashboard:Node:Name=eu-1"))
        {
            using var answer = await again.Client.PostAsync($"/v2/models/{CanaryHost.Model}/infer", new StringContent(ConstantModels.Request));
            Assert.Equal("1", answer.Headers.GetValues("X-Model-Version").Single());
            Assert.Equal("ready", await again.Client.GetStringAsync("/health/ready"));
            Assert.False(File.Exists(Path.Combine(folder, "dashboard.db")), "A node keeps no database of decisions.");
        }

        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task What_a_node_answered_while_the_control_room_was_away_arrives_when_it_is_back()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        var address = StandingAddress.Next();
        var room = await CanaryHost.StartAsync(folder, $"--urls={address}");
        await using var node = await TestHost.StartAsync($"--Dashboard:Node:ControlRoom={address}", "--Dashboard:Node:Name=eu-1");
        await Fleet.UntilAsync(() => room.Host.Get<NodeDirectory>().Read() is [{ State: NodeState.Current }], () => "The node does not come.");

        await room.DisposeAsync();
        using (var answer = await node.Client.PostAsync($"/v2/models/{CanaryHost.Model}/infer", new StringContent(ConstantModels.Request.Replace("{\"inputs\"", "{\"id\":\"meanwhile\",\"inputs\"", StringComparison.Ordinal))))
            Assert.True(answer.IsSuccessStatusCode);
        await using (var back = await CanaryHost.OpenAsync(folder, $"--urls={address}"))
            await Fleet.UntilAsync(async () => (await back.Host.Client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/meanwhile")).IsSuccessStatusCode, "The prediction did not arrive.");

        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task What_waits_on_a_nodes_disk_goes_while_requests_go_on_coming()
    {
        var (roomFolder, nodeFolder) = (Directory.CreateTempSubdirectory("dashboard-test-").FullName, Directory.CreateTempSubdirectory("dashboard-test-").FullName);
        var address = StandingAddress.Next();
        var reports = Path.Combine(nodeFolder, "node-reports");
        var room = await CanaryHost.StartAsync(roomFolder, $"--urls={address}");
        await using (var node = await TestHost.StartInAsync(nodeFolder, $"--Dashboard:Node:ControlRoom={address}", "--Dashboard:Node:Name=eu-1"))
        {
            await Fleet.UntilAsync(() => room.Host.Get<NodeDirectory>().Read() is [{ State: NodeState.Current }], () => "The node does not come.");
            await room.DisposeAsync();
            using var over = new CancellationTokenSource();
            var asking = Task.Run(async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    using var answer = await node.Client.PostAsync($"/v2/models/{CanaryHost.Model}/infer", new StringContent(ConstantModels.Request));
                    Assert.True(answer.IsSuccessStatusCode);
                }
            });
            try
            {
                await Fleet.UntilAsync(() => Directory.GetFiles(reports, "*.json").Length >= 10, () => "Nothing waits on disk.");
                await using var back = await CanaryHost.OpenAsync(roomFolder, $"--urls={address}");
                await Fleet.UntilAsync(() => Directory.GetFiles(reports).Length == 0, () => $"{Directory.GetFiles(reports).Length} reports wait still.");
                Assert.False(asking.IsCompleted);
            }
            finally
            {
                await over.CancelAsync();
                await asking;
            }
        }

        await DataFolder.DeleteAsync(roomFolder);
        await DataFolder.DeleteAsync(nodeFolder);
    }

    [Fact]
    public async Task What_a_node_answered_while_the_control_room_was_away_is_on_its_disk_and_arrives_after_a_restart_once()
    {
        var (roomFolder, nodeFolder) = (Directory.CreateTempSubdirectory("dashboard-test-").FullName, Directory.CreateTempSubdirectory("dashboard-test-").FullName);
        var address = StandingAddress.Next();
        var room = await CanaryHost.StartAsync(roomFolder, $"--urls={address}");
        string[] settings = [$"--Dashboard:Node:ControlRoom={address}", "--Dashboard:Node:Name=eu-1"];
        var reports = Path.Combine(nodeFolder, "node-reports");
        await using (var node = await TestHost.StartInAsync(nodeFolder, settings))
        {
            await Fleet.UntilAsync(() => room.Host.Get<NodeDirectory>().Read() is [{ State: NodeState.Current }], () => "The node does not come.");
            await room.DisposeAsync();
            for (var i = 0; i < 3; i++)
            {
                using var answer = await node.Client.PostAsync($"/v2/models/{CanaryHost.Model}/infer", new StringContent(ConstantModels.Request.Replace("{\"inputs\"", $"{{\"id\":\"meanwhile-{i}\",\"inputs\"", StringComparison.Ordinal)));
                Assert.True(answer.IsSuccessStatusCode);
            }

            // A kill would lose none of them from here on.
            await Fleet.UntilAsync(() => Directory.GetFiles(reports, "*.json").Sum(file => int.Parse(Path.GetFileNameWithoutExtension(file).Split('-')[^1])) == 3, () => $"On disk: {string.Join(", ", Directory.GetFiles(reports))}");
        }

        await using (var back = await CanaryHost.OpenAsync(roomFolder, $"--urls={address}"))
        await using (await TestHost.StartInAsync(nodeFolder, settings))
        {
            await Fleet.UntilAsync(async () => (await back.Host.Client.GetAsync($"/api/v1/models/{CanaryHost.Model}/predictions/meanwhile-2")).IsSuccessStatusCode, "The predictions did not arrive.");
            await Fleet.UntilAsync(() => Directory.GetFiles(reports).Length == 0, () => "What was taken stays on disk.");
            var page = (await back.Host.Client.GetFromJsonAsync<JsonElement>($"/api/v1/models/{CanaryHost.Model}/predictions?take=50")).GetProperty("predictions");
            Assert.Equal(3, page.GetArrayLength());
            // The node said so when it came, and says that it is over with its reports.
            await Fleet.UntilAsync(() => back.Host.Get<NodeDirectory>().Read()[0].Standing is { Waiting: 0 }, () => $"{back.Host.Get<NodeDirectory>().Read()[0].Standing}");
        }

        await DataFolder.DeleteAsync(roomFolder);
        await DataFolder.DeleteAsync(nodeFolder);
    }

    private static async Task<int> BadAsync(Fleet fleet)
    {
        using var answer = await new HttpClient { BaseAddress = new(await fleet.AddressAsync("eu-1")) }.PostAsync($"/v2/models/{CanaryHost.Model}/infer", new StringContent("{}"));
        return answer.IsSuccessStatusCode ? 1 : 0;
    }

    private static async Task ExecuteAsync(SqliteConnection database, string text)
    {
        await using var command = database.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
