using Dashboard.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests;

/// <summary>The real host on a free port, with a data directory of its own that goes with it. Nobody signs in unless the settings say so.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly bool ownsDirectory;

    private TestHost(WebApplication app, string dataDirectory, bool ownsDirectory)
    {
        App = app;
        DataDirectory = dataDirectory;
        this.ownsDirectory = ownsDirectory;
        BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = BaseAddress };
    }

    public WebApplication App { get; }

    public string DataDirectory { get; }

    public Uri BaseAddress { get; }

    public HttpClient Client { get; }

    public static async Task<TestHost> StartAsync(params string[] settings) => await StartInAsync(null, settings);

    /// <summary>Starts in a directory that stays, for tests that restart the host.</summary>
    public static async Task<TestHost> StartInAsync(string? dataDirectory, params string[] settings)
    {
        var path = dataDirectory ?? Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        var app = await ControlRoom.BuildAsync(["--urls=http://127.0.0.1:0", $"--Dashboard:DataDirectory={path}", "--Logging:LogLevel:Default=Warning", "--Dashboard:Authentication:Mode=Open", .. settings], CancellationToken.None);
        await app.StartAsync();
        return new TestHost(app, path, ownsDirectory: dataDirectory is null);
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (ownsDirectory)
            await DataFolder.DeleteAsync(DataDirectory);
    }
}
