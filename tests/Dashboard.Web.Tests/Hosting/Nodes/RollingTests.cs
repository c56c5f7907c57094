using System.Collections.Concurrent;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Tests.Hosting.Rollouts;
using Dashboard.Web.Tests.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>Versions on their way from node to node, in real hosts.</summary>
public sealed class RollingTests
{
    private static readonly string[] All = ["control-room", "eu-1", "eu-2"];

    [Fact]
    public async Task A_version_goes_to_node_after_node_and_each_node_has_one_version_at_a_time()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1", "eu-2"]);
        var rollout = await fleet.Room.RollOutAsync(2, Fleet.Rolling(3));
        var sightings = new ConcurrentDictionary<(int Step, string Node), ConcurrentBag<int>>();

        var ended = await fleet.AskUntilAsync(rollout, All, state => state.Phase == RolloutPhase.Succeeded,
            (state, node, version) => sightings.GetOrAdd((state.Phase == RolloutPhase.Step ? state.StepIndex : -1, node), _ => []).Add(version));

        Assert.Equal(2, await fleet.Room.ChampionAsync());
        foreach (var node in All)
            Assert.Equal(2, await fleet.AskAsync(node));
        // In the first step the node whose turn it is has the new version, and the last of all has the old one until the end.
        Assert.Contains(2, sightings[(0, "control-room")]);
        Assert.DoesNotContain(2, sightings[(0, "eu-2")]);
        Assert.Contains(2, sightings[(1, "eu-1")]);
        Assert.Contains(1, sightings[(1, "eu-2")]);
        var stages = (await fleet.Room.Store.HistoryAsync(rollout, default)).Where(step => step.From == RolloutPhase.Step).ToList();
        Assert.Equal(2, stages.Count);
        Assert.All(stages, stage => Assert.True(stage.Report!.Metrics.Single(metric => metric.Metric == StandardMetrics.Errors.Name).ChampionSamples > 0));
        Assert.True(ended.IsTerminal);
    }

    [Fact]
    public async Task A_bad_version_is_taken_back_from_the_first_node_and_the_others_never_get_it()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1", "eu-2"]);
        var rollout = await fleet.Room.RollOutAsync(3, Fleet.Rolling(3));
        var others = new ConcurrentBag<int>();

        var ended = await fleet.AskUntilAsync(rollout, All, state => state.Phase == RolloutPhase.RolledBack, (_, node, version) =>
        {
            if (node != "control-room")
                others.Add(version);
        });

        Assert.Equal(0, ended.StepIndex);
        Assert.Contains("errors", (await fleet.Room.Store.HistoryAsync(rollout, default)).Single(step => step.To == RolloutPhase.Aborting).Reason, StringComparison.OrdinalIgnoreCase);
        Assert.All(others, version => Assert.Equal(1, version));
        foreach (var node in All)
            Assert.Equal(1, await fleet.AskAsync(node));
    }

    [Fact]
    public async Task A_node_that_is_gone_holds_the_next_turn_up_and_the_page_says_which()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1"]);
        await fleet.Room.Host.Get<NodeRoster>().AddAsync("eu-2", RolloutTarget.Production, "ada", default);
        var plan = Fleet.Rolling(3);
        var rollout = await fleet.Room.RollOutAsync(2, plan with { Steps = [.. plan.Steps.Select(step => step with { Longest = TimeSpan.FromSeconds(2) })] });

        var paused = await fleet.AskUntilAsync(rollout, ["control-room", "eu-1"], state => state.Phase == RolloutPhase.Paused);

        Assert.Equal((PauseReason.Inconclusive, 0), (paused.Pause, paused.StepIndex));
        Assert.Contains("node eu-2 was not heard of since this host started", paused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await fleet.AskAsync("eu-1"));
    }

    [Fact]
    public async Task Without_other_nodes_a_rolling_plan_is_refused_with_what_is_missing()
    {
        await using var room = await CanaryHost.StartAsync();
        await using var db = await room.Host.Get<IDbContextFactory<Dashboard.Storage.DashboardDb>>().CreateDbContextAsync();

        var refused = await room.Store.CreateAsync(db, new(CanaryHost.Model, 2, RolloutTarget.Production, Fleet.Rolling(3), "ada", "better"), default);

        Assert.Equal("plan.strategy", refused.Error!.Field);
        Assert.Contains("only the control room itself", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_counts_what_every_node_answers_and_an_entity_gets_the_same_version_everywhere()
    {
        await using var fleet = await Fleet.StartAsync(["eu-1", "eu-2"]);
        var plan = CanaryHost.Quick with { Steps = [CanaryHost.Quick.Steps[0] with { Hold = TimeSpan.FromMinutes(4) }] };
        var rollout = await fleet.Room.RollOutAsync(2, plan);
        await fleet.Room.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        await Fleet.UntilAsync(() => All[1..].All(node => fleet.StateOf(node) == NodeState.Current), () => "The nodes do not have the split.");

        long[] given = [0, 0];
        for (var person = 0; person < 120; person++)
        {
            var versions = new HashSet<int>();
            foreach (var node in All)
                versions.Add(await fleet.AskAsync(node, $"entity-{person}"));
            given[Assert.Single(versions) - 1] += All.Length;
        }

        await Fleet.UntilAsync(async () => (await fleet.Room.StateAsync(rollout)).Evidence.Metrics.Single(metric => metric.Metric == StandardMetrics.Errors.Name) is { Champion: var champion, Challenger: var challenger }
            && champion.Count == given[0] && challenger.Count == given[1], $"The evidence does not reach {given[0]} and {given[1]}: {(await fleet.Room.StateAsync(rollout)).Evidence.ToString()}");
        Assert.True(given[0] > 0 && given[1] > 0);
    }
}
