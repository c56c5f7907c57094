using System.Globalization;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>Figures in words, for notes.</summary>
internal static class Words
{
    private const int LongestValue = 24;

    /// <summary>Four significant digits.</summary>
    public static string Number(double value) => Math.Abs(value) is (>= 1e-4 and < 1e7) or 0
        ? value.ToString(Math.Abs(value) >= 1_000 ? "#,0" : Math.Abs(value) >= 100 ? "0.0" : Math.Abs(value) >= 1 ? "0.00" : "0.####", CultureInfo.InvariantCulture)
        : value.ToString("0.###e+0", CultureInfo.InvariantCulture);

    public static string Share(double share) => share is > 0 and < 0.0005 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    /// <summary>A category's name, shortened and on one line.</summary>
    public static string Value(string value)
    {
        var line = string.Concat(value.Select(c => char.IsControl(c) ? '·' : c));
        return line.Length == 0 ? "''" : line.Length <= LongestValue ? line : string.Concat(line.AsSpan(0, LongestValue - 1), "…");
    }
}
