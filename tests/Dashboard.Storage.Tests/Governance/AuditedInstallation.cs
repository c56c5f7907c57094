using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Governance.Audit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Governance;

/// <summary>An installation whose log is written, signed, changed behind the product's back, and looked at.</summary>
internal sealed class AuditedInstallation(TestInstallation installation) : IAsyncDisposable
{
    public TestInstallation Own => installation;

    public string Root => installation.Directory.Root;

    public string Checkpoints => Path.Combine(installation.Directory.Audit, "checkpoints.ndjson");

    public static async Task<AuditedInstallation> StartAsync() => new(await TestInstallation.StartAsync());

    /// <summary>Entries in checkpoints of so many.</summary>
    public static async Task<AuditedInstallation> WithAsync(params int[] checkpoints)
    {
        var audited = await StartAsync();
        foreach (var count in checkpoints)
        {
            await audited.AddAsync(count);
            Assert.Equal(1, (await audited.SignAsync()).Value);
        }

        return audited;
    }

    public async Task AddAsync(int count, string summary = "Promoted.")
    {
        for (var i = 0; i < count; i++)
        {
            await using var db = await ContextAsync();
            db.Activity.Add(Entry(summary));
            await db.SaveChangesAsync();
        }
    }

    public static ActivityEntry Entry(string summary = "Promoted.") =>
        new() { At = DateTimeOffset.UtcNow, Actor = "Ann", Action = "model.promoted", ModelName = "m", Subject = "2", Summary = summary, BeforeJson = """{"champion":1}""", AfterJson = """{"champion":2}""" };

    public Task<DashboardDb> ContextAsync() => installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();

    public Task<Core.Result<int>> SignAsync() => installation.Get<CheckpointWriter>().WriteAsync(default);

    public AuditReport Verify() => AuditVerification.Run(Root, null, null, default).Value;

    public async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={installation.Directory.DecisionsFile};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => installation.DisposeAsync();
}
