using System.Collections.Frozen;
using System.Globalization;

namespace Dashboard.Core.Data.Import;

/// <summary>The spellings of one column's booleans. Two letters or words that belong together; a column keeps to one pair.</summary>
internal enum BooleanPair { None, TrueFalse, YesNo, TF, YN }

/// <summary>Reads single cells. Cells come trimmed.</summary>
internal sealed class CellParser(IEnumerable<string> missingValues)
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> missing =
        missingValues.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public bool IsMissing(ReadOnlySpan<char> cell) => cell.IsEmpty || missing.Contains(cell);

    /// <summary>A finite number. No thousands separators; the decimal sign is a point, or a comma where the column uses one.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, bool decimalComma, out double value)
    {
        value = 0;
        if (cell.IsEmpty || cell.Length > 64 || !(char.IsAsciiDigit(cell[0]) || cell[0] is '-' or '+' or '.' or ','))
            return false;
        if (decimalComma && cell.Contains(','))
        {
            Span<char> point = stackalloc char[cell.Length];
            if (cell.Contains('.'))
                return false;
            cell.Replace(point, ',', '.');
            return TryNumber(point, decimalComma: false, out value);
        }

        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Whether the text is a whole number that a double cannot hold: an id, not a quantity.</summary>
    public static bool IsLossyInteger(ReadOnlySpan<char> cell) =>
        cell.Length > 15 && cell.TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0
        && decimal.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exact)
        && (Math.Abs(exact) > 1e18m || (decimal)(long)exact != exact || (long)(double)(long)exact != (long)exact);

    public static bool TryBoolean(ReadOnlySpan<char> cell, out bool value, out BooleanPair pair)
    {
        (value, pair) = cell.Length switch
        {
            1 => (cell[0] | 0x20) switch
            {
                't' => (true, BooleanPair.TF),
                'f' => (false, BooleanPair.TF),
                'y' => (true, BooleanPair.YN),
                'n' => (false, BooleanPair.YN),
                _ => default,
            },
            2 when cell.Equals("no", StringComparison.OrdinalIgnoreCase) => (false, BooleanPair.YesNo),
            3 when cell.Equals("yes", StringComparison.OrdinalIgnoreCase) => (true, BooleanPair.YesNo),
            4 when cell.Equals("true", StringComparison.OrdinalIgnoreCase) => (true, BooleanPair.TrueFalse),
            5 when cell.Equals("false", StringComparison.OrdinalIgnoreCase) => (false, BooleanPair.TrueFalse),
            _ => default,
        };
        return pair != BooleanPair.None;
    }
}
