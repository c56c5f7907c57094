using System.Net.Mail;
using Dashboard.Core;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>Not at all: for a relay on the same machine.</summary>
    None,

    /// <summary>Plain at first, then STARTTLS; without it nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte, usually on port 465.</summary>
    Tls,
}

/// <summary>What may be shown of where a channel goes.</summary>
/// <param name="Address">A webhook's URL; of a Slack webhook the host alone, since the rest of its address is its secret.</param>
public sealed record ChannelSettings(string? Address, MailSettings? Mail);

/// <summary>A mail server, and who writes to whom.</summary>
/// <param name="User">Null: without signing in. The password is the channel's secret.</param>
public sealed record MailSettings(string Host, int Port, MailSecurity Security, string? User, string From, IReadOnlyList<string> To)
{
    public const int MostReceivers = 50;

    internal Error? Check()
    {
        if (string.IsNullOrWhiteSpace(Host) || Uri.CheckHostName(Host.Trim('[', ']')) == UriHostNameType.Unknown)
            return InvalidValue.Of("mail.host", Host, "the name or address of a mail server");
        if (Port is < 1 or > 65535)
            return InvalidValue.Of("mail.port", $"{Port}", "1 to 65535; 587 is usual for STARTTLS, 465 for TLS, 25 for a relay");
        if (User is { } user && (user.Length is 0 or > 200 || user.Any(char.IsControl)))
            return InvalidValue.Of("mail.user", user, "text of 1 to 200 characters, or nothing");
        if (User is not null && Security == MailSecurity.None)
            return InvalidValue.Of("mail.security", Security.ToString(), "startTls or tls: a password is not sent in the clear");
        if (!IsAddress(From))
            return InvalidValue.Of("mail.from", From, "a mail address, such as alerts@example.org");
        if (To is not { Count: > 0 and <= MostReceivers })
            return InvalidValue.Of("mail.to", $"{To?.Count ?? 0} addresses", $"1 to {MostReceivers} mail addresses");
        return To.FirstOrDefault(address => !IsAddress(address)) is { } wrong ? InvalidValue.Of("mail.to", wrong, "mail addresses, such as team@example.org") : null;
    }

    /// <summary>A bare address in ASCII without spaces or line breaks: nothing that could end a command of the mail protocol.</summary>
    private static bool IsAddress(string? text) =>
        text is { Length: > 2 and <= 254 } && text.All(c => c is > ' ' and < (char)127 and not ('<' or '>' or '"' or ',' or ';')) && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;
}
