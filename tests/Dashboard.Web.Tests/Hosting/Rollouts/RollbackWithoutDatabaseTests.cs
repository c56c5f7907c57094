using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;
using Dashboard.Web.Tests.Serving;
using Microsoft.Data.Sqlite;

namespace Dashboard.Web.Tests.Hosting.Rollouts;

public sealed class RollbackWithoutDatabaseTests
{
    [Fact]
    public async Task With_the_database_read_only_the_version_before_answers_and_the_decision_is_stored_when_it_can_be_written()
    {
        await using var host = await StartAsync(null);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(host.DataDirectory, "dashboard.db")};Pooling=False");
        await database.OpenAsync();
        await ExecuteAsync(database, "CREATE TRIGGER readonly BEFORE INSERT ON Deployments BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END");

        var rolledBack = await RollBackAsync(host);

        Assert.Equal(1, await AskAsync(host));
        Assert.Equal((2, 1), (rolledBack.GetProperty("from").GetInt32(), rolledBack.GetProperty("to").GetInt32()));
        Assert.Contains("The database cannot be written (", rolledBack.GetProperty("unstored").GetString(), StringComparison.Ordinal);
        Assert.Single(host.Get<PendingRollbacks>().All);

        await ExecuteAsync(database, "DROP TRIGGER readonly");
        await EventuallyAsync(() => host.Get<PendingRollbacks>().All.Count == 0);
        Assert.Equal(1, (await host.Get<ModelRegistry>().FindVersionAsync("constant", ModelAlias.Champion, default)).Value.Number);
        var last = (await host.Get<DeploymentHistory>().ListAsync("constant", default))[^1];
        Assert.Equal((DeploymentKind.Rollback, 1), (last.Kind, last.To));
        Assert.Contains("in force since", last.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync(host));
    }

    [Theory]
    [InlineData(RolloutPhase.Step)]
    [InlineData(RolloutPhase.Baking)]
    public async Task A_rollout_is_taken_back_while_the_database_cannot_be_written_and_ends_when_it_can(RolloutPhase phase)
    {
        await using var canary = await CanaryHost.StartAsync();
        var slow = TimeSpan.FromMinutes(5);
        var rollout = await canary.RollOutAsync(2, CanaryHost.Quick with { Steps = [CanaryHost.Quick.Steps[0] with { Hold = slow }], BakeTime = slow });
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        if (phase == RolloutPhase.Baking)
            Assert.True((await canary.CommandAsync(rollout, "promote-now", "sure")).IsSuccessStatusCode);
        await canary.WaitUntilAsync(rollout, state => state.Phase == phase);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(canary.Host.DataDirectory, "dashboard.db")};Pooling=False");
        await database.OpenAsync();
        await ExecuteAsync(database, "CREATE TRIGGER readonly BEFORE UPDATE ON Rollouts BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END");

        var answer = await RollBackAsync(canary.Host);

        Assert.Contains("The database cannot be written (", answer.GetProperty("unstored").GetString(), StringComparison.Ordinal);
        for (var i = 0; i < 30; i++)
            Assert.Equal(1, await canary.AskAsync());
        await ExecuteAsync(database, "DROP TRIGGER readonly");
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);
        Assert.Equal((1, 1), (await canary.ChampionAsync(), await canary.AskAsync()));
    }

    [Fact]
    public async Task With_the_database_gone_the_version_before_answers_and_a_restart_does_not_bring_the_other_back()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        await using (var host = await StartAsync(directory))
        {
            using var database = Away(directory);
            var rolledBack = await RollBackAsync(host);
            Assert.Equal(1, await AskAsync(host));
            Assert.Contains("The database cannot be written (", rolledBack.GetProperty("unstored").GetString(), StringComparison.Ordinal);
            // It must not be stored before the restart.
            await host.App.StopAsync();
        }

        await using (var host = await TestHost.StartInAsync(directory))
        {
            Assert.Equal(1, await AskAsync(host));
            await EventuallyAsync(() => host.Get<PendingRollbacks>().All.Count == 0);
            Assert.Equal(1, (await host.Get<ModelRegistry>().FindVersionAsync("constant", ModelAlias.Champion, default)).Value.Number);
        }

        await DataFolder.DeleteAsync(directory);
    }

    [Fact]
    public async Task A_database_that_is_locked_delays_neither_the_swap_nor_the_answer_for_long()
    {
        await using var host = await StartAsync(null);
        await using var holder = new SqliteConnection($"Data Source={Path.Combine(host.DataDirectory, "dashboard.db")};Pooling=False");
        await holder.OpenAsync();
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            var asked = RollBackAsync(host);
            await EventuallyAsync(() => host.Get<Core.Serving.Router>().Current.Models["constant"].Champion!.Number == 1);
            Assert.Equal(1, await AskAsync(host));
            Assert.Equal("The database has not answered yet; it is stored as soon as it does.", (await asked).GetProperty("unstored").GetString());
        }

        await EventuallyAsync(() => host.Get<ModelRegistry>().FindVersionAsync("constant", ModelAlias.Champion, default).GetAwaiter().GetResult().Value.Number == 1);
        Assert.Equal(1, await AskAsync(host));
    }

    [Fact]
    public async Task Somebody_who_saw_another_champion_changes_nothing()
    {
        await using var host = await StartAsync(null);

        using var refused = await host.Client.PostAsJsonAsync("/api/v1/models/constant/rollback", new { expectedChampion = 1 });

        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(2, await AskAsync(host));
    }

    /// <summary>A host whose champion is version 2, after version 1.</summary>
    private static async Task<TestHost> StartAsync(string? directory)
    {
        var host = await TestHost.StartInAsync(directory, "--Dashboard:Rollouts:LookSeconds=0.1", "--Logging:LogLevel:Default=None");
        for (var number = 1; number <= 2; number++)
        {
            await ConstantModels.RegisterAsync(host, "constant", number);
            await ConstantModels.PromoteAsync(host, "constant", number);
        }

        await EventuallyAsync(() => host.Get<Core.Serving.Router>().Current.Models["constant"].Previous?.Number == 1);
        return host;
    }

    /// <summary>Puts the database out of the host's reach until the result is disposed of.</summary>
    private static MovedDatabase Away(string directory) => new(Path.Combine(directory, "dashboard.db"));

    private static async Task<JsonElement> RollBackAsync(TestHost host)
    {
        using var answer = await host.Client.PostAsync("/api/v1/models/constant/rollback", null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task ExecuteAsync(SqliteConnection database, string sql)
    {
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<int> AskAsync(TestHost host)
    {
        using var answer = await host.Client.PostAsync("/v2/models/constant/infer", new StringContent(ConstantModels.Request));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return int.Parse(JsonDocument.Parse(text).RootElement.GetProperty("model_version").GetString()!);
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var i = 0; !holds() && i < 3600; i++)
            await Task.Delay(50);
        Assert.True(holds());
    }

    private sealed class MovedDatabase : IDisposable
    {
        private readonly string file;
        private bool away;

        public MovedDatabase(string file)
        {
            this.file = file;
            SqliteConnection.ClearAllPools();
            foreach (var part in Parts().Where(File.Exists))
                File.Move(part, part + ".away");
            // A folder in its place: it can be neither opened nor made anew.
            Directory.CreateDirectory(file);
            // Whoever opened it between the first clearing and the move holds the file that is away.
            SqliteConnection.ClearAllPools();
            away = true;
        }

        public void Dispose()
        {
            if (!away)
                return;
            away = false;
            SqliteConnection.ClearAllPools();
            Directory.Delete(file);
            foreach (var part in Parts().Where(part => File.Exists(part + ".away")))
                File.Move(part + ".away", part, overwrite: true);
        }

        private string[] Parts() => [file, file + "-wal", file + "-shm"];
    }
}
