using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Data.Sqlite;

namespace Dashboard.Browser.Tests;

/// <summary>The host is killed with SIGKILL in the middle of load, again and again.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 10;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("dashboard-kill-");

    [Fact]
    public async Task Killed_ten_times_under_load_the_host_starts_again_with_everything_that_it_acknowledged()
    {
        var acknowledged = new ConcurrentDictionary<string, byte>();
        var labelled = new ConcurrentDictionary<string, byte>();
        var datasets = new ConcurrentDictionary<string, byte>();
        for (var round = 0; round < Kills; round++)
        {
            await using var product = await ProductProcess.StartInAsync(directory.FullName, "http://127.0.0.1:0");
            if (round == 0)
                await FourModel.ImportAsync(product, "four", promote: true);
            using var ending = new CancellationTokenSource();
            var before = acknowledged.Count;
            Task[] load =
            [
                ObserveAsync(product, round, acknowledged, labelled, ending.Token),
                RegisterAsync(product, round, datasets, ending.Token),
                PredictAsync(product, round, ending.Token),
            ];
            // An answer that is a fault ends one of them, and is told below.
            while (acknowledged.Count < before + 2_000 && !load.Any(one => one.IsFaulted))
                await Task.Delay(10, CancellationToken.None);

            await product.KillAsync();
            await ending.CancelAsync();
            await Task.WhenAll(load);
        }

        await using (var last = await ProductProcess.StartInAsync(directory.FullName, "http://127.0.0.1:0"))
        {
            Assert.Equal("ready", await last.Client.GetStringAsync("/health/ready"));
            var names = await last.Client.GetStringAsync("/api/v1/datasets");
            Assert.All(datasets.Keys, name => Assert.Contains($"\"{name}\"", names, StringComparison.Ordinal));
        }

        Assert.Equal("ok", Scalar("dashboard.db", "PRAGMA integrity_check"));
        Assert.Equal("ok", Scalar("telemetry.db", "PRAGMA integrity_check"));
        Assert.Empty(acknowledged.Keys.Except(Column("SELECT id FROM predictions")));
        Assert.Empty(labelled.Keys.Except(Column("SELECT p.id FROM labels l JOIN predictions p ON p.seq = l.seq")));
    }

    public void Dispose() => DataFolder.Delete(directory.FullName);

    private static async Task ObserveAsync(ProductProcess product, int round, ConcurrentDictionary<string, byte> acknowledged, ConcurrentDictionary<string, byte> labelled, CancellationToken ct)
    {
        for (var batch = 0; !ct.IsCancellationRequested; batch++)
        {
            var ids = Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{round}-{batch}-{i}")).ToList();
            var observations = ids.Select((id, i) => new { id, time = "2026-01-01T00:00:00Z", features = new { a = i * 0.01, b = -0.5, c = 0.25, d = 1.0 }, prediction = 0.25 });
            if (await AcceptedAsync(() => product.Client.PostAsJsonAsync("/api/v1/models/four/observations", observations, ct)))
                ids.ForEach(id => acknowledged[id] = 0);
            var labels = ids.Take(50).Select(id => new { id, value = true });
            if (await AcceptedAsync(() => product.Client.PostAsJsonAsync("/api/v1/models/four/ground-truth", labels, ct)))
                ids.Take(50).ToList().ForEach(id => labelled[id] = 0);
        }
    }

    private static async Task RegisterAsync(ProductProcess product, int round, ConcurrentDictionary<string, byte> datasets, CancellationToken ct)
    {
        for (var i = 0; !ct.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"set-{round}-{i}");
            using var csv = new StringContent(string.Create(CultureInfo.InvariantCulture, $"x,y\n{round},{i}\n3,4\n"));
            if (await AcceptedAsync(() => product.Client.PostAsync($"/api/v1/datasets?name={name}", csv, ct)))
                datasets[name] = 0;
        }
    }

    private static async Task PredictAsync(ProductProcess product, int round, CancellationToken ct)
    {
        for (var i = 0; !ct.IsCancellationRequested; i++)
        {
            var request = FourModel.Request(string.Create(CultureInfo.InvariantCulture, $"served-{round}-{i}"));
            await AcceptedAsync(() => product.Client.PostAsJsonAsync("/v2/models/four/infer", request, ct));
        }
    }

    /// <summary>False once the host is gone; an answer other than success is a fault of the host.</summary>
    private static async Task<bool> AcceptedAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            using var response = await send();
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            return true;
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private string? Scalar(string file, string sql) => Query(file, sql).Single();

    private HashSet<string> Column(string sql) => [.. Query("telemetry.db", sql)];

    private List<string> Query(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory.FullName, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add(reader.GetString(0));
        return values;
    }
}
