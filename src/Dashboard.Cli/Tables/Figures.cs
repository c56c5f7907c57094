using System.Globalization;

namespace Dashboard.Cli.Tables;

/// <summary>How figures are written in tables for people; none is a dash.</summary>
internal static class Figures
{
    private const string None = "–";

    /// <summary>Four or five significant digits.</summary>
    public static string Number(double? value) => value switch
    {
        null => None,
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        { } v when Math.Abs(v) is >= 1e-3 and < 1e7 => v.ToString(Math.Abs(v) >= 1_000 ? "#,0.#" : Math.Abs(v) >= 100 ? "0.0" : Math.Abs(v) >= 1 ? "0.000" : "0.0000", CultureInfo.InvariantCulture),
        { } v => v.ToString("0.###e+0", CultureInfo.InvariantCulture),
    };

    /// <summary>A p-value: three digits, and a power of ten where it is small.</summary>
    public static string PValue(double? value) => value switch
    {
        null => None,
        0 => "<1e-300",
        < 1e-3 => value.Value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>An effect size with its error where it has one.</summary>
    public static string Effect(double? size, double? error) => size is null ? None
        : size.Value.ToString("0.000", CultureInfo.InvariantCulture) + (error > 0 ? $" ±{error.Value.ToString("0.000", CultureInfo.InvariantCulture)}" : "");

    public static string Share(double share) => share == 0 ? "0" : share < 0.0005 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
