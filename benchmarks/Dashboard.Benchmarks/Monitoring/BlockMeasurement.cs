using System.Diagnostics;
using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Benchmarks.Monitoring;

/// <summary>
/// How often decisions by the reference's blocks are right on real flights, and what judging a block costs: false alarms on shuffled January, power against three minutes more delay and 5 % of
/// origins changed, each real day of January against the others, and the time from a stored window to a verdict.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- blocks [FLIGHTS.csv.gz]
/// </summary>
internal static class BlockMeasurement
{
    private const int Width = 5, ReferenceRows = 10_000, WindowRows = 1_000, WindowsEach = 25, References = 20;

    public static async Task RunAsync(string path)
    {
        var january = await FlightSample.JanuaryAsync(path);
        string[] airports = [.. january.SelectMany(flight => new[] { flight.Origin, flight.Destination }).Distinct().Order(StringComparer.Ordinal)];
        var codes = airports.Select((airport, code) => (airport, code)).ToDictionary(pair => pair.airport, pair => (float)pair.code);
        var inputs = new Preprocessing([new("delay", InputType.Number, []), new("distance", InputType.Number, []), new("hour", InputType.Number, []), new("origin", InputType.Category, airports), new("destination", InputType.Category, airports)]);
        float[] Encode(Flight flight) => [flight.Delay, flight.Distance, flight.Departure.Hour, codes[flight.Origin], codes[flight.Destination]];

        var (alarms, delays, origins) = (0, 0, 0);
        for (var seed = 0; seed < References; seed++)
        {
            var random = new Random(seed);
            random.Shuffle(january);
            var reference = Reference(inputs, january[..ReferenceRows], Encode, withTimes: false);
            var calibration = new BlockCalibration(reference.Blocks.Layout, [.. reference.Blocks.Blocks.Select(block => block.Counts)], null, new Dictionary<string, double>());
            bool Alarms(IEnumerable<float[]> rows) => Decides(calibration, calibration.Judge(reference.Blocks.Layout.Count(Window(reference.Layout, rows))));
            for (var window = 0; window < WindowsEach; window++)
            {
                float[][] rows = [.. random.GetItems(january[ReferenceRows..], WindowRows).Select(Encode)];
                alarms += Alarms(rows) ? 1 : 0;
                delays += Alarms(rows.Select(row => row.Select((value, i) => i == 0 ? value + 3 : value).ToArray())) ? 1 : 0;
                origins += Alarms(rows.Select((row, at) => at < WindowRows / 20 ? [.. row[..3], codes["LAX"], row[4]] : row)) ? 1 : 0;
            }
        }

        Say($"Decisions by blocks (50 runs of a reference of {ReferenceRows:N0}), {References * WindowsEach} windows of {WindowRows:N0} shuffled January flights, 5 columns, each window on its own at 5 %:");
        Say($"  any-column alarms without a change {alarms / 5.0:F1} of 100; delay + 3 minutes seen in {delays / 5.0:F1} of 100; 5 % of origins changed to LAX in {origins / 5.0:F1} of 100");
        Days(inputs, [.. january.OrderBy(flight => flight.Departure)], Encode);
        Cost(inputs, [.. january.OrderBy(flight => flight.Departure)], Encode);
    }

    private static void Days(Preprocessing inputs, Flight[] january, Func<Flight, float[]> encode)
    {
        var reference = Reference(inputs, january, encode, withTimes: true);
        var days = reference.Blocks.Of(BlockPeriod.Day);
        var alarms = days.Count(day =>
        {
            var calibration = new BlockCalibration(reference.Blocks.Layout, [.. days.Where(other => other != day).Select(other => other.Counts)], null, new Dictionary<string, double>());
            return Decides(calibration, calibration.Judge(day.Counts));
        });
        Say($"  real days of January, each against the other {days.Count - 1}: {alarms} of {days.Count} alarm (tests of rows flag 80 %)");
    }

    private static void Cost(Preprocessing inputs, Flight[] january, Func<Flight, float[]> encode)
    {
        var reference = Reference(inputs, january, encode, withTimes: true);
        var calibration = new BlockCalibrations(reference.Blocks, BlockPeriod.Day, new Dictionary<string, double>());
        var stored = Window(reference.Layout, january[..1000].Select(encode)).Serialize();
        var clock = Stopwatch.StartNew();
        calibration.For(new DateTimeOffset(2001, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var made = clock.Elapsed;
        const int rounds = 2000;
        BlockJudgement? judged = null;
        for (var round = -rounds / 2; round < rounds; round++)
        {
            if (round == 0)
                clock.Restart();
            var window = WindowProfile.Deserialize(reference.Layout, stored, ProfileParts.Features | ProfileParts.Output).Value;
            judged = calibration.For(new DateTimeOffset(2001, 2, 1, 0, 0, 0, TimeSpan.Zero)).Judge(reference.Blocks.Layout.Count(window));
        }

        Say($"  from a stored window of {stored.Length / 1e3:F1} kB to a judgement of {judged!.Columns.Count(column => column is not null)} columns: {clock.Elapsed.TotalMicroseconds / rounds:F0} µs; calibrating a version on 31 days once: {made.TotalMilliseconds:F0} ms");
    }

    private static bool Decides(BlockCalibration calibration, BlockJudgement judged)
    {
        var decision = DriftStream.Again(calibration, judged, DriftStream.FalseAlarms, null);
        return Enumerable.Range(0, decision.Adjusted.Count).Any(decision.Moved);
    }

    private static ReferenceProfile Reference(Preprocessing inputs, Flight[] flights, Func<Flight, float[]> encode, bool withTimes)
    {
        var features = new float[flights.Length * Width];
        for (var row = 0; row < flights.Length; row++)
            encode(flights[row]).CopyTo(features, row * Width);
        return ReferenceBuilder.Build(inputs, ModelTask.Regression, [], 0.5, features, new([], [], null), withTimes ? [.. flights.Select(flight => flight.Departure.Ticks)] : []);
    }

    private static WindowProfile Window(ProfileLayout layout, IEnumerable<float[]> rows)
    {
        var window = new WindowProfile(layout);
        foreach (var row in rows)
            window.AddFeatures(row);
        return window;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
