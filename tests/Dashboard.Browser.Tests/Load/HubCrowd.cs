using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Browser.Tests.Load;

/// <summary>What the clients of a crowd heard so far.</summary>
/// <param name="Messages">Pulses, of all clients.</param>
/// <param name="Lasts">The count of predictions that each client heard last; null where it heard none.</param>
/// <param name="First">Count and Unix milliseconds of each pulse, as the first client heard them.</param>
internal sealed record CrowdReport(long Messages, IReadOnlyList<long?> Lasts, IReadOnlyList<double[]> First);

/// <summary>SignalR clients in node that follow one model's pulse on the hub.</summary>
internal sealed class HubCrowd : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;

    private HubCrowd(Process process) => this.process = process;

    public static async Task<HubCrowd> ConnectAsync(Uri host, string model, int clients)
    {
        var start = new ProcessStartInfo("node", ["crowd.mjs", new Uri(host, "/hubs/live").ToString(), model, clients.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Path.Combine(SourceTree.Root, "tests", "Dashboard.Browser.Tests", "hub-client"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var crowd = new HubCrowd(Process.Start(start)!);
        var said = await crowd.ReadAsync();
        return said == "connected" ? crowd : throw new InvalidOperationException($"The clients did not connect: {said ?? "node ended"}");
    }

    public async Task<CrowdReport> ReportAsync()
    {
        await process.StandardInput.WriteLineAsync("report");
        return JsonSerializer.Deserialize<CrowdReport>((await ReadAsync())!, JsonSerializerOptions.Web)!;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private async Task<string?> ReadAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
}
