using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Dashboard.Core;

namespace Dashboard.Web.Components.Charts;

/// <summary>What a <see cref="TimeChart"/> sends to the browser: a description when it changes, and one binary frame with the points.</summary>
internal sealed class TimeChartFrame
{
    private readonly List<(double[] X, double[] Y)> columns = [];
    private readonly List<object> described = [];

    /// <param name="smoothing">0 to below 1: weight of the past in an exponential mean; the raw line stays, faint, beneath.</param>
    public TimeChartFrame(IReadOnlyList<TimeSeries> series, IReadOnlySet<string> hidden, double smoothing)
    {
        for (var i = 0; i < series.Count; i++)
        {
            var one = series[i];
            var (color, shown, kept) = (ColorOf(series, i), !hidden.Contains(one.Name), Downsample.Keep(one.X, one.Y));
            var x = Pick(one.X, kept);
            if (one.Low is { } low && one.High is { } high)
            {
                // The upper bound names the lower one's place: uPlot fills between the two. Neither has a line.
                Add(x, Pick(low, kept), new { name = one.Name, unit = one.Unit, color, width = 0, style = "solid", show = shown, hint = true });
                Add(x, Pick(high, kept), new { name = one.Name, unit = one.Unit, color, width = 0, style = "solid", show = shown, hint = true, bandWith = columns.Count });
            }

            var style = one.Style.ToString().ToLowerInvariant();
            var smooth = smoothing > 0 && !one.IsFlat;
            Add(x, Pick(one.Y, kept), new { name = smooth ? one.Name + " (raw)" : one.Name, unit = one.Unit, color, width = one.IsFlat ? 1.4 : smooth ? 1 : 1.8, alpha = smooth ? 0.35 : 1, style, show = shown, fill = one.Fill && !smooth, fromZero = one.FromZero, flat = one.IsFlat });
            // The tip tells what was measured, not its mean.
            if (smooth)
                Add(x, Pick(Smooth(one.Y, smoothing), kept), new { name = one.Name, unit = one.Unit, color, width = 2, style, show = shown, fromZero = one.FromZero, hint = true });
        }
    }

    /// <summary>The series as the browser wants them described.</summary>
    public IReadOnlyList<object> Described => described;

    public static string ColorOf(IReadOnlyList<TimeSeries> series, int position)
    {
        var one = series[position];
        if (one.IsFlat && one.Color is null)
            return "--none";
        var place = one.Color ?? (series.Take(position).Count(other => !other.IsFlat && other.Color is null) % 6) + 1;
        return "--series-" + place.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>An exponential mean without the pull towards zero at its start, as TensorBoard draws it. Gaps stay gaps.</summary>
    public static double[] Smooth(double[] values, double weight)
    {
        var smooth = new double[values.Length];
        double mean = 0, mass = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                smooth[i] = double.NaN;
                continue;
            }

            mean = (mean * weight) + (values[i] * (1 - weight));
            mass = (mass * weight) + (1 - weight);
            smooth[i] = mean / mass;
        }

        return smooth;
    }

    /// <summary>uint32 series, uint32 length, x as float64, each series as float32: NaN a gap, +∞ "no point here, the line goes on".</summary>
    public byte[] Encode()
    {
        double[] x = [.. columns.SelectMany(column => column.X).Distinct().Order()];
        var bytes = new byte[8 + (8 * x.Length) + (4 * x.Length * columns.Count)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)columns.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)x.Length);
        MemoryMarshal.AsBytes(x.AsSpan()).CopyTo(bytes.AsSpan(8));
        var at = 8 + (8 * x.Length);
        foreach (var column in columns)
        {
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, 4 * x.Length));
            var next = 0;
            for (var i = 0; i < x.Length; i++)
            {
                if (next < column.X.Length && column.X[next] == x[i])
                {
                    values[i] = (float)column.Y[next++];
                    while (next < column.X.Length && column.X[next] == x[i])
                        next++;
                }
                else
                {
                    values[i] = float.PositiveInfinity;
                }
            }

            at += 4 * x.Length;
        }

        return bytes;
    }

    private void Add(double[] x, double[] y, object description)
    {
        columns.Add((x, y));
        described.Add(description);
    }

    private static double[] Pick(double[] values, int[] kept) => kept.Length == values.Length ? values : [.. kept.Select(i => values[i])];
}
