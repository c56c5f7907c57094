using System.Diagnostics;
using System.Globalization;

namespace Dashboard.Benchmarks.Serving;

/// <summary>
/// The published host, with its monitoring on, against a tuned FastAPI service on two workers: the same model, the same row, over loopback, in interleaved rounds.
/// Goals: at most 60 µs of the server's CPU a request, and eight times the peer's requests. Without the peer's packages the host is measured alone.
/// </summary>
internal static class ServingComparison
{
    private const int Connections = 16;
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string host, string peers)
    {
        var row = string.Join(',', HiggsLike.Rows(1, 9).Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        var folder = Directory.CreateTempSubdirectory("dashboard-bench-").FullName;
        try
        {
            using (var booster = HiggsLike.Train(50_000))
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, "model.ubj"), booster.SaveUbj());
                await File.WriteAllBytesAsync(Path.Combine(folder, "model.json"), booster.SaveJson());
            }

            var port = ServedProcess.FreePort();
            using var product = await StartHostAsync(host, folder, port);
            var productBody = $$"""{"inputs":[{"name":"input","shape":[1,28],"datatype":"FP32","data":[{{row}}]}]}""";
            var peerPort = ServedProcess.FreePort();
            using var peer = await StartPeerAsync(peers, folder, peerPort);
            if (peer is null)
                Console.WriteLine("The peer's packages are not installed (benchmarks/peers/README.md names them): the host is measured alone.");

            Measure("warm-up", product, port, "/v2/models/higgs/infer", productBody);
            var ratios = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var ours = Measure("dashboard, /v2, monitored", product, port, "/v2/models/higgs/infer", productBody);
                if (peer is not null)
                    ratios.Add(ours.PerSecond / Measure("FastAPI, tuned, 2 workers", peer, peerPort, "/predict", $$"""{"features":[{{row}}]}""").PerSecond);
            }

            if (ratios.Count > 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Requests, dashboard : FastAPI = {ratios.Order().ElementAt(ratios.Count / 2):0.0} (median of {ratios.Count} rounds; goal 8)"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Load Measure(string name, ServedProcess server, int port, string path, string body)
    {
        var before = server.CpuMicroseconds();
        var load = LoadGenerator.Run(port, path, body, Connections, Duration);
        var cpu = (server.CpuMicroseconds() - before) / load.Milliseconds.Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {load.PerSecond,8:0} req/s   p50 {load.Quantile(0.5):0.00} ms   p99 {load.Quantile(0.99):0.00} ms   CPU {cpu:0} µs a request   {load.Failed} failed"));
        return load;
    }

    private static async Task<ServedProcess> StartHostAsync(string host, string folder, int port)
    {
        var address = new Uri($"http://127.0.0.1:{port}/");
        var server = new ServedProcess(new ProcessStartInfo(host, [$"--urls={address}", $"--Dashboard:DataDirectory={Path.Combine(folder, "data")}", "--Dashboard:Authentication:Mode=Open"]));
        await server.WaitAsync(new Uri(address, "health/ready"));
        using var client = new HttpClient { BaseAddress = address };
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(folder, "model.json"))), "file", "model.json" },
            { new StringContent("true"), "promote" },
        };
        using var imported = await client.PostAsync(new Uri("api/v1/models/higgs/versions/xgboost", UriKind.Relative), form);
        return imported.IsSuccessStatusCode ? server : throw new InvalidOperationException($"The model was not imported: {await imported.Content.ReadAsStringAsync()}");
    }

    private static async Task<ServedProcess?> StartPeerAsync(string peers, string folder, int port)
    {
        var needed = new ProcessStartInfo("/usr/bin/python3", ["-c", "import xgboost, fastapi, uvicorn, uvloop, httptools, ujson"]) { RedirectStandardError = true, UseShellExecute = false };
        if (!File.Exists("/usr/bin/gunicorn") || !File.Exists(needed.FileName))
            return null;
        using (var check = Process.Start(needed)!)
        {
            await check.WaitForExitAsync();
            if (check.ExitCode != 0)
                return null;
        }

        File.Copy(Path.Combine(peers, "fastapi_xgb.py"), Path.Combine(folder, "fastapi_xgb.py"));
        var start = new ProcessStartInfo("/usr/bin/gunicorn", ["fastapi_xgb:app", "-w", "2", "-k", "uvicorn.workers.UvicornWorker", "-b", $"127.0.0.1:{port}"]) { WorkingDirectory = folder };
        start.Environment["VARIANT"] = "tuned";
        var server = new ServedProcess(start);
        await server.WaitAsync(new Uri($"http://127.0.0.1:{port}/health"));
        return server;
    }
}
