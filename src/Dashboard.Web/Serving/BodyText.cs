using System.Buffers.Text;
using System.Text.Unicode;

namespace Dashboard.Web.Serving;

/// <summary>Checks a body's bytes before they are read as JSON, so that every text in it can be taken as it is.</summary>
internal static class BodyText
{
    /// <summary>Null when the body is UTF-8 and each escape in it names a whole character: JSON's grammar asks for neither.</summary>
    public static InvalidJson? Check(ReadOnlySpan<byte> body) =>
        !Utf8.IsValid(body) ? new InvalidJson("not UTF-8")
        : FindHalfCharacter(body) is { } at ? new InvalidJson($"the escape at byte {at + 1} is half a character")
        : null;

    private static int? FindHalfCharacter(ReadOnlySpan<byte> body)
    {
        var from = 0;
        while (body[from..].IndexOf((byte)'\\') is var offset and >= 0)
        {
            var at = from + offset;
            from = Math.Min(at + 2, body.Length);
            if (CodeUnit(body[at..]) is not { } unit || !char.IsSurrogate(unit))
                continue;
            from = at + 6;
            if (char.IsLowSurrogate(unit) || CodeUnit(body[from..]) is not { } low || !char.IsLowSurrogate(low))
                return at;
            from += 6;
        }

        return null;
    }

    /// <summary>The code unit of a \uXXXX escape at the start, if there is one.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> escape) =>
        escape.StartsWith("\\u"u8) && escape.Length >= 6 && Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out var used, 'x') && used == 4 ? (char)unit : null;
}
