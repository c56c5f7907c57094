using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Registry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Cli.Tests;

public sealed class AuditCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-cli-").FullName;

    private string Data => Path.Combine(folder, "data");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_intact_log_ends_with_0_while_a_host_holds_the_directory()
    {
        await WriteAsync("a", "b");
        using var held = DirectoryLock.TryTake(new DataDirectory(Data));

        var run = await CommandRun.OfAsync("audit", "verify", "--data", Data);

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Contains("Intact: 4 entries.", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 checkpoints cover 4 of them", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE Activity SET Actor = 'nobody' WHERE Sequence = 2", "Edited at entry 2")]
    [InlineData("DELETE FROM Activity WHERE Sequence = 2", "Deleted at entry 2")]
    [InlineData("UPDATE Activity SET Sequence = 0 WHERE Sequence = 2; UPDATE Activity SET Sequence = 2 WHERE Sequence = 3; UPDATE Activity SET Sequence = 3 WHERE Sequence = 0", "Reordered at entry 2")]
    [InlineData("DELETE FROM Activity WHERE Sequence > 3", "TailCut at entry 4")]
    [InlineData("UPDATE Activity SET Sequence = NULL WHERE Sequence = 4", "TailCut at entry 4")]
    public async Task Tampering_ends_with_3_and_is_named(string sql, string expected)
    {
        await WriteAsync("a", "b");
        await SqlAsync(sql);

        var run = await CommandRun.OfAsync("audit", "verify", "--data", Data);
        var json = await CommandRun.OfAsync("audit", "verify", "--data", Data, "--json");

        Assert.Equal(3, run.Code);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Equal((3, false), (json.Code, json.Json.GetProperty("isIntact").GetBoolean()));
        Assert.StartsWith(json.Json.GetProperty("fault").GetProperty("kind").GetString(), expected, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_tail_cut_off_and_rewritten_is_found_by_a_copy_of_the_checkpoints()
    {
        await WriteAsync("a", "b");
        var vault = Directory.CreateDirectory(Path.Combine(folder, "vault")).FullName;
        File.Copy(Path.Combine(Data, "audit", "checkpoints.ndjson"), Path.Combine(vault, "checkpoints.ndjson"));
        File.Copy(Path.Combine(Data, "audit", "checkpoint-key.pub.pem"), Path.Combine(vault, "key.pem"));
        await SqlAsync("DELETE FROM Activity WHERE Sequence > 2");
        Directory.Delete(Path.Combine(Data, "audit"), recursive: true);
        await WriteAsync("c");

        var own = await CommandRun.OfAsync("audit", "verify", "--data", Data);
        var copy = await CommandRun.OfAsync("audit", "verify", "--data", Data, "--checkpoints", vault, "--key", Path.Combine(vault, "key.pem"));

        Assert.Equal(0, own.Code);
        Assert.Equal(3, copy.Code);
        Assert.Contains("Rewritten at entry 3", copy.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_looked_at_ends_with_1_and_what_is_not_understood_with_2()
    {
        await WriteAsync("a");
        var empty = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName;
        foreach (var arguments in new[] { new[] { "--data", empty }, ["--data", Data, "--key", "/nowhere"], ["--data", Data, "--checkpoints", "/nowhere"] })
        {
            var run = await CommandRun.OfAsync(["audit", "verify", .. arguments]);
            Assert.Equal((1, ""), (run.Code, run.Output));
            Assert.NotEmpty(run.Errors);
        }

        Assert.Equal(2, (await CommandRun.OfAsync("audit", "verify", "--url", "http://localhost:1")).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("audit", "export", "--format", "xml")).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("audit")).Code);
    }

    [Fact]
    public async Task The_export_says_that_a_command_came_from_the_command_line()
    {
        var csv = Path.Combine(folder, "small.csv");
        await File.WriteAllTextAsync(csv, "a,b\n1,x\n2,y\n3,x\n");
        Assert.Equal(0, (await CommandRun.OfAsync("data", "register", "--name", "small", "--file", csv, "--data", Data)).Code);

        var run = await CommandRun.OfAsync("audit", "export", "--data", Data, "--action", "dataset.");
        var file = Path.Combine(folder, "audit.csv");
        var written = await CommandRun.OfAsync("audit", "export", "--data", Data, "--format", "csv", "--out", file);

        Assert.Equal(("cli", "dataset.registered"), (run.Json.GetProperty("via").GetString(), run.Json.GetProperty("action").GetString()));
        Assert.Equal((0, 2), (written.Code, (await File.ReadAllLinesAsync(file)).Length));
        Assert.Equal(1, (await CommandRun.OfAsync("audit", "export", "--data", Data, "--out", file)).Code);
    }

    /// <summary>Creates and tags models, two entries each, and signs them.</summary>
    private async Task WriteAsync(params string[] models)
    {
        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<Notifications>().AddDashboardStorage(new DataDirectory(Data)).BuildServiceProvider();
        await StorageSetup.PrepareAsync(services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        foreach (var model in models)
        {
            Assert.True((await services.GetRequiredService<ModelRegistry>().CreateAsync(model, new(), "Ann", isDemo: false, default)).IsSuccess);
            Assert.True((await services.GetRequiredService<ModelRegistry>().SetTagsAsync(model, ["x"], "Ann", default)).IsSuccess);
        }

        Assert.Equal(1, (await services.GetRequiredService<CheckpointWriter>().WriteAsync(default)).Value);
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "dashboard.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
