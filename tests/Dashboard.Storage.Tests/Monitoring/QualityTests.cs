using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class QualityTests
{
    [Fact]
    public async Task Faults_are_kept_by_hour_of_arrival_kind_and_field()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var counters = telemetry.Get<QualityCounters>();
        counters.Count(telemetry.Model.ModelId, now, QualityKind.WrongType, "distance", 3);
        counters.Count(telemetry.Model.ModelId, now.AddHours(-2), QualityKind.MissingField, "carrier");
        await telemetry.Store.AppendAsync([telemetry.Record("a"), telemetry.Record("a"), telemetry.Record("a")], default);
        await telemetry.LabelAsync(new LabelItem("a", 7, null));
        counters.Count(telemetry.Model.ModelId, now, QualityKind.WrongType, "distance");
        telemetry.Stop();

        var counts = (await telemetry.Queries.QualityAsync("flights", now.AddDays(-1), now.AddDays(1), default))!;
        // By name, and whatever is of one kind together: an hour may end between two of them.
        Assert.Equal([("carrier", QualityKind.MissingField, 1L), ("distance", QualityKind.WrongType, 4), ("id", QualityKind.Duplicate, 2), ("value", QualityKind.GroundTruthRejected, 1)],
            counts.GroupBy(count => (count.Subject, count.Kind)).Select(same => (same.Key.Subject, same.Key.Kind, same.Sum(count => count.Count))).OrderBy(count => count.Subject, StringComparer.Ordinal));
        Assert.All(counts, count => Assert.Equal((0, 0), (count.Start.Minute, count.Start.Second)));
        Assert.Single((await telemetry.Queries.QualityAsync("flights", now.AddDays(-1), now.AddHours(-1.5), default))!);
        Assert.Null(await telemetry.Queries.QualityAsync("nobody", now, now, default));
    }
}
