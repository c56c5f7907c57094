using System.Globalization;
using Dashboard.Storage;
using Dashboard.Storage.Data;
using Dashboard.Storage.Governance.People;
using Microsoft.AspNetCore.Hosting.Server;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>Turns replayed time into requests: each flight asked about when it departs, each label sent when it becomes known.</summary>
public sealed class DemoReplay(DatasetStore datasets, DataDirectory directory, Settings settings, IServer server, AccessDirectory access, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromDays(1);
    private const int ParallelRequests = 4;
    private const int FailuresInARow = 200;
    private const int LabelsInARequest = 500;

    internal static double ProgressAt(DateTime? until) =>
        until is null ? 0 : Math.Clamp((until.Value - FlightReplay.From) / (FlightReplay.To - FlightReplay.From), 0, 1);

    /// <summary>Replays from a wall time to the end of June and until the last label is in.</summary>
    /// <exception cref="InvalidOperationException">The host refused a great many requests in a row, or a batch of labels.</exception>
    internal async Task RunAsync(DateTime from, Action<DemoState> report, CancellationToken ct)
    {
        var dataset = await datasets.FindAsync(DemoService.Dataset, ct) ?? throw new InvalidOperationException($"The dataset '{DemoService.Dataset}' is gone.");
        FlightReplay flights;
        await using (var content = datasets.OpenCanonical(dataset.Versions.MaxBy(version => version.Number)!.ContentHash))
            flights = FlightReplay.Read(content);

        using var client = new ReplayClient(server, access.OwnToken);
        var counts = new Counts();
        var now = from;
        var reported = DateTime.MinValue;
        var last = time.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, time);
        while (now < FlightReplay.LabelsTo && await timer.WaitForNextTickAsync(ct))
        {
            var elapsed = time.GetElapsedTime(last);
            last = time.GetTimestamp();
            var step = TimeSpan.FromDays(elapsed.TotalSeconds / settings.Demo.SecondsPerDay);
            var next = now + (step < LongestCatchUp ? step : LongestCatchUp);
            if (next > FlightReplay.LabelsTo)
                next = FlightReplay.LabelsTo;

            await Parallel.ForEachAsync(flights.Departing(now, next), new ParallelOptions { MaxDegreeOfParallelism = ParallelRequests, CancellationToken = ct },
                async (flight, token) => counts.Add(await client.PredictAsync(DemoService.Model, flight, token)));
            foreach (var labels in flights.BecomingKnown(now, next).Chunk(LabelsInARequest))
            {
                if (await client.ReportAsync(DemoService.Model, labels, ct) is { } refusal)
                    throw new InvalidOperationException($"Labels were refused with {refusal}");
            }

            if (counts.FailedInARow >= FailuresInARow)
                throw new InvalidOperationException($"{counts.FailedInARow} requests in a row failed, the last with {counts.LastFailure}");
            now = next;
            if (now - reported >= TimeSpan.FromHours(1))
            {
                reported = now;
                new DemoCheckpoint(DemoPhase.Replaying, now).Save(directory);
                report(new(DemoPhase.Replaying, string.Create(CultureInfo.InvariantCulture, $"Replaying {now:ddd d MMMM yyyy}"), now, ProgressAt(now), counts.Sent, counts.Failed));
            }
        }
    }

    /// <summary>Counts of parallel requests.</summary>
    private sealed class Counts
    {
        private long sent;
        private long failed;
        private long failedInARow;

        public long Sent => Interlocked.Read(ref sent);

        public long Failed => Interlocked.Read(ref failed);

        public long FailedInARow => Interlocked.Read(ref failedInARow);

        public string? LastFailure { get; private set; }

        public void Add(string? failure)
        {
            Interlocked.Increment(ref sent);
            if (failure is null)
            {
                Interlocked.Exchange(ref failedInARow, 0);
                return;
            }

            LastFailure = failure;
            Interlocked.Increment(ref failed);
            Interlocked.Increment(ref failedInARow);
        }
    }
}
