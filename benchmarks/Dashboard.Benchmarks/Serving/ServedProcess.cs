using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dashboard.Benchmarks.Serving;

/// <summary>A server under measurement, with all the processes it starts.</summary>
internal sealed class ServedProcess : IDisposable
{
    /// <summary>Linux counts a process's time in hundredths of a second.</summary>
    private const double MicrosecondsPerTick = 10_000;

    private readonly Process process;

    public ServedProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until an address answers with success.</summary>
    public async Task WaitAsync(Uri address)
    {
        using var client = new HttpClient();
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await client.GetAsync(address)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!process.HasExited && waiting.Elapsed < TimeSpan.FromMinutes(1))
            {
                // Not listening yet.
            }

            if (process.HasExited || waiting.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"{process.StartInfo.FileName} does not answer at {address}.");
            await Task.Delay(100);
        }
    }

    /// <summary>User and system time of the process and its children so far, in microseconds.</summary>
    public double CpuMicroseconds() => Directory.EnumerateDirectories("/proc").Select(Stat).Where(stat => stat.Id == process.Id || stat.Parent == process.Id).Sum(stat => stat.Ticks) * MicrosecondsPerTick;

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static (int Id, int Parent, long Ticks) Stat(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return default;
        try
        {
            // The name in brackets may hold blanks: the fields are counted from behind it.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The process has ended between the listing and the reading.
            return default;
        }
    }
}
