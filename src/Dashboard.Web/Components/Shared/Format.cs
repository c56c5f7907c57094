using System.Globalization;

namespace Dashboard.Web.Components.Shared;

/// <summary>Numbers and times as people read them: sensible digits, thin spaces before units and between thousands, an en dash for "none".</summary>
public static class Format
{
    public const string None = "–";
    private const string ThinSpace = "\u202f";

    /// <summary>About three significant digits: 0.641, 1.90, 214, 18 402.</summary>
    /// <param name="unit">Written after the number; "%" takes a share from 0 to 1.</param>
    public static string Number(double? value, string unit = "")
    {
        if (value is not { } number || !double.IsFinite(number))
            return None;
        return unit switch
        {
            "" => Digits(number),
            "%" => Digits(number * 100) + ThinSpace + "%",
            _ => Digits(number) + ThinSpace + unit,
        };
    }

    /// <summary>A number with a fixed count of decimals.</summary>
    public static string Number(double? value, int decimals) =>
        value is { } number && double.IsFinite(number) ? Sign(number.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : None;

    /// <summary>A share from 0 to 1 as per cent.</summary>
    public static string Percent(double? share) => Number(share, "%");

    /// <summary>A change with its sign: + 0.012, − 0.030, ± 0.</summary>
    public static string Change(double? value, string unit = "")
    {
        if (value is not { } number || !double.IsFinite(number))
            return None;
        return number == 0 ? "±" + ThinSpace + Number(0, unit) : (number > 0 ? "+" : "−") + ThinSpace + Number(Math.Abs(number), unit);
    }

    /// <summary>A whole number with its thousands apart: 18 402.</summary>
    public static string Count(long? value) => value is { } count ? Sign(count.ToString("#,0", CultureInfo.InvariantCulture).Replace(",", ThinSpace, StringComparison.Ordinal)) : None;

    /// <summary>"1 run", "2 runs".</summary>
    public static string Count(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    /// <summary>A size in powers of 1024.</summary>
    public static string Bytes(long? value)
    {
        if (value is not { } bytes)
            return None;
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var size = (double)bytes;
        var unit = 0;
        while (size >= 1024 && unit < units.Length - 1)
            (size, unit) = (size / 1024, unit + 1);
        return Number(size, units[unit]);
    }

    /// <summary>A length of time in its two largest units: 340 ms, 12.4 s, 3 min 20 s, 2 h 5 min, 4 d 6 h.</summary>
    public static string Duration(TimeSpan? length) => length switch
    {
        null => None,
        { } d when d < TimeSpan.FromMilliseconds(1) => Number(d.TotalMicroseconds, "µs"),
        { } d when d < TimeSpan.FromSeconds(1) => Number(d.TotalMilliseconds, "ms"),
        { } d when d < TimeSpan.FromMinutes(1) => Number(d.TotalSeconds, "s"),
        { } d when d < TimeSpan.FromHours(1) => Two(d.Minutes, "min", d.Seconds, "s"),
        { } d when d < TimeSpan.FromDays(1) => Two(d.Hours, "h", d.Minutes, "min"),
        { } d => Two((int)d.TotalDays, "d", d.Hours, "h"),
    };

    /// <summary>Microseconds as µs, ms or s.</summary>
    public static string Latency(double? microseconds) => microseconds is { } us && double.IsFinite(us)
        ? us < 1000 ? Number(us, "µs") : us < 1e6 ? Number(us / 1000, "ms") : Number(us / 1e6, "s")
        : None;

    /// <summary>"just now", "12 s ago", "in 3 min". The page keeps it true (see app.js, which uses the same words).</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var seconds = Math.Round((now - at).TotalSeconds);
        var (ahead, length) = (seconds < 0, Math.Abs(seconds));
        if (length < 5)
            return "just now";
        var (number, unit) = length switch
        {
            < 60 => (length, "s"),
            < 3600 => (Math.Floor(length / 60), "min"),
            < 86_400 => (Math.Floor(length / 3600), "h"),
            _ => (Math.Floor(length / 86_400), "d"),
        };
        var text = number.ToString(CultureInfo.InvariantCulture) + ThinSpace + unit;
        return ahead ? "in " + text : text + " ago";
    }

    /// <summary>A date with its time, UTC: 2 Feb 2001, 06:00.</summary>
    public static string Instant(DateTimeOffset? at) => at is { } time
        ? time.UtcDateTime.ToString(time.Second == 0 ? "d MMM yyyy, HH:mm" : "d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture)
        : None;

    public static string Date(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture) : None;

    /// <summary>The first eight characters of a hash or an id.</summary>
    public static string Short(string id) => id.Length <= 8 ? id : id[..8];

    private static string Two(int large, string unit, int small, string smaller) => $"{large}{ThinSpace}{unit}" + (small == 0 ? "" : $" {small}{ThinSpace}{smaller}");

    private static string Digits(double value)
    {
        var size = Math.Abs(value);
        if (size == 0)
            return "0";
        if (size is >= 1e15 or < 1e-4)
            return Sign(value.ToString("0.00e+0", CultureInfo.InvariantCulture));
        if (size >= 1000)
            return Count((long)Math.Round(value));
        var whole = value == Math.Floor(value);
        var decimals = size >= 100 ? 0 : size >= 10 ? whole ? 0 : 1 : size >= 1 ? whole ? 0 : 2 : size >= 0.01 ? 3 : 2 - (int)Math.Ceiling(Math.Log10(size) + 1e-12);
        return Number(value, decimals);
    }

    private static string Sign(string text) => text.StartsWith('-') ? "−" + text[1..] : text;
}
