using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Browser.Tests.Load;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Benchmarks.Live;

/// <summary>
/// A wall that turns and a model's page stay open in Chromium while the demonstration replays half a year of flights again and again, each time from nothing:
/// days of a screen on a wall in an hour. What the browser and the host hold on to must be flat: the last third within 5 % of the middle third, no page loaded again.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- soak HOST [minutes]
/// </summary>
internal static class SoakRun
{
    private const double Tolerance = 0.05;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3);

    /// <returns>0 when it is flat.</returns>
    public static async Task<int> RunAsync(string executable, double minutes)
    {
        // Two minutes and a half for the half year: a day a second.
        using var host = await LiveHost.StartAsync(executable, "--Dashboard:Demo:Enabled=true", "--Dashboard:Demo:SecondsPerDay=1");
        await host.ImportAsync();
        await using var chromium = await Chromium.LaunchAsync();
        using var ending = new CancellationTokenSource();
        var replays = ReplayAsync(host.Address, ending.Token);
        var started = DateTime.UtcNow;
        var report = await Soak.RunAsync(chromium, host.Address, host.Process.Id, [("wall", "/wall?every=5"), ("model page", "/models/flight-delay")], WarmUp, TimeSpan.FromMinutes(minutes), Every,
            line => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow - started:hh\\:mm\\:ss}  {line}")));
        await ending.CancelAsync();
        Console.WriteLine();
        Console.WriteLine(report.Write(Tolerance));
        Console.WriteLine($"The half year was replayed {await replays} times to its end.");
        return report.IsFlat(Tolerance) ? 0 : 1;
    }

    /// <summary>Starts the demonstration anew whenever it has finished, until it is told to end.</summary>
    /// <returns>How often it finished.</returns>
    private static async Task<int> ReplayAsync(Uri host, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = host };
        var finished = 0;
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
                var state = await client.GetFromJsonAsync<JsonElement>("api/v1/demo", ct);
                switch (state.GetProperty("phase").GetString())
                {
                    case "finished":
                        finished++;
                        using (var started = await client.PostAsync(new Uri("api/v1/demo/start", UriKind.Relative), null, ct))
                            started.EnsureSuccessStatusCode();
                        break;
                    case "failed":
                        throw new InvalidOperationException($"The demonstration failed: {state.GetProperty("text").GetString()}");
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return finished;
        }
    }
}
