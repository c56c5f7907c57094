using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring;

/// <summary>
/// What the service did in one window of arrival time: answered requests with their latencies, and failures by status. Windows merge by addition.
/// Latencies are counted in 16 bins an octave from 1 µs to 67 s, so that a percentile is within 4.5 % of the exact one.
/// </summary>
public sealed class ServiceWindow
{
    private const byte Version = 1;
    private const int PerOctave = 16;
    private const int Octaves = 26;

    /// <summary>The number of latency bins; the last also holds what is longer.</summary>
    public const int LatencyBins = (PerOctave * Octaves) + 1;

    private readonly long[] latencies = new long[LatencyBins];
    private readonly SortedDictionary<int, long> failures = [];

    /// <summary>Requests that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Requests that failed, by HTTP status.</summary>
    public IReadOnlyDictionary<int, long> Failures => failures;

    public long Failed => failures.Values.Sum();

    /// <summary>Failures that are the service's own: status 500 and up.</summary>
    public long ServerErrors => failures.Where(pair => pair.Key >= 500).Sum(pair => pair.Value);

    public long Requests => Answered + Failed;

    public IReadOnlyList<long> Latencies => latencies;

    /// <summary>The bin of a latency in microseconds; NaN and what is below 1 µs fall into the first.</summary>
    public static int BinOf(double microseconds)
    {
        if (!(microseconds > 1))
            return 0;
        // The float's own exponent and its first four mantissa bits are the logarithmic bin.
        var bits = BitConverter.SingleToInt32Bits((float)microseconds);
        return Math.Min((bits >> 19) - (127 << 4), LatencyBins - 1);
    }

    /// <summary>The lower edge of a latency bin, in microseconds.</summary>
    public static double LowerEdge(int bin) => BitConverter.Int32BitsToSingle((bin + (127 << 4)) << 19);

    public void AddAnswered(int bin, long count)
    {
        latencies[bin] += count;
        Answered += count;
    }

    public void AddFailed(int status, long count) => failures[status] = failures.GetValueOrDefault(status) + count;

    public void Add(ServiceWindow other)
    {
        for (var bin = 0; bin < LatencyBins; bin++)
            latencies[bin] += other.latencies[bin];
        Answered += other.Answered;
        foreach (var (status, count) in other.failures)
            AddFailed(status, count);
    }

    /// <summary>The latency in microseconds below which a share of the answered requests lies, interpolated inside its bin; null without requests.</summary>
    public double? Percentile(double share)
    {
        if (Answered == 0)
            return null;
        var wanted = share * Answered;
        long below = 0;
        for (var bin = 0; bin < LatencyBins; bin++)
        {
            if (latencies[bin] > 0 && below + latencies[bin] >= wanted)
            {
                var low = bin == 0 ? 0 : LowerEdge(bin);
                return low + ((LowerEdge(bin + 1) - low) * (wanted - below) / latencies[bin]);
            }

            below += latencies[bin];
        }

        return LowerEdge(LatencyBins - 1);
    }

    public byte[] Serialize()
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.Sparse(latencies);
        writer.Varint((ulong)failures.Count);
        foreach (var (status, count) in failures)
        {
            writer.Varint((ulong)status);
            writer.Varint((ulong)count);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a stored window.</summary>
    /// <returns>The window, or an error that says what is wrong with the bytes.</returns>
    public static Result<ServiceWindow> Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            if (reader.Byte() is var version && version != Version)
                throw new ProfileFormatException($"it is of version {version}, expected {Version}");
            var window = new ServiceWindow();
            reader.Sparse(window.latencies);
            window.Answered = window.latencies.Sum();
            for (var i = reader.Length(2, 600); i > 0; i--)
                window.AddFailed((int)Math.Min(reader.Count(), 599), reader.Count());
            return reader.AtEnd ? window : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return ProfileFormat.Fault(fault);
        }
    }
}
