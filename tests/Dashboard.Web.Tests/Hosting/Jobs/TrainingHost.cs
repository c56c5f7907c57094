using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage.Data;
using Dashboard.Storage.Training;
using Xunit.Sdk;

namespace Dashboard.Web.Tests.Hosting.Jobs;

/// <summary>A host with data to learn from: departures whose delay depends on hour, distance and airport.</summary>
internal static class TrainingHost
{
    private static readonly string[] Airports = ["ATL", "BOS", "DEN", "LAX", "ORD", "SFO"];

    public static async Task<DatasetVersion> AddFlightsAsync(this TestHost host, int rows = 3_000, int seed = 1)
    {
        var random = new Random(seed);
        var csv = new StringBuilder("date,delay,distance,origin,carrier_ok,note\n");
        var date = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        for (var row = 0; row < rows; row++)
        {
            date = date.AddMinutes(random.Next(1, 25));
            var origin = Airports[random.Next(Airports.Length)];
            var distance = random.Next(100, 2_500);
            var delay = ((date.Hour - 10) * 1.5) + (origin is "ORD" or "DEN" ? 12 : 0) + (random.NextDouble() * 30) - 15;
            var text = row % 97 == 0 ? "" : distance.ToString(CultureInfo.InvariantCulture);
            csv.AppendLine(CultureInfo.InvariantCulture, $"{date:yyyy-MM-ddTHH:mm:ss},{delay:F0},{text},{origin},{(row % 3 == 0 ? "true" : "false")},free text number {row} of many");
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString()));
        return (await host.Get<DatasetStore>().RegisterAsync("departures", content, "test", "test", isDemo: false, CancellationToken.None)).Value;
    }

    public static TrainingSpec Spec(DatasetVersion version, int rounds = 30) => new("delays", "delays", version.ContentHash, "delay > 15", ["date", "distance", "origin", "carrier_ok"],
        new(SplitKind.Time, TimeColumn: "date"), new(Rounds: rounds, MaxDepth: 3, EarlyStoppingRounds: 0));

    public static async Task<string> SubmitAsync(this TestHost host, TrainingSpec spec)
    {
        var response = await host.Client.PostAsync("/api/v1/jobs", JsonContent.Create(spec, options: CanonicalJson.Options));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Waits until the job is as it should be; fails with its log when that takes more than four minutes.</summary>
    public static async Task<Job> WaitAsync(this TestHost host, string id, Func<Job, bool> condition)
    {
        var deadline = Environment.TickCount64 + 240_000;
        while (true)
        {
            var job = await host.Get<JobStore>().FindAsync(id, CancellationToken.None) ?? throw new XunitException($"There is no job {id}.");
            if (condition(job))
                return job;
            if (Environment.TickCount64 > deadline)
                throw new XunitException($"Job is {job.Status} at '{job.Step}': {job.Error}\n{string.Join('\n', await host.Get<JobLogs>().TailAsync(id, 30, CancellationToken.None))}");
            await Task.Delay(50);
        }
    }

    public static async Task<Job> WaitForEndAsync(this TestHost host, string id) =>
        await host.WaitAsync(id, job => job.Status is not (JobStatus.Queued or JobStatus.Running));
}
