using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Governance.Audit;

/// <summary>One entry of the audit log, as it is hashed.</summary>
/// <param name="Sequence">Its place in the chain, from 1 without gaps.</param>
/// <param name="At">To the microsecond; what is finer is not hashed.</param>
/// <param name="Via">By which door it was asked for: api, page or cli; null: unknown, or by the product itself.</param>
/// <param name="Address">The network address of who called.</param>
/// <param name="Page">The path of the page on which a person acted.</param>
/// <param name="Before">How what it changed was before, as JSON; null: not known, or there was nothing.</param>
/// <param name="After">How it is since, as JSON.</param>
/// <param name="IsImported">It was written before there was a chain, and chained afterwards: the chain vouches for it only since then.</param>
public sealed record AuditEntry(long Sequence, DateTimeOffset At, string Actor, string Action, string? Model, string? Subject, string Summary, string? Via, string? Address, string? Page, string? Before, string? After, bool IsImported)
{
    /// <summary>What the first entry follows: 32 zero bytes.</summary>
    public static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    /// <summary>
    /// The entry as JSON in UTF-8, one form only: all keys always there and in order, no white space, strings escaped as RFC 8785 says,
    /// <see cref="Before"/> and <see cref="After"/> as strings, so that their own text is what is hashed.
    /// </summary>
    public byte[] CanonicalBytes()
    {
        var json = new StringBuilder(256);
        Text(json.Append('{'), "action", Action);
        Text(json.Append(','), "actor", Actor);
        Text(json.Append(','), "address", Address);
        Text(json.Append(','), "after", After);
        Text(json.Append(','), "at", Instant(At));
        Text(json.Append(','), "before", Before);
        json.Append(",\"imported\":").Append(IsImported ? "true" : "false");
        Text(json.Append(','), "model", Model);
        Text(json.Append(','), "page", Page);
        json.Append(",\"sequence\":").Append(Sequence.ToString(CultureInfo.InvariantCulture));
        Text(json.Append(','), "subject", Subject);
        Text(json.Append(','), "summary", Summary);
        Text(json.Append(','), "via", Via);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <summary>SHA-256 of the hash before it and the canonical bytes.</summary>
    /// <param name="previous">32 bytes: the hash of the entry before, or <see cref="Genesis"/>.</param>
    /// <exception cref="ArgumentException">The hash before has another length.</exception>
    public byte[] Hash(ReadOnlySpan<byte> previous)
    {
        if (previous.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A hash has {SHA256.HashSizeInBytes} bytes, this one {previous.Length}.", nameof(previous));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(CanonicalBytes());
        return hash.GetHashAndReset();
    }

    /// <summary>A time as it stands in canonical JSON: UTC, six decimals.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Text that comes out of every store and encoding as it went in: without the zero character, which ends a text in some of them, and without halves of surrogate pairs.</summary>
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAny(Doubtful) < 0)
            return text;
        return string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
    }

    private static readonly SearchValues<char> Doubtful = SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    private static void Text(StringBuilder json, string name, string? value)
    {
        json.Append('"').Append(name).Append("\":");
        if (value is null)
        {
            json.Append("null");
            return;
        }

        json.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        json.Append('"');
    }
}
