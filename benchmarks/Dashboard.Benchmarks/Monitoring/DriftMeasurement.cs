using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Dashboard.Core.Monitoring.Columns;
using Dashboard.Core.Monitoring.Columns.Comparing;
using Dashboard.Core.Monitoring.Columns.Reading;
using Dashboard.Core.Monitoring.Columns.Rows;

namespace Dashboard.Benchmarks.Monitoring;

/// <summary>
/// What a comparison of two tables costs, and how often it is right: CPU time of 20 × (100,000 + 100,000) numbers from rows and from stored profiles, false alarms on shuffled January flights, and the power against a delay of
/// three minutes more and 5 % of origins changed.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- drift [FLIGHTS.csv.gz]
/// </summary>
internal static class DriftMeasurement
{
    private const int Columns = 20, Rows = 100_000, ReferenceRows = 10_000, WindowRows = 1_000, Windows = 100, LongRun = 1_000;
    private const string Header = "delay,distance,hour,origin,destination";
    private static readonly DriftOptions Options = new();

    public static async Task RunAsync(string flights)
    {
        await CostAsync();
        await AccuracyAsync(await JanuaryAsync(flights));
    }

    private static async Task CostAsync()
    {
        var (reference, current) = (Numbers(1), Numbers(2));
        var columns = await RoundsAsync(5, () =>
        {
            Compare(TableRows.OfNumbers(reference), TableRows.OfNumbers(current));
            return Task.CompletedTask;
        });
        Say($"{Columns} columns x ({Rows:N0} + {Rows:N0}) rows in memory, every test of the preset: {columns.Cpu.TotalSeconds:F2} s of CPU");

        byte[] referenceCsv = Csv(reference), currentCsv = Csv(current);
        var csv = await RoundsAsync(3, async () => Compare(await RowsAsync(referenceCsv), await RowsAsync(currentCsv)));
        Say($"the same from CSV ({(referenceCsv.Length + currentCsv.Length) / 1e6:F0} MB, reading included): {csv.Cpu.TotalSeconds:F2} s of CPU");

        byte[] before = [], now = [];
        var made = await RoundsAsync(2, async () => (before, now) = ((await ProfileAsync(referenceCsv)).Serialize(), (await ProfileAsync(currentCsv)).Serialize()));
        Say($"making both profiles from CSV: {made.Cpu.TotalSeconds:F2} s of CPU, {before.Length / 1e3:F0} kB each");
        var profiles = await RoundsAsync(200, () =>
        {
            Require(TableComparison.Of(TableProfile.Deserialize(before).Value, TableProfile.Deserialize(now).Value, Options).IsSuccess);
            return Task.CompletedTask;
        });
        Say($"the same comparison from stored profiles, reading them included: {profiles.Cpu.TotalMilliseconds:F2} ms of CPU, {profiles.Elapsed.TotalMilliseconds:F2} ms elapsed");
        var (loadedBefore, loadedNow) = (TableProfile.Deserialize(before).Value, TableProfile.Deserialize(now).Value);
        var loaded = await RoundsAsync(200, () =>
        {
            Require(TableComparison.Of(loadedBefore, loadedNow, Options).IsSuccess);
            return Task.CompletedTask;
        });
        Say($"and from profiles in memory: {loaded.Cpu.TotalMilliseconds:F2} ms of CPU");
    }

    private static async Task AccuracyAsync(Flight[] january)
    {
        var random = new Random(20010101);
        random.Shuffle(january);
        var reference = await RowsAsync(Csv(january.AsSpan(0, ReferenceRows)));
        var others = january[ReferenceRows..];
        int alarms = 0, delays = 0, origins = 0, alarmsOfPlain = 0;
        for (var window = 0; window < Windows; window++)
        {
            random.Shuffle(others);
            var rows = others.AsSpan(0, WindowRows).ToArray();
            var unchanged = Compare(reference, await RowsAsync(Csv(rows)));
            alarms += unchanged.HasDrift ? 1 : 0;
            alarmsOfPlain += unchanged.Columns.Any(column => column.PValue < Options.Alpha) ? 1 : 0;
            delays += Found(reference, await RowsAsync(Csv(Array.ConvertAll(rows, flight => flight with { Delay = flight.Delay + 3 }))), "delay");
            origins += Found(reference, await RowsAsync(Csv(Array.ConvertAll(rows, flight => random.NextDouble() < 0.05 ? flight with { Origin = "LAX" } : flight))), "origin");
        }

        Say($"January flights, reference {ReferenceRows:N0}, {Windows} windows of {WindowRows:N0} rows, 5 columns: any-column alarms without a change {alarms} of {Windows} (any p < 0.05: {alarmsOfPlain})");
        Say($"  delay + 3 minutes found in {delays} of {Windows}; 5 % of origins changed to LAX found in {origins} of {Windows}");
        int longAlarms = 0, significant = 0;
        for (var trial = 0; trial < LongRun; trial++)
        {
            random.Shuffle(january);
            var drift = Compare(await RowsAsync(Csv(january.AsSpan(0, ReferenceRows))), await RowsAsync(Csv(january.AsSpan(ReferenceRows, WindowRows))));
            longAlarms += drift.HasDrift ? 1 : 0;
            significant += drift.Columns.Any(column => column.Verdict is ColumnVerdict.Small or ColumnVerdict.Drift) ? 1 : 0;
        }

        Say($"  {LongRun:N0} fresh references and windows without a change: alarms {longAlarms * 100.0 / LongRun:F1} %, significant before small effects are set aside {significant * 100.0 / LongRun:F1} % (promised 5 %, standard error {100 * Math.Sqrt(0.05 * 0.95 / LongRun):F1} %)");
    }

    private static TableDrift Compare(TableRows reference, TableRows current) => TableComparison.Of(reference, current, Options).Value;

    private static int Found(TableRows reference, TableRows current, string column) => Compare(reference, current).Columns.Single(one => one.Name == column).IsDrift ? 1 : 0;

    private static async Task<(TimeSpan Cpu, TimeSpan Elapsed)> RoundsAsync(int rounds, Func<Task> work)
    {
        // Half as often before, so that what is measured is compiled.
        for (var round = 0; round <= rounds / 2; round++)
            await work();
        using var process = Process.GetCurrentProcess();
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
        for (var round = 0; round < rounds; round++)
            await work();
        var elapsed = clock.Elapsed;
        process.Refresh();
        return ((process.TotalProcessorTime - cpu) / rounds, elapsed / rounds);
    }

    private static void Require(bool done)
    {
        if (!done)
            throw new InvalidOperationException("A comparison failed.");
    }

    /// <summary>Normal variables of different scales; every value differs.</summary>
    private static (string Name, double[] Values)[] Numbers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Columns).Select(column => ($"x{column}", Enumerable.Range(0, Rows).Select(_ =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) * (column + 1)).ToArray()))];
    }

    private static byte[] Csv((string Name, double[] Values)[] columns)
    {
        var text = new StringBuilder(string.Join(',', columns.Select(column => column.Name))).Append('\n');
        for (var row = 0; row < Rows; row++)
            text.AppendJoin(',', columns.Select(column => column.Values[row].ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Csv(ReadOnlySpan<Flight> flights)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var flight in flights)
            text.Append(CultureInfo.InvariantCulture, $"{flight.Delay},{flight.Distance},{flight.Hour},{flight.Origin},{flight.Destination}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static async Task<TableRows> RowsAsync(byte[] csv)
    {
        using var table = (await TableStream.OpenAsync(new MemoryStream(csv), default)).Value;
        return TableRows.Of(table, null, default).Value.Table;
    }

    private static async Task<TableProfile> ProfileAsync(byte[] csv)
    {
        using var table = (await TableStream.OpenAsync(new MemoryStream(csv), default)).Value;
        return TableProfile.Of(table, default).Value.Profile;
    }

    private static async Task<Flight[]> JanuaryAsync(string path)
    {
        await using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        await reader.ReadLineAsync();
        List<Flight> flights = [];
        while (await reader.ReadLineAsync() is { } line && line.StartsWith("2001-01", StringComparison.Ordinal))
        {
            var cells = line.Split(',');
            flights.Add(new(int.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture), int.Parse(cells[0].AsSpan(11, 2), CultureInfo.InvariantCulture), cells[3], cells[4]));
        }

        return [.. flights];
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record Flight(int Delay, int Distance, int Hour, string Origin, string Destination);
}
