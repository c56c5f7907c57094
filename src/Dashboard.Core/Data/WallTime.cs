namespace Dashboard.Core.Data;

/// <summary>
/// Reads timestamps, by hand because every imported row and every prediction with a time passes here: ISO 8601 with T or a space, with or without
/// seconds and a fraction of up to seven digits; an offset or Z may follow a time and is dropped: the wall time counts.
/// </summary>
public static class WallTime
{
    private static ReadOnlySpan<int> Powers => [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

    /// <summary>Reads 2001-02-03, 2001-02-03T06:00, 2001-02-03 06:00:07, 2001-02-03T06:00:07.25+02:00.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTime wallTime)
    {
        wallTime = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        long ticks = 0;
        if (text.Length > 10 && (text[10] is not ('T' or ' ' or 't') || !TryTimeOfDay(text[11..], out ticks)))
            return false;
        wallTime = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).AddTicks(ticks);
        return true;
    }

    private static bool TryTimeOfDay(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute) || hour > 23 || minute > 59)
            return false;
        ticks = (hour * 60L + minute) * TimeSpan.TicksPerMinute;
        text = text[5..];
        if (text is [':', _, _, ..])
        {
            if (!TryDigits(text[1..3], out var second) || second > 59)
                return false;
            ticks += second * TimeSpan.TicksPerSecond;
            text = text[3..];
            if (text is ['.', ..])
            {
                var length = text[1..].IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length - 1;
                if (length is < 1 or > 7 || !TryDigits(text.Slice(1, length), out var fraction))
                    return false;
                ticks += (long)fraction * Powers[length];
                text = text[(length + 1)..];
            }
        }

        return IsOffset(text);
    }

    private static bool IsOffset(ReadOnlySpan<char> text) => text switch
    {
        [] or ['Z'] or ['z'] => true,
        ['+' or '-', var h1, var h2, ':', var m1, var m2] => IsOffset(h1, h2, m1, m2),
        ['+' or '-', var h1, var h2, var m1, var m2] => IsOffset(h1, h2, m1, m2),
        ['+' or '-', var h1, var h2] => IsOffset(h1, h2, '0', '0'),
        _ => false,
    };

    private static bool IsOffset(char h1, char h2, char m1, char m2) =>
        TryDigits([h1, h2], out var hours) && TryDigits([m1, m2], out var minutes) && minutes <= 59 && hours * 60 + minutes <= 14 * 60;

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }
}
