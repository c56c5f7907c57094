using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns;

namespace Dashboard.Cli.Tables;

/// <summary>A profile for people: one line a column.</summary>
internal static class ProfileText
{
    private const string Bars = " ▁▂▃▄▅▆▇█";
    private const int HistogramBins = 16;
    private const int ValuesShown = 4;
    private const int LongestValue = 16;

    public static void Write(TableProfile profile, string? firstRejected, TextWriter text)
    {
        text.WriteLine($"{Figures.Count(profile.Rows)} rows, {profile.Columns.Count} columns");
        if (profile.RejectedRows > 0)
            text.WriteLine($"{Figures.Count(profile.RejectedRows)} {(profile.RejectedRows == 1 ? "row was" : "rows were")} left out{(firstRejected is null ? "" : $"; the first: {firstRejected}")}");
        text.WriteLine();
        var grid = new Grid("COLUMN", "TYPE", ">MISSING", ">DISTINCT", ">MIN", ">MEAN", ">SD", ">MEDIAN", ">MAX", "DISTRIBUTION");
        foreach (var column in profile.Columns)
            grid.Add(Row(column));
        grid.WriteTo(text);
    }

    private static string[] Row(ColumnProfile column)
    {
        string[] start = [column.Name, column.Type?.ToString().ToLowerInvariant() ?? "empty", profileShare(column), Distinct(column)];
        if (column.Numbers is not { Count: > 0 } numbers)
            return [.. start, "", "", "", "", "", string.Join(", ", column.TopValues(ValuesShown).Select(value => $"{Shorten(value.Value)} {Figures.Share(value.Count / (double)column.Present)}"))];
        var median = numbers.Sketch.Quantile(0.5);
        double low = numbers.Smallest!.Value, high = numbers.Largest!.Value;
        return column.Type == ColumnType.Timestamp
            ? [.. start, Time(low), "", "", Time(median), Time(high), Histogram(column)]
            : [.. start, Figures.Number(low), Figures.Number(numbers.Mean), Figures.Number(numbers.StandardDeviation), Figures.Number(median), Figures.Number(high), Histogram(column)];

        static string profileShare(ColumnProfile column) => Figures.Share(column.Rows == 0 ? 0 : (double)column.Missing / column.Rows);
    }

    /// <summary>An estimate where there are more than are counted.</summary>
    private static string Distinct(ColumnProfile column) => $"{(column.Distinct > NumberPart.MostValues ? "~" : "")}{Figures.Count(column.Distinct)}";

    private static string Time(double seconds) => UnixSeconds.ToDateTime(seconds).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static string Histogram(ColumnProfile column)
    {
        if (column.Histogram(HistogramBins) is not { } histogram)
            return "";
        var most = Math.Max(1, histogram.Counts.Max());
        return string.Concat(histogram.Counts.Select(count => Bars[(int)Math.Ceiling(8.0 * count / most)]));
    }

    private static string Shorten(string value)
    {
        var line = string.Concat(value.Select(c => char.IsControl(c) ? '·' : c));
        return line.Length <= LongestValue ? line : string.Concat(line.AsSpan(0, LongestValue - 1), "…");
    }
}
