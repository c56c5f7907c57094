using System.Globalization;
using System.Text;

namespace Dashboard.Web.Hosting.Alerts.Mail;

/// <summary>A message as it goes over the wire (RFC 5322, MIME): UTF-8, its body in base64, so that no line of it is too long or begins with a dot.</summary>
internal static class MailText
{
    private const int LineLength = 76;

    /// <summary>Bytes of UTF-8 in one encoded word: with the header's name before it the line has at most 76 characters (RFC 2047).</summary>
    private const int WordBytes = 36;

    /// <param name="id">The left part of the Message-ID: the same on each attempt, so that a mailbox can drop the second.</param>
    /// <param name="thread">Messages with the same one are shown as a conversation.</param>
    public static string Compose(string from, IReadOnlyList<string> to, string subject, string text, string id, string thread, DateTimeOffset at)
    {
        var domain = from[(from.LastIndexOf('@') + 1)..];
        var headers = new StringBuilder();
        void Header(string name, string value) => headers.Append(name).Append(": ").Append(value).Append("\r\n");
        Header("From", $"<{from}>");
        Header("To", string.Join(",\r\n ", to.Select(address => $"<{address}>")));
        Header("Subject", Encode(subject));
        Header("Date", at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("Message-ID", $"<{id}@{domain}>");
        Header("References", $"<{thread}@{domain}>");
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        headers.Append("\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        for (var i = 0; i < body.Length; i += LineLength)
            headers.Append(body, i, Math.Min(LineLength, body.Length - i)).Append("\r\n");
        return headers.ToString();
    }

    /// <summary>A header's text: as it is where it is short ASCII, otherwise as encoded words.</summary>
    internal static string Encode(string text)
    {
        if (text.Length <= 60 && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal))
            return text;
        var words = new List<string>();
        var word = new List<byte>();
        var bytes = new byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = (Rune.IsControl(rune) ? new Rune(' ') : rune).EncodeToUtf8(bytes);
            if (word.Count + length > WordBytes)
            {
                words.Add($"=?utf-8?B?{Convert.ToBase64String(word.ToArray())}?=");
                word.Clear();
            }

            word.AddRange(bytes.AsSpan(0, length));
        }

        words.Add($"=?utf-8?B?{Convert.ToBase64String(word.ToArray())}?=");
        return string.Join("\r\n ", words);
    }
}
