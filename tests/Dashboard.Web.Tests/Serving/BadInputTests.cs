using System.Net;
using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Tests.Serving;

public sealed class BadInputTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    private static string X(string tensor) => $$"""{"inputs":[{"name":"x",{{tensor}}}]}""";

    [Theory]
    [InlineData("\"shape\":[2],\"datatype\":\"FP64\",\"data\":[1]", "'x.data' is '1 values'; expected 2 values, as the shape [2] says.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1,2,{}]", "'x.data' is '3 values'; expected 1 values, as the shape [1] says.")]
    [InlineData("\"shape\":[2,2],\"datatype\":\"FP64\",\"data\":[1,2,3,4]", "'x.shape' is '[2,2]'; expected [rows] or [rows, 1].")]
    [InlineData("\"shape\":[0],\"datatype\":\"FP64\",\"data\":[]", "'x.shape[0]' is '0'; expected a whole number from 1.")]
    [InlineData("\"shape\":[-1],\"datatype\":\"FP64\",\"data\":[1]", "'x.shape[0]' is '-1'; expected a whole number from 1.")]
    [InlineData("\"shape\":[1,1,1],\"datatype\":\"FP64\",\"data\":[1]", "'x.shape' is 'more than two sizes'; expected [rows], or [rows, inputs] for one tensor of all features.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FLOAT\",\"data\":[1]", "'x.datatype' is 'FLOAT'; expected one of BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8.")]
    [InlineData("\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"1\"]", "'x.datatype' is 'BYTES'; expected a number type: FP64, FP32, FP16, INT8 to INT64 or UINT8 to UINT64.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[\"abc\"]", "'x[0]' is 'abc'; expected a number, or null where it is missing.")]
    [InlineData("\"shape\":[2],\"datatype\":\"FP64\",\"data\":[1,\"NaN\"]", "'x[1]' is 'NaN'; expected a number, or null where it is missing.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[NaN]", "The body is not valid JSON: NaN… at line 1, byte 62; expected a number, or null where the value is missing.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1e39]", "'x[0]' is '1e39'; expected a number from -3.4e38 to 3.4e38.")]
    [InlineData("\"shape\":[1],\"datatype\":\"INT8\",\"data\":[300]", "'x[0]' is '300'; expected a whole number from -128 to 127 (INT8).")]
    [InlineData("\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1.5]", "'x[0]' is '1.5'; expected a whole number from -9.223372036854776E+18 to 9.223372036854776E+18 (INT64).")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[true]", "'x[0]' is 'true'; expected a number, or null where it is missing.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[{}]", "'x[0]' is 'an object'; expected a number, or null where it is missing.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[[1]]", "'x.data' is 'nested 2 deep'; expected nesting as the shape [1] says, or none.")]
    [InlineData("\"shape\":[2,1],\"datatype\":\"FP64\",\"data\":[[1,2]]", "'x.data[2]' is '2 values'; expected 1 values, as the shape [2,1] says.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\",\"data\":5", "'x.data' is '5'; expected an array of 1 values.")]
    [InlineData("\"shape\":[1],\"datatype\":\"FP64\"", "'x.data' is missing; expected an array of 1 values.")]
    [InlineData("\"shape\":[1],\"data\":[1]", "'x.datatype' is missing; expected one of BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8.")]
    [InlineData("\"datatype\":\"FP64\",\"data\":[1]", "'x.shape' is missing; expected [rows], or [rows, inputs] for one tensor of all features.")]
    [InlineData("\"shape\":[1000000],\"datatype\":\"FP64\",\"data\":[1]", "'x.shape' is '[1000000]'; expected at most 1000 rows (Dashboard:Serving:MaxRows).")]
    public async Task A_wrong_tensor_is_refused_by_field_value_and_expectation(string tensor, string message) =>
        await RefusesAsync("doubles", X(tensor), message);

    [Theory]
    [InlineData("doubles", """{"inputs":[]}""", "'inputs' is '[]'; expected one tensor for each input (x), or one tensor of shape [rows, 1].")]
    [InlineData("doubles", """{"inputs":{}}""", "'inputs' is 'an object'; expected an array of tensors.")]
    [InlineData("doubles", """{"id":"a"}""", "'inputs' is missing; expected an array of tensors.")]
    [InlineData("doubles", "[]", "'body' is 'an array'; expected an object with \"inputs\".")]
    [InlineData("doubles", """{"inputs":[{"name":"y","shape":[1],"datatype":"FP64","data":[1]}]}""", "'inputs' is 'y'; expected the inputs of doubles: x, or one tensor of shape [rows, 1].")]
    [InlineData("irises", """{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""", "'input.shape' is '[1,3]'; expected [rows, 2]: irises has 2 inputs.")]
    [InlineData("irises", """{"inputs":[{"name":"length","shape":[1],"datatype":"FP32","data":[1]}]}""", "'width' is missing; expected an input tensor of datatype FP64 and shape [1]; a missing value is null.")]
    [InlineData("irises", """{"inputs":[{"name":"length","shape":[1],"datatype":"FP32","data":[1]},{"name":"length","shape":[1],"datatype":"FP32","data":[1]}]}""", "'inputs' is 'length, twice'; expected each input once.")]
    [InlineData("irises", """{"inputs":[{"name":"length","shape":[1],"datatype":"FP32","data":[1]},{"name":"width","shape":[2],"datatype":"FP32","data":[1,2]}]}""", "'width.shape' is '[2]'; expected [1], as the tensors before it.")]
    [InlineData("irises", """{"inputs":[{"name":"t","shape":[1,2],"datatype":"FP32","data":[1,"b"]}]}""", "'width[0]' is 'b'; expected a number, or null where it is missing.")]
    [InlineData("irises", """{"outputs":[{"name":"score"}],"inputs":[{"name":"t","shape":[1,2],"datatype":"FP32","data":[1,2]}]}""", "'outputs.name' is 'score'; expected probabilities or label.")]
    [InlineData("flights", """{"inputs":[{"name":"carrier","shape":[1],"datatype":"BYTES","data":[5]}]}""", "'carrier[0]' is '5'; expected a text of at most 1024 bytes, or null where it is missing.")]
    [InlineData("flights", """{"inputs":[{"name":"departure","shape":[1],"datatype":"BYTES","data":["3 Feb"]}]}""", "'departure[0]' is '3 Feb'; expected an ISO 8601 timestamp such as 2001-02-03T06:00, or null where it is missing.")]
    [InlineData("flights", """{"inputs":[{"name":"weekend","shape":[1],"datatype":"BOOL","data":[2]}]}""", "'weekend[0]' is '2'; expected true or false, or null where it is missing.")]
    [InlineData("flights", """{"inputs":[{"name":"speed","shape":[1],"datatype":"FP32","data":[2]}]}""", "'inputs' is 'speed'; expected the inputs of flights: distance, carrier, departure, weekend.")]
    public async Task A_request_that_does_not_fit_the_model_is_refused(string model, string request, string message) => await RefusesAsync(model, request, message);

    [Theory]
    [InlineData("\"id\":5", "'id' is '5'; expected a text of at most 200 characters.")]
    [InlineData("\"parameters\":{\"event_time\":\"yesterday\"}", "'parameters.event_time' is 'yesterday'; expected an ISO 8601 time such as 2001-02-03T06:00:00Z (without an offset it is UTC).")]
    [InlineData("\"parameters\":{\"event_time\":[\"2001-01-01T00:00:00Z\",\"2001-01-01T00:00:00Z\"]}", "'parameters.event_time' is '2 times'; expected one, or 1: one for each row.")]
    [InlineData("\"parameters\":{\"event_time\":12}", "'parameters.event_time' is '12'; expected an ISO 8601 time such as 2001-02-03T06:00:00Z (without an offset it is UTC).")]
    [InlineData("\"parameters\":{\"ids\":[\"a\",\"b\"]}", "'parameters.ids' is '2 ids'; expected 1, one for each row.")]
    [InlineData("\"parameters\":{\"ids\":[\"\"]}", "'parameters.ids[0]' is ''; expected a text that is not empty.")]
    public async Task A_wrong_id_or_time_is_refused(string property, string message) =>
        await RefusesAsync("doubles", $$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],{{property}}}""", message);

    [Fact]
    public async Task An_id_that_is_too_long_is_refused_with_its_length() =>
        await RefusesAsync("doubles", $$"""{"id":"{{new string('i', 201)}}","inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""",
            $"'id' is '{new string('i', 199)}…'; expected at most 200 characters, and it has 201.");

    [Theory]
    [InlineData("", "The body is not valid JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true (line 1, byte 1).")]
    [InlineData("{\"inputs\":\n [,]}", "The body is not valid JSON: ',' is an invalid start of a value (line 2, byte 3).")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}]} tail", "The body is not valid JSON: 't' is invalid after a single JSON value. Expected end of data (line 1, byte 68).")]
    [InlineData("{\"inputs\":[{\"name\":\"x\"", "The body is not valid JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed (line 1, byte 23).")]
    public async Task Invalid_JSON_is_refused_with_its_place(string request, string message) => await RefusesAsync("doubles", request, message);

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        var (status, body) = await fixture.PostAsync("/v2/models/doubles/infer", [.. "{\"id\":\""u8, 0xff, .. "\"}"u8]);

        Assert.Equal((400, "The body is not valid JSON: not UTF-8."), (status, body.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_ten_megabytes_is_refused_and_the_connection_goes_on(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/doubles/infer") { Content = new ByteArrayContent(new byte[10_000_000]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("expected at most 3000000 (Dashboard:Serving:MaxBodyBytes)", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var (status, _) = await fixture.PostAsync("/v2/models/doubles/infer", X("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]"));
        Assert.Equal(200, status);
    }

    [Theory]
    [InlineData("/v2/models/nobody/infer", 404, "There is no model 'nobody'; there are doubles, flights, irises, waiting.")]
    [InlineData("/v2/models/doubles/versions/7/infer", 404, "Version '7' of 'doubles' is not loaded; loaded are 1 (champion).")]
    [InlineData("/v2/models/doubles/versions/one/infer", 404, "Version 'one' of 'doubles' is not loaded; loaded are 1 (champion).")]
    [InlineData("/v2/models/waiting/infer", 503, "'waiting' has no champion that is ready: no version of it has been promoted.")]
    [InlineData("/v2/models/doubles", 405, "POST is not allowed on '/v2/models/doubles'; expected GET.")]
    [InlineData("/v2/modells", 404, "There is no '/v2/modells'; expected /v2, /v2/health/live, /v2/health/ready or /v2/models/{model}[/versions/{version}][/ready|/infer].")]
    public async Task What_is_not_there_says_what_is(string path, int status, string message)
    {
        var answer = await fixture.PostAsync(path, "{}");

        Assert.Equal((status, message), (answer.Status, answer.Body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_prediction_by_GET_is_refused_with_the_method_that_is_allowed()
    {
        using var response = await fixture.Host.Client.GetAsync("/v2/models/doubles/infer");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    private async Task RefusesAsync(string model, string request, string message)
    {
        var (status, body) = await fixture.PostAsync($"/v2/models/{model}/infer", request);

        Assert.Equal(message, body.GetProperty("error").GetString());
        Assert.Equal(400, status);
        Assert.Equal(JsonValueKind.String, body.GetProperty("error").ValueKind);
    }
}
