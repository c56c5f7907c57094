using System.Text;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class PredictionSearchTests
{
    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_none_is_lost_or_told_twice_while_data_arrives()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        // Several predictions of one instant, written out of order.
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 100).Select(i => telemetry.Record($"p{i}", minutes: i * 37 % 100 / 5))], default);

        var (found, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await telemetry.Get<PredictionSearch>().FindAsync("flights", new(), cursor, 7, default)).Value;
            Assert.True(page.Entries.Zip(page.Entries.Skip(1)).All(pair => pair.First.EventTime >= pair.Second.EventTime));
            found.AddRange(page.Entries.Select(entry => entry.Id));
            cursor = page.Next;
            // What arrives between two pages, newer or older, does not belong to the result that is being read.
            await telemetry.Store.AppendAsync([telemetry.Record($"new {found.Count}", minutes: 500), telemetry.Record($"late {found.Count}", minutes: 0)], default);
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"p{i}").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_looks_through_a_bounded_number_and_says_how_far_it_came()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 100).Select(i => telemetry.Record($"p{i}", minutes: i, score: i == 3 ? 0.9f : 0.1f))], default);
        var search = telemetry.Get<PredictionSearch>();
        var rare = new PredictionFilter { Minimum = 0.5 };

        var first = (await search.FindAsync("flights", rare, null, 10, mostLookedAt: 60, default)).Value;
        Assert.Empty(first.Entries);
        Assert.Equal((60, TelemetryFixture.Start.AddMinutes(40)), (first.LookedThrough, first.DownTo));

        var second = (await search.FindAsync("flights", rare, first.Next, 10, mostLookedAt: 60, default)).Value;
        Assert.Equal(["p3"], second.Entries.Select(entry => entry.Id));
        Assert.Equal((100, TelemetryFixture.Start, null), (second.LookedThrough, second.DownTo, second.Next));
    }

    [Fact]
    public async Task A_page_walks_down_an_index_and_sorts_nothing()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        using var connection = telemetry.Get<TelemetryDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + PredictionSearch.PageQuery;
        foreach (var name in (string[])["$model", "$from", "$time", "$seq", "$top", "$limit"])
            command.Parameters.AddWithValue(name, 1L);
        using var reader = command.ExecuteReader();
        var plan = new StringBuilder();
        while (reader.Read())
            plan.AppendLine(reader.GetString(3));

        Assert.Contains("SEARCH p USING INDEX predictions_by_time (model=? AND event_time>? AND event_time<?)", plan.ToString());
        Assert.DoesNotContain("TEMP B-TREE", plan.ToString());
    }

    [Fact]
    public async Task What_is_looked_for_is_found_by_time_score_class_truth_version_and_segment()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync(
        [
            Flight(telemetry, "a", 0, 0.9f, 100, "AA"), Flight(telemetry, "b", 1, 0.6f, 200, "UA"), Flight(telemetry, "c", 2, 0.5f, 300, "B6"),
            Flight(telemetry, "d", 3, 0.2f, 400, null), Flight(telemetry, "e", 4, 0.1f, double.NaN, "AA"),
        ], default);
        await telemetry.LabelAsync(new("a", 1, null), new("b", 0, null), new("e", 0, null));
        await telemetry.Get<SegmentStore>().AddAsync("flights", "Far", "distance >= 300", "me", default);

        async Task<string> Ids(PredictionFilter filter) => string.Concat((await telemetry.Get<PredictionSearch>().FindAsync("flights", filter, null, 50, default)).Value.Entries.Select(entry => entry.Id));
        Assert.Equal("edcba", await Ids(new()));
        Assert.Equal("cb", await Ids(new() { From = TelemetryFixture.Start.AddMinutes(1), To = TelemetryFixture.Start.AddMinutes(3) }));
        Assert.Equal("cb", await Ids(new() { Minimum = 0.5, Maximum = 0.7 }));
        Assert.Equal("b", await Ids(new() { Minimum = 0.6, Maximum = 0.6 }));
        Assert.Equal("cba", await Ids(new() { Class = "true" }));
        Assert.Equal("eba", await Ids(new() { Truth = TruthState.Known }));
        Assert.Equal("dc", await Ids(new() { Truth = TruthState.Unknown }));
        Assert.Equal("ea", await Ids(new() { Truth = TruthState.Right }));
        Assert.Equal("b", await Ids(new() { Truth = TruthState.Wrong }));
        Assert.Equal("edcba", await Ids(new() { Version = 1 }));
        Assert.Equal("", await Ids(new() { Version = 2 }));
        Assert.Equal("dc", await Ids(new() { Segment = "Far" }));
        Assert.Equal("c", await Ids(new() { Segment = "Far", Expression = "carrier is not missing" }));
        Assert.Equal("ea", await Ids(new() { Expression = "carrier = 'AA'" }));
        Assert.Equal("c", await Ids(new() { Expression = "carrier = 'B6'" }));
        Assert.Equal("d", await Ids(new() { Expression = "carrier is missing" }));
        Assert.Equal("a", await Ids(new() { Expression = "carrier = 'AA'", Truth = TruthState.Right, Class = "true", Minimum = 0.8 }));
    }

    [Fact]
    public async Task What_cannot_be_looked_for_is_refused_by_name()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var search = telemetry.Get<PredictionSearch>();
        async Task<Error> Refused(PredictionFilter filter, string? cursor = null, int take = 10) => (await search.FindAsync("flights", filter, cursor, take, default)).Error!;

        Assert.Equal("from", (await Refused(new() { From = TelemetryFixture.Start, To = TelemetryFixture.Start })).Field);
        Assert.Equal("min", (await Refused(new() { Minimum = 2, Maximum = 1 })).Field);
        Assert.Equal(("class", "one of false, true"), (await Refused(new() { Class = "late" })) is var late ? (late.Field, late.Expected) : default);
        Assert.Equal("expression", (await Refused(new() { Expression = "speed > 1" })).Field);
        Assert.Equal(ErrorKind.NotFound, (await Refused(new() { Segment = "nowhere" })).Kind);
        Assert.Equal("cursor", (await Refused(new(), cursor: "1.2.three.4")).Field);
        Assert.Equal("take", (await Refused(new(), take: 501)).Field);
        Assert.Equal(ErrorKind.NotFound, (await search.FindAsync("nobody", new(), null, 10, default)).Error!.Kind);
    }

    [Fact]
    public async Task A_prediction_is_found_by_its_id_with_everything_that_was_kept()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var search = telemetry.Get<PredictionSearch>();
        await telemetry.Store.AppendAsync([telemetry.Record("one/ü %", minutes: 2, score: 0.75f), telemetry.Record("two", label: 1)], default);

        var one = (await search.ByIdAsync("flights", "one/ü %", default)).Value;
        Assert.Equal((1, 0.75, 1, null, null), (one.Version.Number, one.Score, one.PredictedClass, one.Truth, one.IsRight));
        Assert.Equal((TelemetryFixture.Start.AddMinutes(2), 50.0), (one.EventTime, one.LatencyMicroseconds));
        Assert.Equal([InputValue.OfNumber(1234.5), InputValue.OfUnknownCategory("B6")], one.Inputs);

        await telemetry.LabelAsync(new LabelItem("one/ü %", 0, null));
        var labelled = (await search.ByIdAsync("flights", "one/ü %", default)).Value;
        Assert.Equal((0.0, false), (labelled.Truth, labelled.IsRight));
        Assert.True(labelled.TruthArrivedAt >= labelled.ArrivedAt);
        // The ground truth came with the observation.
        Assert.Equal((1.0, false), ((await search.ByIdAsync("flights", "two", default)).Value is var two ? (two.Truth, two.IsRight) : default));
        Assert.Equal(two!.ArrivedAt, two.TruthArrivedAt);

        Assert.Equal("Model 'flights' has no prediction 'three'.", (await search.ByIdAsync("flights", "three", default)).Error!.Message);
        Assert.Equal(ErrorKind.NotFound, (await search.ByIdAsync("nobody", "two", default)).Error!.Kind);
    }

    [Fact]
    public async Task What_came_since_a_page_was_read_is_counted_by_the_same_filter()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var search = telemetry.Get<PredictionSearch>();
        var filter = new PredictionFilter { Minimum = 0.5, From = TelemetryFixture.Start, To = TelemetryFixture.Start.AddMinutes(10) };
        await telemetry.Store.AppendAsync([telemetry.Record("before", score: 0.9f)], default);
        var page = (await search.FindAsync("flights", filter, null, 10, default)).Value;
        Assert.Equal(new NewerPredictions(0, false), (await search.NewerAsync("flights", filter, page.Newest, default)).Value);

        await telemetry.Store.AppendAsync([telemetry.Record("low", 20, 0.1f), telemetry.Record("high", 20, 0.9f), telemetry.Record("too old", -5, 0.9f)], default);
        Assert.Equal(new NewerPredictions(1, false), (await search.NewerAsync("flights", filter, page.Newest, default)).Value);
    }

    [Fact]
    public async Task A_result_is_exported_with_every_input_and_says_whether_it_is_complete()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([Flight(telemetry, "a,1", 0, 0.75f, 100.5, "AA"), Flight(telemetry, "b", 1, 0.25f, double.NaN, null)], default);
        await telemetry.LabelAsync(new LabelItem("a,1", 1, null));

        var page = (await telemetry.Get<PredictionExport>().CollectAsync("flights", new(), default)).Value;
        using var csv = new MemoryStream();
        await PredictionExport.WriteAsync(page.Entries, csv, default);

        Assert.Null(page.Next);
        var lines = Encoding.UTF8.GetString(csv.ToArray()).Split('\n');
        Assert.Equal("id,version,event_time,arrived_at,latency_us,score,predicted,ground_truth,ground_truth_arrived_at,distance,carrier", lines[0]);
        Assert.Matches(@"^b,1,2001-02-03T06:01:00Z,[0-9T:-]{19}Z,50,0\.25,false,,,,$", lines[1]);
        Assert.Matches(@"^""a,1"",1,2001-02-03T06:00:00Z,[0-9T:-]{19}Z,50,0\.75,true,true,[0-9T:-]{19}Z,100\.5,AA$", lines[2]);
    }

    private static PredictionRecord Flight(TelemetryFixture telemetry, string id, double minutes, float score, double distance, string? carrier)
    {
        InputValue[] inputs = [InputValue.OfNumber(distance), carrier is null ? InputValue.Missing : telemetry.Model.Encoder.Category(1, carrier)];
        var features = new float[2];
        telemetry.Model.Encoder.Encode(inputs, features);
        return new()
        {
            Model = telemetry.Model, Id = id, ArrivedAt = DateTimeOffset.UtcNow, EventTime = TelemetryFixture.Start.AddMinutes(minutes), Inputs = inputs, Features = features, Outputs = [score], LatencyMicroseconds = 50,
        };
    }
}
