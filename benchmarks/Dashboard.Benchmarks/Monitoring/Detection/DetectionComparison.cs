using System.Globalization;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.XGBoost;

namespace Dashboard.Benchmarks.Monitoring.Detection;

/// <summary>
/// How soon a rise of an error rate is found, with every detector's threshold chosen so that it raises false alarms equally often.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- detection
/// </summary>
internal static class DetectionComparison
{
    private const double Allowed = 0.05;

    public static void Run()
    {
        Bernoulli();
        if (XGBoostLibrary.Load(null).Error is { } missing)
            Console.WriteLine($"Without real flights: {missing.Message}");
        else
            Flights();
    }

    /// <summary>Independent errors, one a step.</summary>
    private static void Bernoulli()
    {
        const int steps = 50_000, riseAt = 5_000;
        const double calm = 0.10;
        IEnumerable<ReadOnlyMemory<double>> Stream(int seed, int rise, double raised)
        {
            var random = new Random(seed);
            var one = new double[1];
            for (var step = 0; ; step++)
            {
                one[0] = random.NextDouble() < (step < rise ? calm : raised) ? 1 : 0;
                yield return one;
            }
        }

        ErrorStreams Streams(double raised) => new((seed, rise) => Stream(seed, rise, raised), steps, streams: 200);
        Console.WriteLine("The e-detector is told the error rate that is normal, as a reference tells it; the others learn it from the stream. Tuned: the most nervous setting with at most 5 % false alarms on streams of other seeds.");
        Console.WriteLine($"Independent errors at a rate of 0.10, {steps:N0} steps; false alarms within them, and the median delay in steps after a rise at step {riseAt:N0} (share found where under all)");
        Head("to 0.12", "to 0.15", "to 0.20");
        // The promise: the chance of a false alarm within N steps is at most N/A, so A = N/0.05 needs no tuning.
        var promised = steps / Allowed;
        (string, Func<IChangeDetector>)[] asTheyCome =
        [
            ("ADWIN, default", () => new Adwin()), ("DDM, default", () => new Ddm()), ("Page–Hinkley, default", () => new PageHinkley(new() { Direction = ChangeDirection.Rise })),
            ("e-detector, m₀ 0.10, A = N/0.05", () => new ShiryaevRobertsDetector(calm, promised)), ("e-detector, m₀ 0.11, A = N/0.05", () => new ShiryaevRobertsDetector(0.11, promised)),
        ];
        DetectorFamily[] families = [DetectorFamily.Adwin, DetectorFamily.Ddm, DetectorFamily.PageHinkley, DetectorFamily.ShiryaevRoberts("e-detector, m₀ 0.10", calm)];
        Compare(asTheyCome.Concat(Tuned(families, Streams(calm))), [Streams(0.12), Streams(0.15), Streams(0.20)], riseAt);
    }

    /// <summary>January's days drawn with replacement for a year; from day 60 on, each right prediction becomes an error with the chance that raises the mean rate by so much.</summary>
    private static void Flights()
    {
        const int days = 365, riseAt = 60;
        const double tolerance = 0.02;
        var january = JanuaryErrors.Read();
        var mean = january.Average(day => day.Average());
        var spread = Math.Sqrt(january.Average(day => Math.Pow(day.Average() - mean, 2)));
        IEnumerable<ReadOnlyMemory<double>> Rows(int seed, int rise, double by)
        {
            var random = new Random(seed);
            var flip = by / (1 - mean);
            for (var day = 0; ; day++)
            {
                var drawn = january[random.Next(january.Length)];
                yield return day < rise ? drawn : Array.ConvertAll(drawn, error => error == 0 && random.NextDouble() < flip ? 1 : error);
            }
        }

        ErrorStreams ByRow(double by) => new((seed, rise) => Rows(seed, rise, by), days, streams: 60);
        ErrorStreams ByDay(double by) => new((seed, rise) => Rows(seed, rise, by).Select(day => (ReadOnlyMemory<double>)new[] { Mean(day.Span) }), days, streams: 200);
        double[] rises = [0.05, 0.10, 0.20];
        Console.WriteLine();
        Console.WriteLine(Invariant($"A year of January's days, drawn with replacement: {january.Sum(day => day.Length):N0} flights in {january.Length} days, error rate {mean:F3}, by day ± {spread:F3}; false alarms within the year, and the median delay in days"));
        Head([.. rises.Select(by => Invariant($"+{by:F2}"))]);
        var baseline = LossBaseline.Of([.. january.Select(day => day.Average())], tolerance).Value;
        Func<IChangeDetector> promised = () => new OnBlocks(baseline, baseline.Detector(days, Allowed));
        var onBlocks = new DetectorFamily("e-detector on days", threshold => new OnBlocks(baseline, new(baseline.ToUnit(baseline.Tolerated), threshold)), 1e12, 1.5);
        Compare([("ADWIN on rows, default", () => new Adwin()), .. Tuned([DetectorFamily.Adwin with { Name = "ADWIN on rows" }, DetectorFamily.Ddm with { Name = "DDM on rows" }, DetectorFamily.PageHinkley with { Name = "Page–Hinkley on rows" }], ByRow(0))],
            [.. rises.Select(ByRow)], riseAt);
        Compare([(Invariant($"e-detector on days, m₀ +{baseline.Tolerated - baseline.Mean:F3}, A = N/0.05"), promised), .. Tuned([DetectorFamily.AdwinOnBlocks, DetectorFamily.PageHinkleyOnBlocks, onBlocks], ByDay(0))],
            [.. rises.Select(ByDay)], riseAt);
    }

    private static double Mean(ReadOnlySpan<double> values) => System.Numerics.Tensors.TensorPrimitives.Sum(values) / values.Length;

    private static IEnumerable<(string Name, Func<IChangeDetector> Create)> Tuned(DetectorFamily[] families, ErrorStreams calm)
    {
        foreach (var family in families)
        {
            var knob = family.Tune(Allowed, create => calm.FalseAlarms(create, ErrorStreams.TuningSeed));
            yield return (Invariant($"{family.Name}, tuned to {knob:G3}"), () => family.Create(knob));
        }
    }

    private static void Compare(IEnumerable<(string Name, Func<IChangeDetector> Create)> detectors, ErrorStreams[] risen, int riseAt)
    {
        foreach (var (name, create) in detectors)
        {
            var delays = risen.Select(streams => streams.After(riseAt, create));
            Row(name, Invariant($"{risen[0].FalseAlarms(create, ErrorStreams.JudgingSeed):P1}"), [.. delays.Select(Text)]);
        }
    }

    private static string Text(Delays delays) => delays.MedianDelay is { } median
        ? Invariant($"{median:N0}{(delays.Found < 0.995 ? Invariant($" ({delays.Found:P0})") : "")}")
        : Invariant($"– ({delays.Found:P0})");

    private static void Head(params string[] columns) => Row("", "false alarms", columns);

    private static void Row(string name, string falseAlarms, string[] columns) => Console.WriteLine($"{name,-44}{falseAlarms,14}{string.Concat(columns.Select(column => column.PadLeft(16)))}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class OnBlocks(LossBaseline baseline, ShiryaevRobertsDetector detector) : IChangeDetector
    {
        public bool Update(double value) => detector.Update(baseline.ToUnit(value));
    }
}
