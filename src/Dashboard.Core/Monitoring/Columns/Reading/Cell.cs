using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>What a cell is by itself. What its column takes it for is decided over all of them.</summary>
/// <remarks>An id is a whole number that a double cannot hold.</remarks>
internal enum CellKind { Number, CommaNumber, Id, Boolean, Timestamp, Text }

/// <summary>One cell of a row, classified as the import of datasets does it, and infinities beside it: numbers with a point, numbers with a comma, booleans, timestamps, text. Valid until the row is left.</summary>
internal readonly ref struct Cell
{
    /// <summary>Spellings of infinity, as pandas, R, Java and JSON writers have them, without their sign.</summary>
    private static readonly string[] Infinities = ["inf", "infinity", "∞"];

    private Cell(CellKind kind, double number, ReadOnlySpan<char> text, bool truth = false, BooleanPair pair = BooleanPair.None)
    {
        (Kind, Number, Truth, Pair) = (kind, number, truth, pair);
        Text = text;
    }

    public CellKind Kind { get; }

    /// <summary>The number, or Unix seconds of a timestamp; infinities are possible.</summary>
    public double Number { get; }

    /// <summary>The cell as it stands, trimmed.</summary>
    public ReadOnlySpan<char> Text { get; }

    public bool Truth { get; }

    public BooleanPair Pair { get; }

    /// <param name="text">Trimmed, not missing.</param>
    public static Cell Of(ReadOnlySpan<char> text)
    {
        if (CellParser.TryNumber(text, decimalComma: false, out var number) || TryInfinity(text, out number))
            return OfNumber(number, text);
        return CellParser.TryNumber(text, decimalComma: true, out number) ? new(CellKind.CommaNumber, number, text) : OfText(text);
    }

    /// <summary>A text that is no number whatever it looks like, as a string in JSON.</summary>
    public static Cell OfText(ReadOnlySpan<char> text)
    {
        if (CellParser.TryBoolean(text, out var truth, out var pair))
            return new(CellKind.Boolean, double.NaN, text, truth, pair);
        return WallTime.TryParse(text, out var time) ? new(CellKind.Timestamp, UnixSeconds.Of(time), text) : new(CellKind.Text, double.NaN, text);
    }

    /// <param name="text">How it is written; whole numbers that a double cannot hold are told by it.</param>
    public static Cell OfNumber(double number, ReadOnlySpan<char> text) => new(CellParser.IsLossyInteger(text) ? CellKind.Id : CellKind.Number, number + 0.0, text);

    public static Cell OfTruth(bool truth) => new(CellKind.Boolean, double.NaN, truth ? "true" : "false", truth, BooleanPair.TrueFalse);

    /// <summary>Adds the cell to what is known of its column.</summary>
    public void AddTo(TypeEvidence evidence)
    {
        switch (Kind)
        {
            case CellKind.Number or CellKind.Id:
                evidence.AddPoint(Text);
                break;
            case CellKind.CommaNumber:
                evidence.AddComma(Text);
                break;
            case CellKind.Boolean:
                evidence.AddBoolean(Text, Truth, Pair);
                break;
            case CellKind.Timestamp:
                evidence.AddTime(Text);
                break;
            case CellKind.Text:
                evidence.AddText(Text);
                break;
        }
    }

    /// <summary>Infinity by name, and numbers beyond the largest double.</summary>
    private static bool TryInfinity(ReadOnlySpan<char> text, out double value)
    {
        value = double.PositiveInfinity;
        var name = text;
        if (name is ['+' or '-', ..])
        {
            value = name[0] == '-' ? double.NegativeInfinity : value;
            name = name[1..];
        }

        foreach (var infinity in Infinities)
            if (name.Equals(infinity, StringComparison.OrdinalIgnoreCase))
                return true;
        return name is [>= '0' and <= '9', ..] && name.Length <= 64 && double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value) && double.IsInfinity(value);
    }
}
