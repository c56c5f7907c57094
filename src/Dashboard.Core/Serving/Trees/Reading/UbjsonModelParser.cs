using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Dashboard.Core.Serving.Trees.Reading;

/// <summary>Reads Universal Binary JSON (ubjson.org, draft 12), the form in which XGBoost writes .ubj files. A declared length is never believed before the bytes are there.</summary>
internal ref struct UbjsonModelParser
{
    private readonly ReadOnlySpan<byte> content;
    private int at;

    private UbjsonModelParser(ReadOnlySpan<byte> content) => this.content = content;

    public static ModelValue Parse(ReadOnlySpan<byte> content)
    {
        var parser = new UbjsonModelParser(content);
        var value = parser.Value(parser.Marker(), 0);
        return parser.at == content.Length ? value : throw parser.Unexpected("the end of the file");
    }

    private ModelValue Value(byte marker, int depth)
    {
        if (depth > JsonModelParser.MaxDepth)
            throw new MalformedModelException("model", $"nested deeper than {JsonModelParser.MaxDepth}", "an XGBoost model");
        return marker switch
        {
            (byte)'Z' => ModelValue.Null,
            (byte)'T' => ModelValue.OfBoolean(true),
            (byte)'F' => ModelValue.OfBoolean(false),
            (byte)'S' => ModelValue.OfText(Text()),
            (byte)'C' => ModelValue.OfText(((char)Take(1)[0]).ToString()),
            (byte)'H' => ModelValue.OfNumber(double.TryParse(Text(), CultureInfo.InvariantCulture, out var number) ? number : throw Unexpected("a number")),
            (byte)'[' => Items(depth),
            (byte)'{' => Members(depth),
            _ => ModelValue.OfNumber(Number(marker)),
        };
    }

    private ModelValue Items(int depth)
    {
        var (type, count) = Container();
        if (type is { } itemType && Width(itemType) is var width and > 0)
            return Numbers(itemType, width, count!.Value);
        var items = new List<ModelValue>();
        while (count is { } total ? items.Count < total : Peek() != ']')
            items.Add(Value(type ?? Marker(), depth + 1));
        if (count is null)
            at++;
        return ModelValue.OfItems(items);
    }

    private ModelValue Numbers(byte type, int width, long count)
    {
        if (count > (content.Length - at) / width)
            throw Unexpected($"{count} numbers of {width} bytes");
        var numbers = new double[count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Number(type);
        return ModelValue.OfNumbers(numbers);
    }

    private ModelValue Members(int depth)
    {
        var (type, count) = Container();
        var members = new Dictionary<string, ModelValue>(StringComparer.Ordinal);
        for (var read = 0L; count is { } total ? read < total : Peek() != '}'; read++)
        {
            var name = Text();
            members[name] = Value(type ?? Marker(), depth + 1);
        }

        if (count is null)
            at++;
        return ModelValue.OfMembers(members);
    }

    /// <summary>The optional item type and count that follow '[' or '{'.</summary>
    private (byte? Type, long? Count) Container()
    {
        byte? type = null;
        if (Peek() == '$')
        {
            at++;
            type = Take(1)[0];
            if (Peek() != '#')
                throw Unexpected("'#' and a count");
        }

        if (Peek() != '#')
            return (null, null);
        at++;
        var count = Length();

        // Items without a payload ('Z', 'T', 'F') would let a few bytes stand for any number of them.
        if (type is (byte)'Z' or (byte)'T' or (byte)'F' or (byte)'N' || count > content.Length - at)
            throw Unexpected($"the {count} items that are declared");
        return (type, count);
    }

    private string Text() => Encoding.UTF8.GetString(Take(Length()));

    private long Length()
    {
        var length = Number(Marker());
        return length is >= 0 and <= int.MaxValue ? (long)length : throw Unexpected("a length of zero or more");
    }

    private double Number(byte type)
    {
        var bytes = Take(Width(type) is var width and > 0 ? width : throw Unexpected("a value"));
        return type switch
        {
            (byte)'i' => (sbyte)bytes[0],
            (byte)'U' => bytes[0],
            (byte)'I' => BinaryPrimitives.ReadInt16BigEndian(bytes),
            (byte)'l' => BinaryPrimitives.ReadInt32BigEndian(bytes),
            (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(bytes),
            (byte)'d' => BinaryPrimitives.ReadSingleBigEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        };
    }

    private static int Width(byte type) => type switch
    {
        (byte)'i' or (byte)'U' => 1,
        (byte)'I' => 2,
        (byte)'l' or (byte)'d' => 4,
        (byte)'L' or (byte)'D' => 8,
        _ => 0,
    };

    private byte Marker()
    {
        while (Peek() == 'N')
            at++;
        return content[at++];
    }

    private readonly byte Peek() => at < content.Length ? content[at] : throw Unexpected("more: the file is cut short");

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > content.Length - at)
            throw Unexpected($"{count} bytes more: the file is cut short");
        var taken = content.Slice(at, (int)count);
        at += (int)count;
        return taken;
    }

    private readonly MalformedModelException Unexpected(string wanted) =>
        new("model", at < content.Length ? $"0x{content[at]:x2} at byte {at}" : $"the end at byte {at}", wanted);
}
