using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Benchmarks.Monitoring.Detection;

/// <summary>How a detector did on streams whose error rate rose.</summary>
/// <param name="TooEarly">The share of streams in which it alarmed before the rise.</param>
/// <param name="Found">Of the others, the share in which it alarmed before the end.</param>
/// <param name="MedianDelay">Steps from the rise to the alarm, over the others; null where fewer than half were found.</param>
internal sealed record Delays(double TooEarly, double Found, int? MedianDelay);

/// <summary>Makes streams, each from its own seed, and runs a fresh detector over each.</summary>
/// <param name="stream">The steps of a stream: its seed, and from which step its rate is the raised one (beyond the end: never). A step is the values that a detector gets in it.</param>
/// <param name="steps">Steps in a stream.</param>
/// <param name="streams">How many streams.</param>
internal sealed class ErrorStreams(Func<int, int, IEnumerable<ReadOnlyMemory<double>>> stream, int steps, int streams)
{
    /// <summary>Streams are judged on other seeds than those that detectors are tuned on.</summary>
    public const int TuningSeed = 0, JudgingSeed = 1_000_000;

    /// <summary>The share of streams without a rise in which there is an alarm.</summary>
    public double FalseAlarms(Func<IChangeDetector> create, int firstSeed) => Alarms(create, int.MaxValue, firstSeed).Count(alarm => alarm < steps) / (double)streams;

    public Delays After(int riseAt, Func<IChangeDetector> create)
    {
        var alarms = Alarms(create, riseAt, JudgingSeed);
        int[] inTime = [.. alarms.Where(alarm => alarm >= riseAt).Order()];
        var found = inTime.Count(alarm => alarm < steps);
        var median = inTime.Length == 0 ? steps : inTime[inTime.Length / 2];
        return new(1 - (inTime.Length / (double)streams), inTime.Length == 0 ? 0 : found / (double)inTime.Length, median < steps ? median - riseAt + 1 : null);
    }

    /// <summary>The step of each stream's first alarm; <see cref="int.MaxValue"/> without one.</summary>
    private int[] Alarms(Func<IChangeDetector> create, int riseAt, int firstSeed)
    {
        var alarms = new int[streams];
        Parallel.For(0, streams, i => alarms[i] = FirstAlarm(create(), stream(firstSeed + i, riseAt)));
        return alarms;
    }

    private int FirstAlarm(IChangeDetector detector, IEnumerable<ReadOnlyMemory<double>> values)
    {
        var step = 0;
        foreach (var part in values.Take(steps))
        {
            foreach (var value in part.Span)
                if (detector.Update(value))
                    return step;
            step++;
        }

        return int.MaxValue;
    }
}
