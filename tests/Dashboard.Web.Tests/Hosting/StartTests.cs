using System.Net;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Tests.Hosting;

public sealed class StartTests
{
    [Theory]
    [InlineData("Dashboard:Demo:SecondsPerDay", "soon", "expected a number from 0.1 to 86400")]
    [InlineData("Dashboard:Demo:SecondsPerDay", "0", "expected a number from 0.1 to 86400")]
    [InlineData("Dashboard:Demo:Enabled", "maybe", "expected true or false")]
    [InlineData("Dashboard:Serving:MaxRows", "-1", "expected a whole number from 1 to 1000000")]
    [InlineData("Dashboard:Alerts:EvaluationSeconds", "0", "expected a number from 0.05 to 3600")]
    [InlineData("Dashboard:Node:ReadySeconds", "7", "expected 0, or a number from 25 to 86400")]
    [InlineData("Dashboard:Alerts:AllowLocalWebhooks", "perhaps", "expected true or false")]
    [InlineData("Dashboard:Alerts:PublicUrl", "ftp://control", "expected an http or https address")]
    [InlineData("Dashboard:Alerts:TrustedCertificates", "/nowhere/ca.pem", "expected the path of a PEM file with certificates")]
    [InlineData("Dashboard:Alerts:TrustedCertificates", "/etc/passwd", "expected the path of a PEM file with certificates")]
    [InlineData("XGBoost:LibraryPath", "/nowhere/libxgboost.so", "expected the path of an existing libxgboost file")]
    public async Task A_wrong_setting_is_refused_with_its_key_its_value_and_what_is_allowed(string key, string value, string expected)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync([$"--{key}={value}"], CancellationToken.None));

        var reason = Assert.Single(refused.Reasons);
        Assert.StartsWith($"{key} is '{value}'; ", reason, StringComparison.Ordinal);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_setting_is_refused_and_the_known_ones_are_listed()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync(["--Dashboard:Demo:SecondPerDay=3"], CancellationToken.None));

        var reason = Assert.Single(refused.Reasons);
        Assert.Contains("Dashboard:Demo:SecondPerDay is not a setting", reason, StringComparison.Ordinal);
        Assert.Contains("Dashboard:Demo:SecondsPerDay", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_host_in_the_same_data_directory_is_refused()
    {
        await using var first = await TestHost.StartAsync();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartInAsync(first.DataDirectory));

        Assert.Contains("Another process uses the data directory", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_was_stopped_lets_the_next_one_use_its_data_directory()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-");
        await (await TestHost.StartInAsync(directory.FullName)).DisposeAsync();

        await using (var second = await TestHost.StartInAsync(directory.FullName))
            Assert.Equal("ready", await second.Client.GetStringAsync("/health/ready"));
        await DataFolder.DeleteAsync(directory.FullName);
    }

    [Fact]
    public async Task An_unknown_endpoint_of_the_api_is_a_problem_that_points_to_the_description()
    {
        await using var host = await TestHost.StartAsync();

        var response = await host.Client.GetAsync("/api/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("/openapi/v1.json", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_from_another_sites_page_is_refused_and_one_of_its_own_is_not()
    {
        await using var host = await TestHost.StartAsync();

        async Task<HttpStatusCode> SendAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/demo/stop");
            request.Headers.Add("Origin", origin);
            using var response = await host.Client.SendAsync(request);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("https://elsewhere.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("null"));
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(host.BaseAddress.GetLeftPart(UriPartial.Authority)));
    }

    [Fact]
    public async Task The_api_is_described_and_the_server_does_not_name_itself()
    {
        await using var host = await TestHost.StartAsync();

        var response = await host.Client.GetAsync("/openapi/v1.json");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Server"));
    }
}
