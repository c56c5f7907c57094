using System.Collections.Frozen;
using System.Text;

namespace Dashboard.Core.Data.Features;

/// <summary>Turns raw input values into the model's feature vector. Immutable and safe for any number of threads; allocates only for categories it does not know.</summary>
public sealed class FeatureEncoder
{
    /// <summary>A NaN with a payload: the model sees "missing", the profile can tell that the category was there but new.</summary>
    public static readonly float UnknownCategory = BitConverter.UInt32BitsToSingle(0x7FC0_0001);

    private readonly FrozenDictionary<string, int>[] codes;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>[] lookups;
    private readonly int[] offsets;

    public FeatureEncoder(Preprocessing preprocessing)
    {
        Preprocessing = preprocessing;
        Width = preprocessing.Features.Count;
        codes = [.. preprocessing.Inputs.Select(input => input.Categories.Select((value, code) => KeyValuePair.Create(value, code)).ToFrozenDictionary(StringComparer.Ordinal))];
        lookups = [.. codes.Select(dictionary => dictionary.GetAlternateLookup<ReadOnlySpan<char>>())];
        offsets = new int[preprocessing.Inputs.Count];
        for (var i = Width - 1; i >= 0; i--)
            offsets[preprocessing.Features[i].Input] = i;
    }

    public Preprocessing Preprocessing { get; }

    /// <summary>The number of encoded features.</summary>
    public int Width { get; }

    public static bool IsUnknownCategory(float encoded) => BitConverter.SingleToUInt32Bits(encoded) == 0x7FC0_0001;

    /// <summary>The value of a category input for a text, known or not.</summary>
    public InputValue Category(int input, ReadOnlySpan<char> text) =>
        lookups[input].TryGetValue(text, out var code) ? InputValue.OfCode(code) : InputValue.OfUnknownCategory(text.ToString());

    /// <summary>As <see cref="Category(int, ReadOnlySpan{char})"/>, from UTF-8.</summary>
    public InputValue Category(int input, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > 256)
            return Category(input, Encoding.UTF8.GetString(utf8));
        Span<char> text = stackalloc char[256];
        return Category(input, text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    /// <summary>Reads a timestamp: ISO 8601 with or without seconds, an optional offset or Z that is dropped (the wall time counts).</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out DateTime wallTime) => WallTime.TryParse(text, out wallTime);

    /// <summary>Encodes one row.</summary>
    /// <param name="inputs">One value for each raw input, in the signature's order.</param>
    /// <param name="row">Receives <see cref="Width"/> features.</param>
    public void Encode(ReadOnlySpan<InputValue> inputs, Span<float> row)
    {
        for (var i = 0; i < offsets.Length; i++)
        {
            ref readonly var value = ref inputs[i];
            var at = offsets[i];
            if (Preprocessing.Inputs[i] is { Type: InputType.Timestamp, Parts: var parts })
            {
                EncodeTimestamp(value, parts, row[at..]);
                continue;
            }

            row[at] = value.Kind switch
            {
                InputKind.Missing => float.NaN,
                InputKind.Text => UnknownCategory,
                _ => (float)value.Number,
            };
        }
    }

    private static void EncodeTimestamp(in InputValue value, TimestampParts parts, Span<float> row)
    {
        var known = value.Kind == InputKind.Timestamp;
        var time = known ? value.AsTimestamp() : default;
        var at = 0;
        if ((parts & TimestampParts.Hour) != TimestampParts.None)
            row[at++] = known ? time.Hour : float.NaN;
        if ((parts & TimestampParts.Weekday) != TimestampParts.None)
            row[at++] = known ? ((int)time.DayOfWeek + 6) % 7 : float.NaN;
        if ((parts & TimestampParts.Month) != TimestampParts.None)
            row[at] = known ? time.Month : float.NaN;
    }
}
