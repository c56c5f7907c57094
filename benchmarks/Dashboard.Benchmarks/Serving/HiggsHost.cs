using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace Dashboard.Benchmarks.Serving;

/// <summary>The published host as a process, in a folder under one that its caller made.</summary>
internal sealed class HiggsHost : IDisposable
{
    public const string Path = "/v2/models/higgs/infer";

    private readonly HttpClient client;

    private HiggsHost(string executable, string folder, int port, string[] settings)
    {
        (Port, Address) = (port, new($"http://127.0.0.1:{port}/"));
        client = new() { BaseAddress = Address };
        Process = new(new ProcessStartInfo(executable, [$"--urls={Address}", $"--Dashboard:DataDirectory={System.IO.Path.Combine(folder, $"data-{port}")}", "--Dashboard:Authentication:Mode=Open", .. settings]));
    }

    public int Port { get; }

    public Uri Address { get; }

    public ServedProcess Process { get; }

    /// <summary>The same row in every request.</summary>
    public static string Body { get; } = $$"""{"inputs":[{"name":"input","shape":[1,28],"datatype":"FP32","data":[{{Row}}]}]}""";

    public static string Row => string.Join(',', HiggsLike.Rows(1, 9).Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    public static async Task<HiggsHost> StartAsync(string executable, string folder, params string[] settings)
    {
        var host = new HiggsHost(executable, folder, ServedProcess.FreePort(), settings);
        await host.Process.WaitAsync(new Uri(host.Address, "health/ready"));
        return host;
    }

    public async Task ImportAsync(byte[] json, bool promote)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(json), "file", "model.json" },
            { new StringContent(promote ? "true" : "false"), "promote" },
        };
        await OkAsync(await client.PostAsync(new Uri("api/v1/models/higgs/versions/xgboost", UriKind.Relative), form));
    }

    public async Task PromoteAsync(int version) => await OkAsync(await client.PostAsJsonAsync(new Uri("api/v1/models/higgs/promote", UriKind.Relative), new { version }));

    public async Task RollBackAsync() => await OkAsync(await client.PostAsJsonAsync(new Uri("api/v1/models/higgs/rollback", UriKind.Relative), new { reason = "measured" }));

    /// <summary>The version that answers now.</summary>
    public async Task<string> AnsweringAsync()
    {
        using var answer = await client.PostAsync(new Uri(Path, UriKind.Relative), new StringContent(Body));
        return answer.Headers.TryGetValues("X-Model-Version", out var version) ? version.Single() : $"{(int)answer.StatusCode}";
    }

    public void Dispose()
    {
        Process.Dispose();
        client.Dispose();
    }

    private static async Task OkAsync(HttpResponseMessage answer)
    {
        using (answer)
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {await answer.Content.ReadAsStringAsync()}");
    }
}
