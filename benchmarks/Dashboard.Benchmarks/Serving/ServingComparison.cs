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
        var folder = Directory.CreateTempSubdirectory("dashboard-bench-").FullName;
        try
        {
            using var product = await HiggsHost.StartAsync(host, folder);
            using (var booster = HiggsLike.Train(50_000))
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, "model.ubj"), booster.SaveUbj());
                await product.ImportAsync(booster.SaveJson(), promote: true);
            }

            var peerPort = ServedProcess.FreePort();
            using var peer = await StartPeerAsync(peers, folder, peerPort);
            if (peer is null)
                Console.WriteLine("The peer's packages are not installed (benchmarks/peers/README.md names them): the host is measured alone.");

            Measure("warm-up", product.Process, product.Port, HiggsHost.Path, HiggsHost.Body);
            var ratios = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var ours = Measure("dashboard, /v2, monitored", product.Process, product.Port, HiggsHost.Path, HiggsHost.Body);
                if (peer is not null)
                    ratios.Add(ours.PerSecond / Measure("FastAPI, tuned, 2 workers", peer, peerPort, "/predict", $$"""{"features":[{{HiggsHost.Row}}]}""").PerSecond);
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
