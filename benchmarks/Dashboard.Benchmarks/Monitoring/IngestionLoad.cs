using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Benchmarks.Monitoring;

/// <summary>
/// How many observations of eight features a second the host takes and makes durable, over real HTTP on the loopback: the sender runs in this process and shares its processors.
/// The regression is measured twice: as it is, and with models of its loss that are asked about each observation, so that its errors can be estimated before labels arrive.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- ingest [seconds]
/// </summary>
internal static class IngestionLoad
{
    private const int ItemsInBody = 10_000;
    private const int Senders = 2;
    private const string IdMark = "##########";

    private static long next;

    public static async Task RunAsync(int seconds)
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-ingestion-").FullName;
        try
        {
            var app = await ControlRoom.BuildAsync(["--urls=http://127.0.0.1:0", $"--Dashboard:DataDirectory={directory}", "--Dashboard:Authentication:Mode=Open", "--Logging:LogLevel:Default=Warning"], default);
            await using (app)
            {
                await app.StartAsync();
                var model = Model(Manifest(ModelTask.BinaryClassification), 1);
                var regression = Manifest(ModelTask.Regression) with { Name = "regression" };
                var estimated = EstimatedRegression.Write(regression with { Name = "estimated" }, Path.Combine(directory, "artifacts", "packages", Digest(3)));
                foreach (var served in (ServedModel[])[model, Model(regression, 2), Model(estimated, 3)])
                    app.Services.GetRequiredService<Router>().Set(new(served.Name, served, new Dictionary<int, ServedModel> { [1] = served }.ToFrozenDictionary()));
                if (app.Services.GetRequiredService<VersionCatalog>().Of(Model(estimated, 3)).WhyNoEstimates is { } problem)
                    throw new InvalidOperationException(problem);
                var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
                using var client = new HttpClient { BaseAddress = new Uri(address) };
                foreach (var (name, gzip) in ((string, bool)[])[("load", false), ("load", true), ("regression", false), ("estimated", false)])
                {
                    await MeasureAsync(client, name, gzip, 2, report: false);
                    await MeasureAsync(client, name, gzip, seconds, report: true);
                }

                await app.StopAsync();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"telemetry.db: {new FileInfo(Path.Combine(directory, "telemetry.db")).Length / 1e6:F0} MB for {next:N0} observations"));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(HttpClient client, string model, bool gzip, int seconds, bool report)
    {
        long taken = 0;
        var latencies = new List<double>();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            var body = Body();
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                Number(body);
                using var content = new ByteArrayContent(gzip ? Zip(body) : body);
                if (gzip)
                    content.Headers.ContentEncoding.Add("gzip");
                var sent = clock.Elapsed;
                using var response = await client.PostAsync($"/api/v1/models/{model}/observations", content);
                var answer = await response.Content.ReadAsStringAsync();
                if (!answer.Contains($"\"accepted\":{ItemsInBody},", StringComparison.Ordinal))
                    throw new InvalidOperationException($"The host answered {(int)response.StatusCode}: {answer}");
                Interlocked.Add(ref taken, ItemsInBody);
                lock (latencies)
                    latencies.Add((clock.Elapsed - sent).TotalMilliseconds);
            }
        })));
        var elapsed = clock.Elapsed.TotalSeconds;
        process.Refresh();
        if (!report)
            return;
        latencies.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model}, {(gzip ? "gzip NDJSON" : "NDJSON")}: {taken / elapsed:N0} observations/s durable, {(process.TotalProcessorTime - cpu).TotalMicroseconds / taken:F1} µs of CPU each (sender included), body of {ItemsInBody:N0}: median {latencies[latencies.Count / 2]:F0} ms, longest {latencies[^1]:F0} ms"));
    }

    private static byte[] Body()
    {
        var random = new Random(1);
        var text = new StringBuilder();
        var start = new DateTime(2001, 2, 3);
        for (var i = 0; i < ItemsInBody; i++)
            text.Append(CultureInfo.InvariantCulture, $$$"""{"id":"{{{IdMark}}}","time":"{{{start.AddSeconds(random.Next(3600)):s}}}Z","features":{"distance":{{{random.Next(100, 3000)}}},"temperature":{{{random.NextDouble() * 40:F3}}},"wind":{{{random.NextDouble() * 20:F2}}},"visibility":{{{random.Next(10)}}},"load":{{{random.NextDouble():F4}}},"carrier":"{{{(random.Next(2) == 0 ? "AA" : "UA")}}}","origin":"{{{(random.Next(2) == 0 ? "JFK" : "SFO")}}}","departure":"2001-02-03T{{{random.Next(24):D2}}}:15"},"prediction":{{{random.NextDouble():F6}}},"latency_ms":1.2}""").Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Writes fresh ids over the old ones.</summary>
    private static void Number(byte[] body)
    {
        var first = Interlocked.Add(ref next, ItemsInBody) - ItemsInBody;
        for (int at = 0, i = 0; i < ItemsInBody; i++)
        {
            (first + i).TryFormat(body.AsSpan(at + 7), out _, "D10", CultureInfo.InvariantCulture);
            at += body.AsSpan(at).IndexOf((byte)'\n') + 1;
        }
    }

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            gzip.Write(body);
        return zipped.ToArray();
    }

    private static string Digest(int id) => new((char)('a' + id), 64);

    private static ServedModel Model(ModelManifest manifest, int id) => new(id, manifest.Name, id, 1, Digest(id), manifest, new NoScorer());

    private static ModelManifest Manifest(ModelTask task)
    {
        FeatureInput[] inputs =
        [
            new("distance", InputType.Number, []), new("temperature", InputType.Number, []), new("wind", InputType.Number, []), new("visibility", InputType.Number, []),
            new("load", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA"]), new("origin", InputType.Category, ["JFK", "SFO"]), new("departure", InputType.Timestamp, [], Parts: TimestampParts.Hour),
        ];
        return new(1, "load", task, new(inputs), task == ModelTask.Regression ? [] : ["false", "true"], 0.5, "xgboost", null, "model.json", null, null,
            new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
    }

    private sealed class NoScorer : Scorer
    {
        public override int FeatureCount => 8;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => throw new InvalidOperationException("Observations are not scored.");
    }
}
