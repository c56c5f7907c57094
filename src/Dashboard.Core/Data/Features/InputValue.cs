namespace Dashboard.Core.Data.Features;

public enum InputKind : byte { Missing, Number, Boolean, Code, Text, Timestamp }

/// <summary>One raw input value, parsed. A known category is its code; a category that the model has not seen keeps its text.</summary>
public readonly record struct InputValue
{
    private InputValue(InputKind kind, double number, string? text) => (Kind, Number, Text) = (kind, number, text);

    public InputKind Kind { get; }

    /// <summary>The number; 0 or 1 for a boolean; the code of a known category; for a timestamp the bits of its ticks (see <see cref="AsTimestamp"/>).</summary>
    public double Number { get; }

    /// <summary>The text of an unknown category.</summary>
    public string? Text { get; }

    public static InputValue Missing => default;

    public static InputValue OfNumber(double value) => double.IsNaN(value) ? default : new(InputKind.Number, value, null);

    public static InputValue OfBoolean(bool value) => new(InputKind.Boolean, value ? 1 : 0, null);

    public static InputValue OfCode(int code) => new(InputKind.Code, code, null);

    public static InputValue OfUnknownCategory(string text) => new(InputKind.Text, 0, text);

    /// <summary>A wall time; its offset, if one was sent, has been dropped: "2001-02-03T06:00" is six o'clock where the event happened.</summary>
    public static InputValue OfTimestamp(DateTime wallTime) => new(InputKind.Timestamp, BitConverter.Int64BitsToDouble(wallTime.Ticks), null);

    public DateTime AsTimestamp() => new(BitConverter.DoubleToInt64Bits(Number));
}
