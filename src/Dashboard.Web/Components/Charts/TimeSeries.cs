using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Charts;

public enum LineStyle { Solid, Dashed, Dotted }

/// <summary>One line of a <see cref="TimeChart"/>.</summary>
/// <param name="X">Ascending: Unix seconds on a time axis, otherwise steps.</param>
/// <param name="Y">As long as <paramref name="X"/>; NaN is a gap in the line.</param>
public sealed record TimeSeries(string Name, double[] X, double[] Y)
{
    /// <summary>"%" (values are shares), "ms", "/s", …; series of different units get axes of their own (two at most).</summary>
    public string Unit { get; init; } = "";

    public LineStyle Style { get; init; }

    /// <summary>1 to 6; null: by its place in the list.</summary>
    public int? Color { get; init; }

    /// <summary>A tinted area down to the axis.</summary>
    public bool Fill { get; init; }

    /// <summary>The axis starts at zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>A band around the line, with <see cref="High"/>; both as long as <see cref="X"/>.</summary>
    public double[]? Low { get; init; }

    public double[]? High { get; init; }

    /// <summary>One value for the whole axis, such as a baseline: dotted, in the neutral colour.</summary>
    public static TimeSeries Flat(string name, double value, double from, double to, string unit = "") =>
        new(name, [from, to], [value, value]) { Unit = unit, Style = LineStyle.Dotted, IsFlat = true };

    /// <summary>A series of windows of one length. Windows without events are not in the list: where some are left out, the line is broken.</summary>
    public static TimeSeries Gapped(string name, IEnumerable<(DateTimeOffset At, double? Value)> points, TimeSpan step, string unit = "")
    {
        var all = new List<(DateTimeOffset At, double Value)>();
        foreach (var (at, value) in points)
        {
            if (all.Count > 0 && at - all[^1].At > 2.5 * step)
                all.Add((all[^1].At + step, double.NaN));
            all.Add((at, value ?? double.NaN));
        }

        return Of(name, all, unit);
    }

    /// <summary>A baseline: drawn without points.</summary>
    public bool IsFlat { get; init; }

    /// <summary>A series from points with times.</summary>
    public static TimeSeries Of(string name, IEnumerable<(DateTimeOffset At, double Value)> points, string unit = "")
    {
        var all = points.ToList();
        return new(name, [.. all.Select(point => point.At.ToUnixTimeMilliseconds() / 1000.0)], [.. all.Select(point => point.Value)]) { Unit = unit };
    }
}

/// <summary>A dashed line across a chart with a word at its top: a deployment.</summary>
/// <param name="At">On the chart's x axis.</param>
public sealed record ChartMarker(double At, string Label)
{
    public ChartMarker(DateTimeOffset at, string label) : this(at.ToUnixTimeMilliseconds() / 1000.0, label)
    {
    }
}

/// <summary>A stretch of a chart's time axis that is shaded and named: a time in which an alert fired.</summary>
/// <param name="From">On the chart's x axis.</param>
/// <param name="To">Null: it goes on.</param>
public sealed record ChartSpan(double From, double? To, string Label, StateKind Kind = StateKind.Bad)
{
    public ChartSpan(DateTimeOffset from, DateTimeOffset? to, string label, StateKind kind = StateKind.Bad) : this(Seconds(from), to is { } end ? Seconds(end) : null, label, kind)
    {
    }

    private static double Seconds(DateTimeOffset at) => Math.Round(at.ToUnixTimeMilliseconds() / 1000.0);
}

/// <summary>Stretches for every chart of a page, on both clocks: each chart takes those of its own. Cascaded, so that no chart of a model is without its alerts.</summary>
public sealed record ChartSpans(IReadOnlyList<ChartSpan> Model, IReadOnlyList<ChartSpan> Service);
