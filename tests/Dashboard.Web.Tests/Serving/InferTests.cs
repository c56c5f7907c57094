using System.Text.Json;

namespace Dashboard.Web.Tests.Serving;

public sealed class InferTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    private const string TwoFlights = """
        {"id":"batch","inputs":[
         {"name":"distance","shape":[2],"datatype":"FP64","data":[1000,null]},
         {"name":"carrier","shape":[2,1],"datatype":"BYTES","data":["DL","??"]},
         {"name":"departure","shape":[2],"datatype":"BYTES","data":["2001-02-03T06:00","2001-02-03T23:30:00+01:00"]},
         {"name":"weekend","shape":[2],"datatype":"BOOL","data":[true,false]}]}
        """;

    [Fact]
    public async Task One_tensor_for_each_input_gives_probabilities_and_labels()
    {
        var (status, body) = await fixture.PostAsync("/v2/models/flights/infer", TwoFlights);

        Assert.Equal(200, status);
        Assert.Equal("flights", body.GetProperty("model_name").GetString());
        Assert.Equal("1", body.GetProperty("model_version").GetString());
        Assert.Equal("batch", body.GetProperty("id").GetString());
        var outputs = body.GetProperty("outputs");
        Assert.Equal("probability FP32 [2]", Describe(outputs[0]));
        Assert.Equal("label BYTES [2]", Describe(outputs[1]));
        var probabilities = outputs[0].GetProperty("data");
        Assert.Equal(1 / (1 + Math.Exp(-(1 + 1 + 0.06 + 1))), probabilities[0].GetDouble(), 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-0.23)), probabilities[1].GetDouble(), 1e-6);
        Assert.Equal(["late", "on time"], Texts(outputs[1].GetProperty("data")));
    }

    [Fact]
    public async Task The_answer_is_exactly_what_the_scorer_computes()
    {
        var (_, body) = await fixture.PostAsync("/v2/models/irises/infer", """{"inputs":[{"name":"anything","shape":[2,2],"datatype":"FP32","data":[0.1,-2.5,1e-3,3]}]}""");

        var expected = new float[6];
        ServedModels.Irises.Scorer.Score([0.1f, -2.5f], expected.AsSpan(0, 3));
        ServedModels.Irises.Scorer.Score([1e-3f, 3], expected.AsSpan(3));
        Assert.Equal("probabilities FP32 [2,3]", Describe(body.GetProperty("outputs")[0]));
        Assert.Equal(expected, body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal(["virginica", "versicolor"], Texts(body.GetProperty("outputs")[1].GetProperty("data")));
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[[1.0],[2.0]]}]}""")]
    [InlineData("""{"inputs":[{"data":[1,2],"datatype":"UINT8","shape":[2],"name":"x"}],"id":""}""")]
    [InlineData("""{"parameters":null,"inputs":[{"parameters":{"content_type":"np"},"name":"\u0078","shape":[2],"datatype":"FP64","data":[1,2]}],"outputs":[{"name":"value"}]}""")]
    public async Task Every_order_and_nesting_that_the_protocol_allows_is_read(string request)
    {
        var (status, body) = await fixture.PostAsync("/v2/models/doubles/versions/1/infer", request);

        Assert.Equal(200, status);
        Assert.Equal("value FP32 [2]", Describe(body.GetProperty("outputs")[0]));
        Assert.Equal([2, 4], body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(32, body.GetProperty("id").GetString()!.Length);
    }

    [Fact]
    public async Task Only_the_outputs_that_are_asked_for_come()
    {
        var (_, body) = await fixture.PostAsync("/v2/models/irises/infer", """{"outputs":[{"name":"label"}],"inputs":[{"name":"t","shape":[1,2],"datatype":"FP32","data":[5,1]}]}""");

        Assert.Equal("label BYTES [1]", Describe(Assert.Single(body.GetProperty("outputs").EnumerateArray())));
    }

    [Fact]
    public async Task A_body_of_many_segments_and_many_rows_is_read_whole()
    {
        var values = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{new string(' ', 2000)}{i}"));
        var (status, body) = await fixture.PostAsync("/v2/models/doubles/infer", $$"""{"inputs":[{"name":"x","shape":[1000],"datatype":"FP64","data":[{{values}}]}]}""");

        Assert.Equal(200, status);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2.0 * i), body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetDouble()));
    }

    internal static string Describe(JsonElement tensor) =>
        $"{tensor.GetProperty("name").GetString()} {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}";

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(value => value.GetString());
}
