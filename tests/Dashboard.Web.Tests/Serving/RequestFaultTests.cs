using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Web.Tests.Serving;

/// <summary>What was wrong with requests is counted by field and kind, whatever the protocol.</summary>
public sealed class RequestFaultTests
{
    private static readonly (string Path, string Body, QualityKind Kind, string Subject)[] Requests =
    [
        ("/v2/models/doubles/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":["abc"]}]}""", QualityKind.WrongType, "x"),
        ("/v2/models/doubles/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["1"]}]}""", QualityKind.WrongType, "x"),
        ("/v2/models/doubles/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1e39]}]}""", QualityKind.OutOfRange, "x"),
        ("/v2/models/doubles/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"INT8","data":[300]}]}""", QualityKind.OutOfRange, "x"),
        ("/v2/models/doubles/infer", """{"inputs":[{"name":"speed","shape":[1],"datatype":"FP64","data":[1]}]}""", QualityKind.UnknownField, "speed"),
        ("/v2/models/doubles/infer", """{"inputs":[]}""", QualityKind.Malformed, "inputs"),
        ("/v2/models/doubles/infer", "{", QualityKind.Malformed, "body"),
        ("/v2/models/doubles/infer", """{"id":5,"inputs":[]}""", QualityKind.Malformed, "id"),
        ("/v2/models/irises/infer", """{"inputs":[{"name":"length","shape":[1],"datatype":"FP32","data":[1]}]}""", QualityKind.MissingField, "width"),
        ("/v2/models/irises/infer", """{"inputs":[{"name":"t","shape":[1,2],"datatype":"FP32","data":[1,"b"]}]}""", QualityKind.WrongType, "width"),
        ("/invocations?model=irises", """{"dataframe_records":[{"length":1}]}""", QualityKind.MissingField, "width"),
        ("/invocations?model=irises", """{"dataframe_records":[{"length":1,"depth":1}]}""", QualityKind.UnknownField, "depth"),
        ("/invocations?model=irises", """{"dataframe_split":{"columns":["length","width"],"data":[[1,true]]}}""", QualityKind.WrongType, "width"),
        ("/invocations?model=irises", """{"inputs":{"length":[1,2],"width":[1]}}""", QualityKind.WrongType, "width"),
        ("/invocations?model=irises", """{"rows":[]}""", QualityKind.Malformed, "body"),
        ("/api/v1/models/flights/observations", """[{"id":"x","features":{"distance":"far"},"prediction":0.5},{"features":{},"prediction":0.5}]""", QualityKind.ObservationRejected, "distance"),
        ("/api/v1/models/flights/ground-truth", """[{"id":"x","value":"maybe"}]""", QualityKind.GroundTruthRejected, "value"),
        ("/api/v1/models/flights/ground-truth", "{", QualityKind.GroundTruthRejected, "line"),
        ("/api/v1/models/flights/ground-truth", "[{\"id\"", QualityKind.GroundTruthRejected, "body"),
    ];

    [Fact]
    public async Task Faults_are_counted_by_field_and_kind()
    {
        var fixture = new ServingHostFixture();
        await fixture.InitializeAsync();
        try
        {
            foreach (var (path, body, _, _) in Requests)
                Assert.Equal(400, (await fixture.PostAsync(path, body)).Status);
            // Requests for what is not there are no fault of the data.
            Assert.Equal(404, (await fixture.PostAsync("/v2/models/nobody/infer", "{}")).Status);
            Assert.Equal(503, (await fixture.PostAsync("/v2/models/waiting/infer", "{}")).Status);

            var expected = Requests.Select(request => $"{request.Kind} {request.Subject}").Append("ObservationRejected id").Order(StringComparer.Ordinal).ToList();
            var found = new List<string>();
            for (var tries = 0; tries < 6000 && found.Count < expected.Count; tries++)
            {
                await Task.Delay(20);
                found = Read(fixture.Host.Get<TelemetryDatabase>());
            }

            Assert.Equal(expected, found);
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }

    private static List<string> Read(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, subject, SUM(count) FROM quality GROUP BY model, kind, subject";
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
            for (var times = reader.GetInt64(2); times > 0; times--)
                found.Add($"{reader.GetString(0)} {reader.GetString(1)}");
        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
