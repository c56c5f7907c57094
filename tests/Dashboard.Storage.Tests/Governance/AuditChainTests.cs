using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Governance;

public sealed class AuditChainTests
{
    [Fact]
    public async Task Commands_that_know_nothing_of_the_chain_are_chained()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        var registry = audited.Own.Get<ModelRegistry>();
        using (AmbientOrigin.Enter(new(OriginKind.Api, "127.0.0.1")))
            Assert.True((await registry.CreateAsync("m", new(), "Ann", isDemo: false, default)).IsSuccess);
        Assert.True((await registry.UpdateAsync("m", new("new words"), "Bob", default)).IsSuccess);
        Assert.True((await registry.SetTagsAsync("m", ["b", "a"], "Bob", default)).IsSuccess);

        var entries = await audited.Own.Get<AuditLog>().ListAsync(new(), null, 10, default);

        Assert.Equal(["model.tagged", "model.changed", "model.created"], entries.Select(entry => entry.Action));
        Assert.Equal(("api", "127.0.0.1"), (entries[2].Via, entries[2].Address));
        Assert.Null(entries[1].Via);
        Assert.Equal(("", "new words"), (entries[1].Before!.Value.GetProperty("description").GetString(), entries[1].After!.Value.GetProperty("description").GetString()));
        Assert.Equal(("[]", """["a","b"]"""), (entries[0].Before!.Value.GetRawText(), entries[0].After!.Value.GetRawText()));
        Assert.Equal((true, 3L), (audited.Verify().IsIntact, audited.Verify().Entries));
    }

    [Fact]
    public async Task Writers_at_once_make_one_chain()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        // A second set of stores with connections of its own, as another process has.
        await using var other = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<Notifications>().AddDashboardStorage(audited.Own.Directory).BuildServiceProvider();
        IDbContextFactory<DashboardDb>[] factories = [audited.Own.Get<IDbContextFactory<DashboardDb>>(), other.GetRequiredService<IDbContextFactory<DashboardDb>>()];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await using var db = await factories[writer % 2].CreateDbContextAsync();
                // In a transaction of the caller, in one of its own, several at once, and some that are given up.
                await using var transaction = i % 2 == 0 ? await db.Database.BeginTransactionAsync() : null;
                db.Activity.Add(AuditedInstallation.Entry($"{writer}.{i}"));
                if (i % 3 == 0)
                    db.Activity.Add(AuditedInstallation.Entry($"{writer}.{i} too"));
                await db.SaveChangesAsync();
                if (transaction is not null && i % 4 == 0)
                    await transaction.CommitAsync();
            }
        })));

        // Of 20, ten have no transaction and five of the other ten commit; 0, 3, 9, 12, 15 are twice.
        var report = audited.Verify();
        Assert.True(report.IsIntact, report.Fault?.Message);
        Assert.Equal(8 * (10 + 5 + 5), report.Entries);
    }

    [Fact]
    public async Task What_was_given_up_leaves_no_gap()
    {
        await using var audited = await AuditedInstallation.WithAsync(2);
        await using (var db = await audited.ContextAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Activity.Add(AuditedInstallation.Entry());
            await db.SaveChangesAsync();
        }

        await using (var db = await audited.ContextAsync())
        {
            db.Activity.Add(AuditedInstallation.Entry());
            db.ModelTags.Add(new() { Tag = "of no model", ModelId = 4711 });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        }

        await audited.AddAsync(1);
        Assert.Equal((true, 3L), (audited.Verify().IsIntact, audited.Verify().Entries));
    }

    [Fact]
    public async Task Text_that_no_store_gives_back_does_not_look_like_tampering()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        await audited.AddAsync(1, "zero \0 half " + '\uD83D' + " quote \" \u2028 😀 \u0001");
        Assert.True(audited.Verify().IsIntact);
    }

    [Fact]
    public async Task An_installation_from_before_is_chained_once_and_says_so()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        await using (var db = await audited.ContextAsync())
            await db.GetService<IMigrator>().MigrateAsync("Monitoring");
        await audited.SqlAsync("""
            INSERT INTO Activity (At, Actor, Action, Summary) VALUES (1000000, 'Ann', 'model.created', 'first'), (2000000, 'Bob', 'model.promoted', 'second'), (1500000, 'Bob', 'model.deleted', 'third')
            """);
        var factory = audited.Own.Get<IDbContextFactory<DashboardDb>>();

        await StorageSetup.PrepareAsync(factory, default);
        await audited.AddAsync(1);
        await StorageSetup.PrepareAsync(factory, default);

        var entries = await audited.Own.Get<AuditLog>().ListAsync(new(), null, 10, default);
        Assert.Equal(["Promoted.", "Chained the 3 entries from before the audit log: what they say is vouched for from now on.", "third", "second", "first"], entries.Select(entry => entry.Summary));
        Assert.Equal([false, false, true, true, true], entries.Select(entry => entry.Imported));
        Assert.Equal((true, 5L, 3L), (audited.Verify().IsIntact, audited.Verify().Entries, audited.Verify().Imported));
    }

    [Fact]
    public async Task Entries_are_found_by_model_actor_action_and_time()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        var start = new DateTimeOffset(2001, 2, 3, 0, 0, 0, TimeSpan.Zero);
        await using (var db = await audited.ContextAsync())
        {
            for (var i = 0; i < 12; i++)
            {
                db.Activity.Add(new() { At = start.AddHours(i), Actor = i % 2 == 0 ? "Ann" : "Bob", Action = i % 3 == 0 ? "model.promoted" : i % 3 == 1 ? "model.created" : "alias.set", ModelName = i < 6 ? "a" : "b", Summary = $"{i}" });
                await db.SaveChangesAsync();
            }
        }

        using var file = AuditFile.Open(audited.Own.Directory.DecisionsFile).Value;
        foreach (var (filter, expected) in new[]
        {
            (new AuditFilter(Model: "a"), "5 4 3 2 1 0"), (new(Actor: "Bob", Model: "b"), "11 9 7"), (new(Action: "model."), "10 9 7 6 4 3 1 0"), (new(Action: "alias.set"), "11 8 5 2"), (new(Action: "model"), ""),
            (new(From: start.AddHours(3), To: start.AddHours(5)), "4 3"),
        })
        {
            Assert.Equal(expected, string.Join(' ', (await audited.Own.Get<AuditLog>().ListAsync(filter, null, 100, default)).Select(entry => entry.Summary)));
            Assert.Equal(expected, string.Join(' ', file.Entries(filter).Reverse().Select(entry => entry.Entry.Summary)));
        }

        Assert.Equal(["4", "3"], (await audited.Own.Get<AuditLog>().ListAsync(new(), 6, 2, default)).Select(entry => entry.Summary));
    }
}
