using System.Text;
using MimeKit;

namespace Dashboard.Web.Hosting.Alerts.Mail;

/// <summary>A mail as it is kept between attempts.</summary>
/// <param name="Thread">Mails with the same one are shown as a conversation.</param>
public sealed record MailDraft(string Subject, string Text, string Thread)
{
    /// <summary>MimeKit takes ä for one byte when it measures a line: with this width the lines of encoded words seldom have more than the 78 characters that are recommended.</summary>
    private const int SubjectWidth = 60;

    /// <param name="id">The left part of the Message-ID: the same on each attempt, so that a mailbox can drop the second.</param>
    /// <exception cref="ParseException">An address is none.</exception>
    internal MimeMessage Compose(string from, IEnumerable<string> to, string id, DateTimeOffset at)
    {
        var domain = from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var message = new MimeMessage { Date = at, MessageId = $"{id}@{domain}", Body = new TextPart("plain") { Text = Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable } };
        message.From.Add(new MailboxAddress("", from));
        message.To.AddRange(to.Select(address => new MailboxAddress("", address)));
        message.References.Add($"{Thread}@{domain}");
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Replace(SubjectOf(Subject));
        return message;
    }

    private static Header SubjectOf(string text)
    {
        var lines = FormatOptions.Default.Clone();
        lines.MaxLineLength = SubjectWidth;
        var header = new Header(HeaderId.Subject, "");
        // What reads as an encoded word would be shown decoded: a space without width keeps the two characters apart.
        header.SetValue(lines, Encoding.UTF8, text.Replace("=?", "=\u200B?", StringComparison.Ordinal));
        return header;
    }
}
