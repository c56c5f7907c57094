using System.Diagnostics;
using Dashboard.Benchmarks.Serving;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Benchmarks.Live;

/// <summary>The published host with a small model as champion, in a folder that goes with it.</summary>
internal sealed class LiveHost : IDisposable
{
    public const string Model = "four";

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-live-").FullName;

    private LiveHost(string executable, Uri address, params string[] settings)
    {
        Address = address;
        Process = new ServedProcess(new ProcessStartInfo(executable, [$"--urls={address}", $"--Dashboard:DataDirectory={folder}", "--Dashboard:Authentication:Mode=Open", "--Logging:LogLevel:Default=Warning", .. settings]));
    }

    public Uri Address { get; }

    public ServedProcess Process { get; }

    public static async Task<LiveHost> StartAsync(string executable, params string[] settings)
    {
        var host = new LiveHost(executable, new Uri($"http://127.0.0.1:{ServedProcess.FreePort()}/"), settings);
        await host.Process.WaitAsync(new Uri(host.Address, "health/ready"));
        return host;
    }

    public async Task ImportAsync()
    {
        var fixtures = Path.Combine(SourceTree.Root, "tests", "Dashboard.Browser.Tests", "Fixtures");
        using var client = new HttpClient { BaseAddress = Address };
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(fixtures, "four.json"))), "file", "four.json" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(fixtures, "four.csv"))), "reference", "four.csv" },
            { new StringContent("true"), "promote" },
        };
        using var imported = await client.PostAsync(new Uri($"api/v1/models/{Model}/versions/xgboost", UriKind.Relative), form);
        if (!imported.IsSuccessStatusCode)
            throw new InvalidOperationException($"The model was not imported: {await imported.Content.ReadAsStringAsync()}");
    }

    public void Dispose()
    {
        Process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
