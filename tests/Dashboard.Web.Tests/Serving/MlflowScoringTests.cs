using System.Text.Json;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Tests.Serving;

public sealed class MlflowScoringTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["width","length"],"index":[0,1],"data":[[1,2],[null,3]]}}""")]
    [InlineData("""{"dataframe_split":{"data":[[2,1],[3,null]]}}""")]
    [InlineData("""{"dataframe_records":[{"length":2,"width":1},{"width":null,"length":3}]}""")]
    [InlineData("""{"instances":[[2,1],[3,null]]}""")]
    [InlineData("""{"instances":[{"length":2,"width":1},{"width":null,"length":3}],"params":{"ids":["a","b"]}}""")]
    [InlineData("""{"inputs":{"length":[2,3],"width":[1,null]}}""")]
    [InlineData("""{"inputs":[[2,1],[3,null]]}""")]
    public async Task Every_form_of_rows_gives_the_same_probabilities(string request)
    {
        var (status, body) = await fixture.PostAsync("/invocations?model=irises", request);

        Assert.Equal(200, status);
        var predictions = body.GetProperty("predictions");
        Assert.Equal(2, predictions.GetArrayLength());
        var expected = new float[3];
        ServedModels.Irises.Scorer.Score([2, 1], expected);
        Assert.Equal(expected, predictions[0].EnumerateArray().Select(value => value.GetSingle()));
        Assert.All(predictions[1].EnumerateArray(), value => Assert.Equal("NaN", value.GetString()));
    }

    [Fact]
    public async Task One_number_a_row_for_a_regression_and_the_probability_for_two_classes()
    {
        var (_, doubles) = await fixture.PostAsync("/invocations", """{"instances":[1,2.5]}"""u8.ToArray(), ("X-Model", "doubles"));
        var (_, flights) = await fixture.PostAsync("/invocations?model=flights",
            """{"dataframe_records":[{"distance":1000,"carrier":"DL","departure":"2001-02-03T06:00","weekend":true}]}""");

        Assert.Equal("[2,5]", doubles.GetProperty("predictions").GetRawText());
        Assert.Equal(1 / (1 + Math.Exp(-3.06)), flights.GetProperty("predictions")[0].GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("/invocations", "{}", 400, "'model' is missing; expected ?model= with one of doubles, flights, irises.")]
    [InlineData("/invocations?model=nobody", "{}", 404, "There is no model 'nobody'; there are doubles, flights, irises, waiting.")]
    [InlineData("/invocations?model=waiting", "{}", 503, "'waiting' has no champion that is ready: no version of it has been promoted.")]
    [InlineData("/invocations?model=doubles", "{}", 400, "'body' is 'an object without rows'; expected one of dataframe_split, dataframe_records, instances or inputs.")]
    [InlineData("/invocations?model=doubles", "{", 400, "The body is not valid JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed (line 1, byte 2).")]
    [InlineData("/invocations?model=doubles", """{"instances":["NaN"]}""", 400, "'x[0]' is 'NaN'; expected a number, or null where it is missing.")]
    [InlineData("/invocations?model=doubles", """{"instances":[]}""", 400, "'instances' is '[]'; expected an array of rows.")]
    [InlineData("/invocations?model=irises", """{"instances":[[1,2],[1]]}""", 400, "'instances[1]' is '1 values'; expected 2 values.")]
    [InlineData("/invocations?model=irises", """{"dataframe_records":[{"length":1,"breadth":2}]}""", 400, "'dataframe_records[0]' is 'breadth'; expected the inputs of irises: length, width.")]
    [InlineData("/invocations?model=irises", """{"dataframe_records":[{"length":1}]}""", 400, "'dataframe_records[0].width' is missing; expected every input of the model; a missing value is null.")]
    [InlineData("/invocations?model=irises", """{"dataframe_split":{"columns":["length","length"],"data":[]}}""", 400, "'dataframe_split.columns' is 'length, twice'; expected each input once.")]
    [InlineData("/invocations?model=irises", """{"inputs":{"length":[1,2],"width":[1]}}""", 400, "'inputs.width' is '1 values'; expected 2, as the inputs before it.")]
    [InlineData("/invocations?model=doubles", """{"instances":[1],"params":{"event_time":"soon"}}""", 400, "'parameters.event_time' is 'soon'; expected an ISO 8601 time such as 2001-02-03T06:00:00Z (without an offset it is UTC).")]
    [InlineData("/invocations?model=doubles", """{"instances":["\ud800"]}""", 400, "The body is not valid JSON: the escape at byte 16 is half a character.")]
    public async Task Bad_input_says_what_is_wrong(string path, string request, int status, string message)
    {
        var answer = await fixture.PostAsync(path, request);

        Assert.Equal((status, message), (answer.Status, answer.Body.GetProperty("message").GetString()));
        Assert.NotEqual(JsonValueKind.Undefined, answer.Body.GetProperty("error_code").ValueKind);
    }

    [Fact]
    public async Task The_only_deployed_model_needs_no_name()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal(503, (int)(await host.Client.GetAsync("/ping")).StatusCode);
        host.Get<Router>().Set(new ModelRoute("doubles", ServedModels.Doubles, System.Collections.Frozen.FrozenDictionary<int, ServedModel>.Empty));

        using var response = await host.Client.PostAsync("/invocations", new StringContent("""{"instances":[4]}"""));

        Assert.Equal("""{"predictions":[8]}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(200, (int)(await host.Client.GetAsync("/ping")).StatusCode);
    }
}
