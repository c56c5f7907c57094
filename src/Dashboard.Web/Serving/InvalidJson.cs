using System.Text.Json;
using Dashboard.Core;

namespace Dashboard.Web.Serving;

/// <summary>A body that is not JSON, with the place where it stops being it.</summary>
internal sealed record InvalidJson(string Reason) : Error(ErrorKind.Invalid, $"The body is not valid JSON: {Reason}.")
{
    public static InvalidJson At(ReadOnlySpan<byte> body, JsonException exception)
    {
        var line = exception.LineNumber ?? 0;
        var position = exception.BytePositionInLine ?? 0;
        var place = $"line {line + 1}, byte {position + 1}";
        var rest = body;
        for (var i = 0L; i < line; i++)
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        rest = rest[(int)Math.Min(position, rest.Length)..];
        if (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8) || rest.StartsWith("nan"u8))
            return new($"{System.Text.Encoding.ASCII.GetString(rest[..3])}… at {place}; expected a number, or null where the value is missing");
        var reason = exception.Message;
        var end = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return new($"{(end < 0 ? reason : reason[..end]).TrimEnd('.')} ({place})");
    }
}
