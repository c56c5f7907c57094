using Dashboard.Storage.Governance.People;
using Dashboard.Web.Hosting;
using Dashboard.Web.People;
using Microsoft.Extensions.Configuration;

namespace Dashboard.Web.Tests.People;

public sealed class StartAccessTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://192.0.2.1:0")]
    public async Task Open_is_refused_where_others_reach_the_host(string urls)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAsync($"--urls={urls}"));

        Assert.StartsWith("Dashboard:Authentication:Mode is 'Open', and the host would listen on ", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_administrator_only_loopback_is_listened_on()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAsync("--Dashboard:Authentication:Mode=Accounts", "--urls=http://0.0.0.0:0"));

        Assert.StartsWith("There is no administrator yet", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_in_the_environment_goes_before_the_one_in_the_file_and_the_one_on_the_command_line_before_both()
    {
        const string variable = "ASPNETCORE_URLS", away = "http://0.0.0.0:0";
        var before = Environment.GetEnvironmentVariable(variable);
        var folder = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        Environment.SetEnvironmentVariable(variable, away);
        try
        {
            var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync([$"--Dashboard:DataDirectory={folder}"], CancellationToken.None));
            Assert.Contains(away, Assert.Single(refused.Reasons), StringComparison.Ordinal);

            await using var host = await TestHost.StartAsync();
            Assert.True(host.BaseAddress.IsLoopback);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
            await DataFolder.DeleteAsync(folder);
        }
    }

    [Theory]
    [InlineData("Dashboard:Authentication:Mode", "Closed", "expected Accounts or Open")]
    [InlineData("Dashboard:Authentication:Mode", "1", "expected Accounts or Open")]
    [InlineData("Dashboard:Authentication:OAuth:TokenEndpoint", "http://provider.example/token", "expected an https address")]
    [InlineData("Dashboard:Authentication:OAuth:DefaultRole", "King", "expected Viewer, Contributor, Approver, Administrator, or nothing")]
    public async Task A_wrong_setting_of_sign_in_is_refused(string key, string value, string expected)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync([$"--{key}={value}"], CancellationToken.None));

        Assert.Contains(refused.Reasons, reason => reason.StartsWith($"{key} is '{value}'; ", StringComparison.Ordinal) && reason.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_weak_bootstrap_token_is_refused_and_not_repeated()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync(["--Dashboard:BootstrapToken=dbt_secret"], CancellationToken.None));

        Assert.DoesNotContain("dbt_secret", Assert.Single(refused.Reasons), StringComparison.Ordinal);
        Assert.True(Secret.MakeToken().Length >= 36);
    }

    [Theory]
    [InlineData("urls", "http://localhost:5080;https://127.0.0.1:5081;http://[::1]:5082", true)]
    [InlineData("urls", "http://unix:/tmp/control.sock", true)]
    [InlineData("http_ports", "8080", false)]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:5080", false)]
    [InlineData("urls", "http://control.example:5080", false)]
    public void Where_the_host_will_listen_is_read_as_the_framework_reads_it(string key, string value, bool loopback)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

        Assert.Equal(loopback, BoundAddresses.Of(configuration).All(BoundAddresses.IsLoopback));
        Assert.NotEmpty(BoundAddresses.Of(configuration));
    }
}
