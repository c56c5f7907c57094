using System.Net;
using System.Text.Json;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Serving;
using Dashboard.Storage.Governance;
using Microsoft.Data.Sqlite;

namespace Dashboard.Web.Tests.Hosting.Rollouts;

/// <summary>Rollouts from approval to their end, in a real host by real requests.</summary>
public sealed class RolloutRunTests
{
    [Fact]
    public async Task A_canary_that_is_as_good_waits_for_a_person_and_becomes_champion()
    {
        await using var canary = await CanaryHost.StartAsync();
        var rollout = await canary.RollOutAsync(2, CanaryHost.Quick);

        var passed = await canary.AskUntilAsync(rollout, state => state.Phase == RolloutPhase.AwaitingPromotion);
        var answers = new List<int>();
        for (var i = 0; i < 40; i++)
            answers.Add(await canary.AskAsync());
        Assert.Equal(TrafficWeight.OfPieces(1, 2), passed.Weight);
        Assert.Equal([1, 2], answers.Distinct().Order());
        Assert.Equal(1, await canary.ChampionAsync());

        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "promote")).StatusCode);

        var route = canary.Host.Get<Router>().Current.Models[CanaryHost.Model];
        Assert.Null(route.Split);
        Assert.Equal((2, 1), (route.Champion!.Number, route.Previous!.Number));
        Assert.Equal(2, await canary.AskAsync());
        Assert.Equal(2, await canary.ChampionAsync());
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Succeeded);
    }

    [Fact]
    public async Task A_version_that_refuses_what_callers_send_is_rolled_back_by_itself_and_the_evidence_stays()
    {
        await using var canary = await CanaryHost.StartAsync();
        var rollout = await canary.RollOutAsync(3, CanaryHost.Quick);

        await canary.AskUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);

        for (var i = 0; i < 50; i++)
            Assert.Equal(1, await canary.AskAsync());
        Assert.Equal(1, await canary.ChampionAsync());
        var failed = (await canary.Store.HistoryAsync(rollout, default)).Single(transition => transition.To == RolloutPhase.Aborting);
        Assert.Null(failed.Command);
        Assert.Equal(Verdict.Fail, failed.Report!.Verdict);
        Assert.Equal((1.0, 0.0), (failed.Report.Metrics[0].Challenger, failed.Report.Metrics[0].Champion));
        var entry = (await canary.Host.Get<ActivityLog>().ListAsync(CanaryHost.Model, 50, null, default)).Single(entry => entry.Action == "rollout.aborting");
        Assert.Equal("rollout analysis", entry.Actor);
    }

    [Fact]
    public async Task Without_traffic_nothing_passes_and_nothing_fails_it_pauses()
    {
        await using var canary = await CanaryHost.StartAsync();
        var plan = CanaryHost.Quick with { Steps = [CanaryHost.Quick.Steps[0] with { Longest = TimeSpan.FromSeconds(0.5) }] };

        var rollout = await canary.RollOutAsync(2, plan);

        var paused = await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Paused);
        Assert.Equal(PauseReason.Inconclusive, paused.Pause);
        Assert.StartsWith("No verdict within", paused.Reason, StringComparison.Ordinal);
        Assert.Equal(TrafficWeight.OfPieces(1, 2), paused.Weight);
    }

    [Fact]
    public async Task A_restart_in_a_step_goes_on_at_the_same_weight_with_what_was_counted()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        var plan = CanaryHost.Quick with { Steps = [CanaryHost.Quick.Steps[0] with { Hold = TimeSpan.FromMinutes(4) }] };
        Guid rollout;
        RolloutState before;
        int version;
        await using (var canary = await CanaryHost.StartAsync(directory))
        {
            rollout = await canary.RollOutAsync(2, plan);
            before = await canary.AskUntilAsync(rollout, state => state.Evidence.Metrics[0].Challenger.Count >= 20);
            version = await canary.AskAsync("the same person");
        }

        await using (var canary = await CanaryHost.OpenAsync(directory))
        {
            // The first request already meets the split.
            Assert.Equal(version, await canary.AskAsync("the same person"));
            var after = await canary.AskUntilAsync(rollout, state => state.Evidence.Metrics[0].Challenger.Count > before.Evidence.Metrics[0].Challenger.Count);
            Assert.Equal((before.Phase, before.Stage, before.Revision, before.Weight), (after.Phase, after.Stage, after.Revision, after.Weight));
            await canary.AskUntilAsync(rollout, state => state.Evidence.Metrics[0].Challenger.Count > before.Evidence.Metrics[0].Challenger.Count + 50);
        }

        await DataFolder.DeleteAsync(directory);
    }

    [Fact]
    public async Task A_person_pauses_resumes_skips_and_aborts_and_whoever_saw_an_older_state_is_refused()
    {
        await using var canary = await CanaryHost.StartAsync();
        var slow = TimeSpan.FromMinutes(4);
        var rollout = await canary.RollOutAsync(2, CanaryHost.Quick with { Steps = [new(TrafficWeight.OfPieces(1, 10), slow, slow), new(TrafficWeight.OfPieces(1, 2), slow, slow)] });
        var first = await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);

        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "pause")).StatusCode);
        Assert.Equal((RolloutPhase.Paused, first.Weight), ((await canary.StateAsync(rollout)).Phase, (await canary.StateAsync(rollout)).Weight));
        using var stale = await canary.CommandAsync(rollout, "skip", "enough", first.Revision);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Contains("look again", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "resume")).StatusCode);
        using var reasonless = await canary.CommandAsync(rollout, "skip");
        Assert.Contains("a reason with SkipStep", await reasonless.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "skip", "enough")).StatusCode);
        Assert.Equal(TrafficWeight.OfPieces(1, 2), canary.Host.Get<Router>().Current.Models[CanaryHost.Model].Split!.Traffic.Weight);
        using var illegal = await canary.CommandAsync(rollout, "promote");
        Assert.Equal(HttpStatusCode.Conflict, illegal.StatusCode);
        Assert.Contains("cannot Promote", await illegal.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "abort", "changed my mind")).StatusCode);

        Assert.Null(canary.Host.Get<Router>().Current.Models[CanaryHost.Model].Split);
        var over = await canary.WaitUntilAsync(rollout, state => state.IsTerminal);
        Assert.Equal(RolloutPhase.RolledBack, over.Phase);
        Assert.Equal(1, await canary.AskAsync());
    }

    [Fact]
    public async Task The_models_one_rollback_button_ends_a_rollout_wherever_it_is()
    {
        await using var canary = await CanaryHost.StartAsync();
        var plan = CanaryHost.Quick with { BakeTime = TimeSpan.FromMinutes(5) };
        var rollout = await canary.RollOutAsync(2, plan);
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "promote-now", "sure")).StatusCode);
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Baking);
        Assert.Equal(2, await canary.AskAsync());

        using var answer = await canary.Host.Client.PostAsync($"/api/v1/models/{CanaryHost.Model}/rollback", null);

        Assert.Equal(1, await canary.AskAsync());
        var changed = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((2, 1), (changed.GetProperty("from").GetInt32(), changed.GetProperty("to").GetInt32()));
        Assert.False(changed.TryGetProperty("unstored", out _));
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);
        Assert.Equal(1, await canary.ChampionAsync());
    }

    [Fact]
    public async Task A_version_that_bakes_is_taken_back_with_the_database_read_only()
    {
        await using var canary = await CanaryHost.StartAsync();
        var rollout = await canary.RollOutAsync(2, CanaryHost.Quick with { BakeTime = TimeSpan.FromMinutes(5) });
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        Assert.Equal(HttpStatusCode.OK, (await canary.CommandAsync(rollout, "promote-now", "sure")).StatusCode);
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Baking);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(canary.Host.DataDirectory, "dashboard.db")};Pooling=False");
        await database.OpenAsync();
        await ExecuteAsync("CREATE TRIGGER readonly BEFORE UPDATE ON Rollouts BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END");

        using var answer = await canary.Host.Client.PostAsync($"/api/v1/models/{CanaryHost.Model}/rollback", null);

        Assert.Equal(1, await canary.AskAsync());
        var changed = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((2, 1), (changed.GetProperty("from").GetInt32(), changed.GetProperty("to").GetInt32()));
        Assert.Contains("The database cannot be written (", changed.GetProperty("unstored").GetString(), StringComparison.Ordinal);
        await ExecuteAsync("DROP TRIGGER readonly");
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);
        Assert.Equal(1, await canary.AskAsync());

        async Task ExecuteAsync(string sql)
        {
            await using var command = database.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task In_shadow_the_new_version_answers_nobody_and_is_compared()
    {
        await using var canary = await CanaryHost.StartAsync();
        var plan = StandardPlans.Of(RolloutStrategy.Shadow) with
        {
            Shadow = new(TrafficWeight.All, TimeSpan.FromSeconds(0.3), TimeSpan.FromMinutes(5)),
            Metrics = CanaryHost.Quick.Metrics,
        };
        var rollout = await canary.RollOutAsync(2, plan);
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Shadow);

        for (var i = 0; i < 100; i++)
            Assert.Equal(1, await canary.AskAsync());
        await canary.AskUntilAsync(rollout, state => state.Phase == RolloutPhase.AwaitingPromotion);

        Assert.Equal(1, await canary.AskAsync());
        var passed = (await canary.Store.HistoryAsync(rollout, default)).Single(transition => transition.To == RolloutPhase.AwaitingPromotion);
        Assert.True(passed.Report!.Metrics[0].ChallengerSamples >= 50);
    }

    [Fact]
    public async Task A_version_that_does_not_load_is_taken_back_before_anybody_gets_it()
    {
        await using var canary = await CanaryHost.StartAsync();
        var broken = await Serving.ConstantModels.RegisterAsync(canary.Host, CanaryHost.Model, 4);
        File.Delete(Serving.ConstantModels.PackageFile(canary.Host, broken, "booster.json"));

        var rollout = await canary.RollOutAsync(4, CanaryHost.Quick);

        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);
        var why = (await canary.Store.HistoryAsync(rollout, default)).Single(transition => transition.To == RolloutPhase.Aborting).Reason;
        Assert.Equal("Version 4 cannot be loaded. The package lacks the file 'booster.json'.", why);
        Assert.Equal(1, await canary.AskAsync());
    }
}
