using System.Globalization;
using System.Text;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Load;

/// <summary>One measure over a soak, in the order of time.</summary>
/// <param name="Slack">A change of this size is no growth, however large its share: one more cached answer, one more row.</param>
/// <param name="Quantile">What stands for a third: its median, or a low quantile where answers are kept for seconds and let go together.</param>
internal sealed record SoakSeries(string Name, double Slack, List<double> Values, double Quantile = 0.5)
{
    public double First => Level(Values[..(Values.Count / 3)]);

    public double Middle => Level(Values[(Values.Count / 3)..(2 * Values.Count / 3)]);

    public double Last => Level(Values[(2 * Values.Count / 3)..]);

    /// <summary>How much more the last third has than the middle third, as a share.</summary>
    public double Growth => (Last / Middle) - 1;

    public bool IsFlat(double tolerance) => Last - Middle <= Math.Max(Middle * tolerance, Slack);

    private double Level(List<double> values) => values.Order().ElementAt((int)(values.Count * Quantile));
}

/// <summary>What a soak came to.</summary>
/// <param name="Reloads">How often a page was loaded again; none is needed.</param>
internal sealed record SoakReport(IReadOnlyList<SoakSeries> Series, int Reloads)
{
    public bool IsFlat(double tolerance) => Reloads == 0 && Series.All(series => series.IsFlat(tolerance));

    public string Write(double tolerance)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"level in the",-34} {"first third",12} {"middle third",12} {"last third",12}   growth");
        foreach (var series in Series)
            text.AppendLine(CultureInfo.InvariantCulture, $"{series.Name,-34} {series.First,12:0.00} {series.Middle,12:0.00} {series.Last,12:0.00}   {series.Growth,7:P1}  {(series.IsFlat(tolerance) ? "flat" : "GROWS")}");
        text.Append(CultureInfo.InvariantCulture, $"{Series[0].Values.Count} samples, {Reloads} pages loaded again: {(IsFlat(tolerance) ? "flat" : "NOT FLAT")} (tolerance {tolerance:P0})");
        return text.ToString();
    }
}

/// <summary>Leaves pages open in a real browser and measures, again and again, what they and the host hold on to after a garbage collection.</summary>
internal static class Soak
{
    /// <param name="pages">Name and address of each page.</param>
    /// <param name="warmUp">Not measured: caches fill, code is compiled.</param>
    /// <param name="say">Told about each sample.</param>
    public static async Task<SoakReport> RunAsync(Chromium chromium, Uri host, int processId, IReadOnlyList<(string Name, string Address)> pages, TimeSpan warmUp, TimeSpan duration, TimeSpan every, Action<string> say)
    {
        var watched = new List<Watched>();
        foreach (var (name, address) in pages)
            watched.Add(await Watched.OpenAsync(chromium, host, name, address));
        await Task.Delay(warmUp);
        foreach (var page in watched)
            page.Loads = 0;
        var heap = new SoakSeries("host: GC heap, MiB", 1, [], Quantile: 0.1);
        var resident = new SoakSeries("host: working set, MiB", 4, []);
        var end = DateTime.UtcNow + duration;
        while (DateTime.UtcNow < end)
        {
            var server = await ServerMemory.ReadAsync(processId);
            heap.Values.Add(server.HeapBytes / 1048576.0);
            resident.Values.Add(server.WorkingSetBytes / 1048576.0);
            foreach (var page in watched)
                await page.MeasureAsync();
            say(string.Create(CultureInfo.InvariantCulture, $"host {heap.Values[^1]:0.0} + {resident.Values[^1]:0} MiB; {string.Join("; ", watched.Select(page => page.Now))}"));
            await Task.Delay(every);
        }

        var report = new SoakReport([heap, resident, .. watched.SelectMany(page => page.Series)], watched.Sum(page => page.Loads));
        foreach (var page in watched)
            await page.CloseAsync();
        return report;
    }

    private sealed class Watched(IPage page, ICDPSession session, string name)
    {
        private readonly SoakSeries heap = new($"{name}: JavaScript heap, MiB", 0.25, []);
        private readonly SoakSeries nodes = new($"{name}: DOM nodes", 40, []);
        private readonly SoakSeries listeners = new($"{name}: event listeners", 4, []);

        public int Loads { get; set; }

        public IReadOnlyList<SoakSeries> Series => [heap, nodes, listeners];

        public string Now => string.Create(CultureInfo.InvariantCulture, $"{name} {heap.Values[^1]:0.00} MiB, {nodes.Values[^1]:0} nodes, {listeners.Values[^1]:0} listeners");

        public static async Task<Watched> OpenAsync(Chromium chromium, Uri host, string name, string address)
        {
            var page = await chromium.OpenAsync(host, Chromium.Wall);
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("Performance.enable");
            var watched = new Watched(page, session, name);
            page.Load += (_, _) => watched.Loads++;
            await page.GotoAsync(address);
            return watched;
        }

        public async Task MeasureAsync()
        {
            await session.SendAsync("HeapProfiler.collectGarbage");
            var metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray().ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble(), StringComparer.Ordinal);
            heap.Values.Add(metrics["JSHeapUsedSize"] / 1048576.0);
            nodes.Values.Add(metrics["Nodes"]);
            listeners.Values.Add(metrics["JSEventListeners"]);
        }

        public Task CloseAsync() => page.Context.CloseAsync();
    }
}
