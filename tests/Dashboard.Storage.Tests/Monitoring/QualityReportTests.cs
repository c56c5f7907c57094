using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Quality;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Segments;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>The report on data quality over real windows, against counting the rows that were sent.</summary>
public sealed class QualityReportTests
{
    private static readonly DateTimeOffset End = TelemetryFixture.Start.AddDays(3);

    [Fact]
    public async Task Every_figure_is_that_of_the_rows_that_were_sent()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var rows = await SendAsync(telemetry);

        var report = await AskAsync(telemetry);

        Assert.Equal((1, rows.Count, 14_400L), (report.Compared, report.Rows, report.ReferenceRows));
        var (distance, carrier) = (Feature(report, "distance"), Feature(report, "carrier"));
        var known = rows.Where(row => !double.IsNaN(row.Distance)).Select(row => row.Distance).ToList();
        Assert.Equal((rows.Count, rows.Count - known.Count), (distance.Now.Rows, distance.Now.Missing));
        Assert.Equal((known.Min(), known.Max()), (distance.Now.Minimum!.Value, distance.Now.Maximum!.Value));
        Assert.Equal(known.Count(value => value > distance.Reference!.Maximum), distance.Now.AboveRange);
        Assert.Equal(known.Count(value => value < distance.Reference!.Minimum), distance.Now.BelowRange);
        Assert.Equal(rows.Count(row => row.Carrier is not ("AA" or "UA")), carrier.Now.Unknown);
        Assert.Equal(rows.GroupBy(row => row.Carrier).Where(group => group.Key is not ("AA" or "UA")).OrderByDescending(group => group.Count()).Select(group => (group.Key, (long)group.Count())),
            carrier.Now.UnknownValues.Select(value => (value.Value, value.Count)));

        var missing = Assert.Single(Check(report, "distance").Findings, finding => finding.Issue == QualityIssue.Missing);
        Assert.Equal(((double)(rows.Count - known.Count) / rows.Count, 0.0), (missing.Share, missing.ReferenceShare!.Value));
        Assert.Equal(QualityLevel.Look, missing.Level);
        Assert.Equal(QualityLevel.Broken, Assert.Single(Check(report, "carrier").Findings).Level);
        Assert.Equal("carrier", report.Inputs[0].Check.Name);
        Assert.StartsWith("2 of 2 inputs need a look, first of all carrier: 25 % of carrier are values that the model does not know, most often “ZZ”", report.Summary);
    }

    [Fact]
    public async Task Steps_say_when_and_add_up_to_the_whole()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var rows = await SendAsync(telemetry);

        var report = await AskAsync(telemetry);

        Assert.Equal(rows.Count, report.RowsByStep.Sum());
        var step = report.Steps.ToList().IndexOf(report.Steps.First(start => start >= TelemetryFixture.Start.AddHours(20)));
        var (from, to) = (report.Steps[step], report.Steps[step] + report.Step);
        var within = rows.Where(row => row.At >= from && row.At < to).ToList();
        Assert.Equal(within.Count, report.RowsByStep[step]);
        Assert.Equal((double)within.Count(row => double.IsNaN(row.Distance)) / within.Count, Feature(report, "distance").Missing[step], 1e-12);
        Assert.Equal((double)within.Count(row => row.Distance > 1000) / within.Count, Feature(report, "distance").OutOfRange[step], 1e-12);
        Assert.Equal((double)within.Count(row => row.Carrier is not ("AA" or "UA")) / within.Count, Feature(report, "carrier").New[step], 1e-12);
    }

    [Fact]
    public async Task A_segment_is_held_against_its_own_rows_and_faults_stay_those_of_the_model()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var segment = (await telemetry.Get<SegmentStore>().AddAsync("flights", "United", "carrier = 'UA'", "me", default)).Value.Id;
        var rows = (await SendAsync(telemetry)).Where(row => row.Carrier == "UA").ToList();
        telemetry.Get<QualityCounters>().Count(telemetry.Model.ModelId, DateTimeOffset.UtcNow, QualityKind.WrongType, "distance", 4);
        await telemetry.Store.AppendAsync([telemetry.Record("last", 1)], default);

        var report = await AskAsync(telemetry, segment);

        Assert.Equal(("United", rows.Count), (report.Segment, report.Rows));
        Assert.InRange(report.ReferenceRows, 1500, 1850);
        Assert.Equal(rows.Count(row => double.IsNaN(row.Distance)), Feature(report, "distance").Now.Missing);
        Assert.Equal(0, Feature(report, "carrier").Now.Unknown);
        Assert.Equal(1, Feature(report, "carrier").Now.Distinct!.Value, 0.01);
        Assert.Null(report.Usual);
        // The fault is the model's, and no finding about the segment's rows.
        Assert.Equal(0, Check(report, "distance").Refused);
        Assert.DoesNotContain("refused", report.Summary);
    }

    [Fact]
    public async Task Faults_are_those_of_the_arrival_range_and_stand_at_their_input()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        await SendAsync(telemetry);
        var now = DateTimeOffset.UtcNow;
        var counters = telemetry.Get<QualityCounters>();
        counters.Count(telemetry.Model.ModelId, now, QualityKind.WrongType, "distance", 5);
        counters.Count(telemetry.Model.ModelId, now, QualityKind.MissingField, "distance", 2);
        counters.Count(telemetry.Model.ModelId, now, QualityKind.UnknownField, "speed");
        counters.Count(telemetry.Model.ModelId, now, QualityKind.ObservationRejected, "carrier", 9);
        counters.Count(telemetry.Model.ModelId, now.AddDays(-3), QualityKind.WrongType, "distance", 100);
        await telemetry.Store.AppendAsync([telemetry.Record("row-0"), telemetry.Record("row-1")], default);
        telemetry.Stop();

        var report = (await telemetry.Queries.QualityAsync("flights", null, new ClockRange(TelemetryFixture.Start, End, now.AddHours(-2), now.AddHours(2)), null, default))!;

        Assert.Equal((8L, 2L), (report.Faults.Refused, report.Faults.Duplicates));
        Assert.Equal([("carrier", QualityKind.ObservationRejected, 9L), ("distance", QualityKind.WrongType, 5), ("distance", QualityKind.MissingField, 2), ("speed", QualityKind.UnknownField, 1)],
            report.Faults.Fields.Select(fault => (fault.Field, fault.Kind, fault.Count)));
        Assert.Equal((7L, 0L), (Check(report, "distance").Refused, Check(report, "carrier").Refused));
        Assert.Equal((17L, 2L), (report.Faults.Hours.Sum(hour => hour.Faults), report.Faults.Hours.Sum(hour => hour.Duplicates)));
    }

    [Fact]
    public async Task Without_a_reference_or_without_predictions_the_report_says_so()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        Assert.Equal((null, "No prediction in this time range."), ((await AskAsync(telemetry)).Compared, (await AskAsync(telemetry)).Summary));
        await SendAsync(telemetry);

        var report = await AskAsync(telemetry);
        Assert.False(report.HasReference);
        Assert.Contains("came without a reference", report.WhyNoReference);
        Assert.All(report.Inputs, input => Assert.All(input.Check.Features, feature => Assert.Null(feature.Skew)));
        Assert.Equal(QualityLevel.Broken, Check(report, "carrier").Level);
        Assert.Equal(QualityLevel.Unknown, Check(report, "distance").Level);
        Assert.Null(await telemetry.Queries.QualityAsync("nobody", null, TelemetryFixture.Start, End, null, default));
        Assert.Null(await telemetry.Queries.QualityAsync("flights", 7, TelemetryFixture.Start, End, null, default));
    }

    [Fact]
    public async Task Of_thousands_of_new_categories_the_most_frequent_are_named()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 9000).Select(i => telemetry.Record($"new-{i}", i % 1440, distance: 500, carrier: i % 3 == 0 ? "ZZ" : $"carrier {i % 4001}"))], default);

        var carrier = Feature(await AskAsync(telemetry), "carrier");

        Assert.Equal(9000, carrier.Now.Unknown);
        Assert.Equal(FeatureFigures.MostUnknown, carrier.Now.UnknownValues.Count);
        Assert.Equal("ZZ", carrier.Now.UnknownValues[0].Value);
        // More texts than are counted one by one: how many there are is not known, and nothing is made up.
        Assert.Null(carrier.Now.Distinct);
    }

    /// <summary>Three days of every quarter of an hour: some distances are missing or beyond the reference's, one carrier in four is new.</summary>
    private static async Task<List<(DateTimeOffset At, double Distance, string Carrier)>> SendAsync(TelemetryFixture telemetry)
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 2000).Select(i => (Minutes: i * 2.0, Distance: i % 20 == 0 ? double.NaN : i % 25 == 1 ? 1500 + i : Math.Round(random.NextDouble() * 900) + 1, Carrier: i % 4 == 3 ? i % 8 == 3 ? "ZZ" : i % 16 == 7 ? "YY" : "ZZ" : i % 4 == 1 ? "UA" : "AA")).ToList();
        await telemetry.Store.AppendAsync([.. rows.Select((row, i) => telemetry.Record($"row-{i}", row.Minutes, distance: row.Distance, carrier: row.Carrier))], default);
        return rows.ConvertAll(row => (TelemetryFixture.Start.AddMinutes(row.Minutes), (double)(float)row.Distance, row.Carrier));
    }

    private static async Task<QualityReport> AskAsync(TelemetryFixture telemetry, int? segment = null) => (await telemetry.Queries.QualityAsync("flights", null, TelemetryFixture.Start, End, segment, default))!;

    private static InputCheck Check(QualityReport report, string input) => report.Inputs.Single(one => one.Check.Name == input).Check;

    private static FeatureQuality Feature(QualityReport report, string feature) => report.Inputs.SelectMany(input => input.Features).Single(one => one.Name == feature);
}
