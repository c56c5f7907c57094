using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class LoggedSamplesTests
{
    [Fact]
    public async Task Logged_predictions_come_back_as_the_model_saw_them_with_their_ground_truth()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("b", 5, 0.2f), telemetry.Record("a", 0, 0.9f, label: 1), telemetry.Record("late", 600)], default);
        await telemetry.LabelAsync(new LabelItem("b", 0, null));

        var sample = await TakeAsync(telemetry, 60, 100);

        var rows = sample.Rows;
        Assert.Equal((2, 2L, 1), (rows.Count, sample.InRange, sample.Version.Number));
        Assert.Equal([0.9f, 0.2f], rows.Outputs);
        Assert.Equal([1.0, 0.0], rows.Labels);
        Assert.Equal([TelemetryFixture.Start.Ticks, TelemetryFixture.Start.AddMinutes(5).Ticks], rows.Times);
        Assert.Equal(1234.5f, rows.FeaturesOf(1)[0]);
        Assert.True(FeatureEncoder.IsUnknownCategory(rows.FeaturesOf(1)[1]));
    }

    [Fact]
    public async Task A_sample_is_spread_evenly_over_the_range()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 1_000).Select(i => telemetry.Record($"r{i}", i / 60.0, i / 1000f))], default);

        var sample = await TakeAsync(telemetry, 60, 100);

        Assert.Equal((100, 1_000L), (sample.Rows.Count, sample.InRange));
        Assert.All(sample.Rows.Outputs.Index(), pair => Assert.InRange(pair.Item, (pair.Index / 100f) - 0.011f, (pair.Index / 100f) + 0.011f));
        Assert.All(sample.Rows.Labels, label => Assert.True(double.IsNaN(label)));
    }

    [Fact]
    public async Task An_unknown_model_an_empty_range_and_an_unknown_version_are_said()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a")], default);
        var samples = telemetry.Get<LoggedSamples>();
        var (from, to) = (TelemetryFixture.Start, TelemetryFixture.Start.AddHours(1));

        Assert.IsType<NotFound>((await samples.TakeAsync("nobody", null, from, to, 10, default)).Error);
        Assert.Contains("has no logged prediction from ", (await samples.TakeAsync("flights", null, to, to.AddHours(1), 10, default)).Error!.Message, StringComparison.Ordinal);
        Assert.IsType<NotFound>((await samples.TakeAsync("flights", 99, from, to, 10, default)).Error);
    }

    private static async Task<LoggedSample> TakeAsync(TelemetryFixture telemetry, double minutes, int most) =>
        (await telemetry.Get<LoggedSamples>().TakeAsync("flights", null, TelemetryFixture.Start, TelemetryFixture.Start.AddMinutes(minutes), most, default)).Value;
}
