using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Tests.Serving;

public sealed class BinaryTensorTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    [Fact]
    public async Task Binary_tensors_in_and_out_carry_what_JSON_would()
    {
        var header = """
            {"parameters":{"binary_data_output":true},"inputs":[
             {"name":"distance","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},
             {"name":"carrier","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":13}},
             {"name":"departure","shape":[2],"datatype":"BYTES","data":["2001-02-03T06:00",null]},
             {"name":"weekend","shape":[2],"datatype":"BOOL","parameters":{"binary_data_size":2}}]}
            """;
        byte[] body = [.. Encoding.UTF8.GetBytes(header), .. Singles(1000, float.NaN), .. Text("DL"), .. Text("B\"6"), 1, 0];

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/flights/infer") { Content = new ByteArrayContent(body) };
        request.Headers.Add(HeaderLength, Encoding.UTF8.GetByteCount(header).ToString());
        using var response = await fixture.Host.Client.SendAsync(request);

        var answer = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(200, (int)response.StatusCode);
        var jsonLength = int.Parse(Assert.Single(response.Headers.GetValues(HeaderLength)));
        using var json = JsonDocument.Parse(answer.AsMemory(0, jsonLength));
        Assert.Equal(8, json.RootElement.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        var tail = answer.AsSpan(jsonLength);
        Assert.Equal(1 / (1 + Math.Exp(-3.06)), BinaryPrimitives.ReadSingleLittleEndian(tail), 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-2.0)), BinaryPrimitives.ReadSingleLittleEndian(tail[4..]), 1e-6);
        Assert.Equal([.. Text("late"), .. Text("late")], tail[8..].ToArray());
    }

    [Theory]
    [InlineData("\"binary_data_size\":8", 4, "'x.parameters.binary_data_size' is '8'; expected at most the 4 bytes that follow.")]
    [InlineData("\"binary_data_size\":3", 3, "'x.parameters.binary_data_size' is '3'; expected 4: [1] of FP32.")]
    [InlineData("\"binary_data_size\":4", 6, "'Inference-Header-Content-Length' is '2 bytes more than the tensors' binary_data_size'; expected exactly the tensors' bytes after the JSON part.")]
    [InlineData("\"binary_data_size\":\"4\"", 4, "'x.parameters.binary_data_size' is '4'; expected a number of bytes.")]
    public async Task Sizes_that_do_not_fit_are_refused(string size, int follow, string message)
    {
        var header = $$$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{{{{size}}}}}]}""";

        var (status, body) = await fixture.PostAsync("/v2/models/doubles/infer", [.. Encoding.UTF8.GetBytes(header), .. new byte[follow]], (HeaderLength, header.Length.ToString()));

        Assert.Equal((400, message), (status, body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_header_length_beyond_the_body_is_refused()
    {
        var (status, body) = await fixture.PostAsync("/v2/models/doubles/infer", "{}"u8.ToArray(), (HeaderLength, "3"));

        Assert.Equal((400, "'Inference-Header-Content-Length' is '3'; expected the length of the JSON part, at most the body's 2 bytes."), (status, body.GetProperty("error").GetString()));
    }

    private static byte[] Singles(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Text(string text) => [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];
}
