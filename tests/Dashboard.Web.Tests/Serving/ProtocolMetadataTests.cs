using System.Text.Json;

namespace Dashboard.Web.Tests.Serving;

public sealed class ProtocolMetadataTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    [Theory]
    [InlineData("/v2", """{"name":"dashboard","version":"0.1.0","extensions":["binary_tensor_data"]}""")]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models/doubles/ready", """{"name":"doubles","version":"1","ready":true}""")]
    [InlineData("/v2/models/doubles/versions/1/ready", """{"name":"doubles","version":"1","ready":true}""")]
    [InlineData("/v2/models/doubles", """{"name":"doubles","versions":["1"],"platform":"xgboost","inputs":[{"name":"x","datatype":"FP64","shape":[-1]}],"outputs":[{"name":"value","datatype":"FP32","shape":[-1]}]}""")]
    [InlineData("/v2/models/flights/versions/1", """{"name":"flights","versions":["1"],"platform":"xgboost","inputs":[{"name":"distance","datatype":"FP64","shape":[-1]},{"name":"carrier","datatype":"BYTES","shape":[-1]},{"name":"departure","datatype":"BYTES","shape":[-1]},{"name":"weekend","datatype":"BOOL","shape":[-1]}],"outputs":[{"name":"probability","datatype":"FP32","shape":[-1]},{"name":"label","datatype":"BYTES","shape":[-1]}]}""")]
    public async Task Documents_are_those_of_the_protocol(string path, string expected)
    {
        var (status, body) = await fixture.GetAsync(path);

        Assert.Equal((200, expected), (status, JsonSerializer.Serialize(body)));
    }

    [Theory]
    [InlineData("/v2/models/waiting", 503)]
    [InlineData("/v2/models/waiting/ready", 503)]
    [InlineData("/v2/models/nobody", 404)]
    [InlineData("/v2/models/doubles/versions/2", 404)]
    [InlineData("/v2/models", 404)]
    public async Task What_cannot_answer_says_so(string path, int expected)
    {
        var (status, body) = await fixture.GetAsync(path);

        Assert.Equal(expected, status);
        Assert.NotEmpty(body.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task An_installation_without_a_champion_is_not_ready()
    {
        await using var host = await TestHost.StartAsync();

        using var response = await host.Client.GetAsync("/v2/health/ready");

        Assert.Equal((503, """{"ready":false}"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("/v2x")]
    [InlineData("/V2")]
    public async Task Paths_that_only_look_alike_are_left_to_others(string path)
    {
        using var response = await fixture.Host.Client.GetAsync(path);

        Assert.DoesNotContain("\"error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
