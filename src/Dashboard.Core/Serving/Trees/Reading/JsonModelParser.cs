using System.Buffers.Text;
using System.Text;

namespace Dashboard.Core.Serving.Trees.Reading;

/// <summary>Reads JSON as XGBoost writes it: with bare NaN, Infinity and -Infinity, which the platform's own reader refuses (a categorical split has NaN for its condition).</summary>
internal ref struct JsonModelParser
{
    /// <summary>A model nests about ten deep; more is no model.</summary>
    internal const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> json;
    private int at;

    private JsonModelParser(ReadOnlySpan<byte> json) => this.json = json;

    public static ModelValue Parse(ReadOnlySpan<byte> json)
    {
        var parser = new JsonModelParser(json);
        var value = parser.Value(0);
        parser.SkipSpace();
        return parser.at == json.Length ? value : throw parser.Unexpected("the end of the file");
    }

    private ModelValue Value(int depth)
    {
        if (depth > MaxDepth)
            throw new MalformedModelException("model", $"nested deeper than {MaxDepth}", "an XGBoost model");
        SkipSpace();
        switch (Peek())
        {
            case (byte)'{':
                return Members(depth);
            case (byte)'[':
                return Items(depth);
            case (byte)'"':
                return ModelValue.OfText(Text());
            case (byte)'t' when Take("true"u8):
                return ModelValue.OfBoolean(true);
            case (byte)'f' when Take("false"u8):
                return ModelValue.OfBoolean(false);
            case (byte)'n' when Take("null"u8):
                return ModelValue.Null;
            default:
                return ModelValue.OfNumber(Number());
        }
    }

    private ModelValue Members(int depth)
    {
        at++;
        var members = new Dictionary<string, ModelValue>(StringComparer.Ordinal);
        for (SkipSpace(); Peek() != '}'; SkipSpace())
        {
            if (members.Count > 0)
                Expect(',');
            SkipSpace();
            if (Peek() != '"')
                throw Unexpected("a member's name in quotes");
            var name = Text();
            SkipSpace();
            Expect(':');
            members[name] = Value(depth + 1);
        }

        at++;
        return ModelValue.OfMembers(members);
    }

    private ModelValue Items(int depth)
    {
        at++;
        SkipSpace();
        var numbers = new List<double>();
        while (Peek() is (byte)'-' or (byte)'N' or (byte)'I' or (>= (byte)'0' and <= (byte)'9'))
        {
            numbers.Add(Number());
            Separate();
        }

        if (Peek() == ']')
        {
            at++;
            return ModelValue.OfNumbers([.. numbers]);
        }

        var items = numbers.ConvertAll(ModelValue.OfNumber);
        while (Peek() != ']')
        {
            items.Add(Value(depth + 1));
            Separate();
        }

        at++;
        return ModelValue.OfItems(items);
    }

    /// <summary>Steps over the comma behind an item and stops before the next one, or stops at the end of the array.</summary>
    private void Separate()
    {
        SkipSpace();
        if (Peek() == ']')
            return;
        Expect(',');
        SkipSpace();
        if (Peek() == ']')
            throw Unexpected("a value");
    }

    private double Number()
    {
        if (Take("NaN"u8))
            return double.NaN;
        if (Take("Infinity"u8))
            return double.PositiveInfinity;
        if (Take("-Infinity"u8))
            return double.NegativeInfinity;
        if (!Utf8Parser.TryParse(json[at..], out double number, out var length))
            throw Unexpected("a value");
        at += length;
        return number;
    }

    private string Text()
    {
        var start = ++at;
        var escaped = false;
        for (; Peek() != '"'; at++)
        {
            if (json[at] == '\\')
            {
                escaped = true;
                at++;
            }
        }

        var raw = json[start..at++];
        return escaped ? Unescape(raw) : Encoding.UTF8.GetString(raw);
    }

    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.UTF8.GetString(raw);
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'n': plain.Append('\n'); break;
                case 't': plain.Append('\t'); break;
                case 'r': plain.Append('\r'); break;
                case 'b': plain.Append('\b'); break;
                case 'f': plain.Append('\f'); break;
                case 'u' when i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit):
                    plain.Append((char)unit);
                    i += 4;
                    break;
                case var other: plain.Append(other); break;
            }
        }

        return plain.ToString();
    }

    private bool Take(ReadOnlySpan<byte> word)
    {
        if (!json[at..].StartsWith(word))
            return false;
        at += word.Length;
        return true;
    }

    private void Expect(char symbol)
    {
        if (Peek() != symbol)
            throw Unexpected($"'{symbol}'");
        at++;
    }

    private void SkipSpace()
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
    }

    private readonly byte Peek() => at < json.Length ? json[at] : throw Unexpected("more: the file is cut short");

    private readonly MalformedModelException Unexpected(string wanted) =>
        new("model", at < json.Length ? $"'{(json[at] is > 32 and < 127 ? (char)json[at] : '?')}' at byte {at}" : $"the end at byte {at}", wanted);
}
