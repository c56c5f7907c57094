using System.Security.Cryptography;
using System.Text;
using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>What is logged of one entity can be removed; what cannot is said.</summary>
public sealed class EntityErasureTests
{
    private const string Ada = "ada@example.org/7";

    [Fact]
    public async Task Rows_of_an_entity_go_with_their_ground_truth_and_nobody_else_s_do()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync(
        [
            Record(telemetry, "a1", Ada), Record(telemetry, "a2", Ada, label: 1), Record(telemetry, "a3", Ada), Record(telemetry, "b1", "bob"), Record(telemetry, "c1", null), Record(telemetry, Ada, null),
            Record(telemetry, "a4", Ada, label: 0),
        ], default);
        await telemetry.LabelAsync(new LabelItem("a1", 1, null), new("a2", 0, null), new("b1", 1, null));
        var before = (await telemetry.SeriesAsync()).Total;

        var erased = (await telemetry.Get<EntityErasure>().EraseAsync("flights", Ada, "dee", default)).Value;

        Assert.Equal(("flights", 5, 3, 0), (erased.Model, erased.Predictions, erased.Labels, erased.WaitingLabels));
        Assert.Equal(telemetry.Get<ErasureMark>().Of(Ada), erased.KeyMark);
        Assert.NotEmpty(erased.Remains);
        Assert.Equal("b1,c1", telemetry.Scalar("SELECT GROUP_CONCAT(id) FROM (SELECT id FROM predictions ORDER BY id)"));
        Assert.Equal(1L, telemetry.Scalar("SELECT COUNT(*) FROM labels"));
        // Figures of windows stay, as the answer says.
        var after = (await telemetry.SeriesAsync()).Total;
        Assert.Equal((before.Rows, before.Labelled, before.MeanOutput), (after.Rows, after.Labelled, after.MeanOutput));

        // The ids are free again, for this writer and for the next one, and the row of somebody else by that id stays.
        Assert.Equal(new ObservationResult(1, 1), await telemetry.Store.AppendAsync([Record(telemetry, "a1", null), Record(telemetry, "b1", null)], default));
        telemetry.Restart();
        Assert.Equal(new ObservationResult(2, 1), await telemetry.Store.AppendAsync([Record(telemetry, "a1", null), Record(telemetry, "a2", null), Record(telemetry, Ada, "bob")], default));
        Assert.Equal(0, (await telemetry.Get<EntityErasure>().EraseAsync("flights", Ada, "dee", default)).Value.Predictions);
    }

    [Fact]
    public async Task The_files_hold_no_trace_of_what_was_removed()
    {
        const string id = "a-prediction-about-nobody-else";
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Record(telemetry, $"other-{i}", $"entity {i}"))], default);
        await telemetry.Store.AppendAsync([Record(telemetry, id, Ada)], default);
        var waiting = await telemetry.LabelAsync(new LabelItem("erased-before-it-came", 1, null));
        Assert.Equal(1, waiting.Waiting);
        Assert.True(Holds(telemetry, id) && Holds(telemetry, Ada) && Holds(telemetry, "erased-before-it-came"));

        await telemetry.Get<EntityErasure>().EraseAsync("flights", Ada, "dee", default);
        var second = (await telemetry.Get<EntityErasure>().EraseAsync("flights", "erased-before-it-came", "dee", default)).Value;

        Assert.Equal((0, 1), (second.Predictions, second.WaitingLabels));
        foreach (var gone in (string[])[id, Ada, "erased-before-it-came"])
            Assert.False(Holds(telemetry, gone), $"telemetry.db still holds '{gone}'.");
        Assert.True(Holds(telemetry, "other-7"));
        Assert.Equal("ok", telemetry.Scalar("PRAGMA integrity_check"));
        Assert.Equal(300L, telemetry.Scalar("SELECT COUNT(*) FROM predictions"));
    }

    [Fact]
    public async Task The_audit_log_says_that_it_happened_and_not_to_whom()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([Record(telemetry, "a1", Ada)], default);

        await telemetry.Get<EntityErasure>().EraseAsync("flights", Ada, "dee", default);

        var entry = Assert.Single(await telemetry.Get<ActivityLog>().ListAsync("flights", 10, null, default), entry => entry.Action == "entity.erased");
        Assert.Equal(("dee", telemetry.Get<ErasureMark>().Of(Ada)), (entry.Actor, entry.Subject));
        Assert.Equal("Removed the logged rows of one entity of flights: 1 predictions, 0 labels, 0 waiting labels.", entry.Summary);
        Assert.DoesNotContain("ada", $"{entry.Summary}{entry.BeforeJson}{entry.AfterJson}{entry.Page}", StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(entry.Sequence);
    }

    [Fact]
    public async Task Who_holds_the_installation_can_say_whether_a_key_was_erased_and_who_has_the_log_alone_cannot()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var (erasure, directory) = (telemetry.Get<EntityErasure>(), telemetry.Get<DataDirectory>());
        await erasure.EraseAsync("flights", "7", "dee", default);
        // As it was noted before there was a secret.
        await using (var db = await telemetry.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            db.Activity.Add(new ActivityEntry { At = DateTimeOffset.UnixEpoch, Actor = "eve", Action = "entity.erased", ModelName = "flights", Subject = Hash("8"), Summary = "as before" });
            await db.SaveChangesAsync();
        }

        Assert.Equal("dee", Assert.Single((await erasure.FindAsync("flights", "7", default)).Value).By);
        Assert.Equal(("eve", "as before"), Assert.Single((await erasure.FindAsync("flights", "8", default)).Value) is var old ? (old.By, old.Summary) : default);
        Assert.Empty((await erasure.FindAsync("flights", "9", default)).Value);
        Assert.IsType<NotFound>((await erasure.FindAsync("nobody", "7", default)).Error);

        // Every key of one digit is tried: none has the mark. With the installation's secret, also of a later process, one has.
        var noted = Assert.Single(await telemetry.Get<ActivityLog>().ListAsync("flights", 10, null, default), entry => entry is { Action: "entity.erased", Actor: "dee" }).Subject!;
        Assert.DoesNotContain(Enumerable.Range(0, 10).Select(digit => Hash($"{digit}")), hash => hash == noted);
        Assert.Equal(noted, new ErasureMark(new(directory.Root)).Of("7"));
        var file = Path.Combine(directory.Audit, "erasure-key");
        Assert.Equal(32, Convert.FromBase64String(await File.ReadAllTextAsync(file)).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task What_is_served_while_it_is_looked_for_goes_too()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var erasure = telemetry.Get<EntityErasure>();
        var queue = telemetry.Get<PredictionQueue>();
        for (var i = 0; i < 50; i++)
        {
            // What was answered before it was asked for is written before it is removed.
            queue.TryWrite(Record(telemetry, $"a{i}", Ada));
            Assert.InRange((await erasure.EraseAsync("flights", Ada, "dee", default)).Value.Predictions, 0, 1);
        }

        Assert.Equal(0L, telemetry.Scalar("SELECT COUNT(*) FROM predictions"));
    }

    [Fact]
    public async Task An_unknown_model_and_a_key_that_is_none_are_refused()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var erasure = telemetry.Get<EntityErasure>();

        Assert.Equal("There is no model 'nobody'.", (await erasure.EraseAsync("nobody", Ada, "dee", default)).Error!.Message);
        Assert.Equal("'key' is ''; expected a text of 1 to 200 characters without control characters.", (await erasure.EraseAsync("flights", "", "dee", default)).Error!.Message);
        Assert.Equal((0, 0, 0), (await erasure.EraseAsync("flights", "nobody", "dee", default)).Value is var none ? (none.Predictions, none.Labels, none.WaitingLabels) : default);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static bool Holds(TelemetryFixture telemetry, string text)
    {
        var file = telemetry.Get<TelemetryDatabase>().File;
        foreach (var path in (string[])[file, file + "-wal"])
        {
            if (!File.Exists(path))
                continue;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                return true;
        }

        return false;
    }

    private static PredictionRecord Record(TelemetryFixture telemetry, string id, string? entity, double label = double.NaN)
    {
        var record = telemetry.Record(id, label: label);
        return new()
        {
            Model = record.Model, Id = id, EntityKey = entity, ArrivedAt = record.ArrivedAt, EventTime = record.EventTime, Inputs = record.Inputs, Features = record.Features, Outputs = record.Outputs,
            LatencyMicroseconds = record.LatencyMicroseconds, Label = label,
        };
    }
}
