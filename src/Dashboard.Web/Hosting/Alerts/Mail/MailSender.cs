using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Dashboard.Storage.Monitoring.Alerts;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dashboard.Web.Hosting.Alerts.Mail;

/// <summary>Sends a mail over SMTP: a connection, a message, and the server's own words about it.</summary>
public sealed partial class MailSender(TrustedAuthorities authorities, TimeProvider time)
{
    private const int MostShown = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>One attempt. A receiver that the server refuses does not keep the others from theirs.</summary>
    public async Task<SendResult> SendAsync(MailSettings settings, string? password, string id, MailDraft mail, DateTimeOffset writtenAt, CancellationToken ct)
    {
        var server = $"{settings.Host}:{settings.Port}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        // Lists of revoked certificates are not fetched: a host behind a firewall often cannot, and webhooks do not either.
        using var client = new Client { ServerCertificateValidationCallback = authorities.Accepts, CheckCertificateRevocation = false };
        try
        {
            return await SpeakAsync(client, settings, password, mail.Compose(settings.From, settings.To, id, writtenAt), patience.Token);
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            // A handshake that is broken off ends with an exception of its own.
            ct.ThrowIfCancellationRequested();
            return new(false, $"{server} did not finish within {Patience.TotalSeconds:0} s.");
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode == SmtpErrorCode.MessageNotAccepted && client is { Taken: 0, Refused.Count: > 0 })
        {
            return new(false, client.Complaint, client.Refused.TrueForAll(receiver => IsFinal(receiver.Reply.StatusCode)));
        }
        catch (SmtpCommandException refused)
        {
            return new(false, $"{refused.Mailbox?.Address ?? server}: {(int)refused.StatusCode} {Line(refused.Message)}", IsFinal(refused.StatusCode));
        }
        catch (AuthenticationException refused)
        {
            return new(false, $"Signing in: {Line(refused.Message)}", refused.InnerException is not SmtpCommandException { StatusCode: var code } || IsFinal(code));
        }
        catch (Exception fault) when (fault is NotSupportedException or ServiceNotAuthenticatedException or ParseException)
        {
            return new(false, $"{server}: {Line(fault.Message)}", IsFinal: true);
        }
        catch (Exception fault) when (fault is SocketException or IOException or ProtocolException or ServiceNotConnectedException or SslHandshakeException)
        {
            // Without a certificate MailKit can only list what may be wrong; the exception within says what is.
            var reason = fault is SslHandshakeException { ServerCertificate: null, InnerException: { } inner } ? inner : fault;
            return new(false, $"{server}: {Line(reason.Message)}");
        }
    }

    private async Task<SendResult> SpeakAsync(Client client, MailSettings settings, string? password, MimeMessage message, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var security = settings.Security switch
        {
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        await client.ConnectAsync(settings.Host.Trim('[', ']'), settings.Port, security, ct);
        if (settings.User is { } user)
        {
            // Both say the same. A wrong password should count once, not twice, with a server that locks accounts.
            if (client.AuthenticationMechanisms.Contains("PLAIN"))
                client.AuthenticationMechanisms.Remove("LOGIN");
            await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(user, password ?? ""), ct);
        }

        var answer = await client.SendAsync(message, ct);
        var took = time.GetElapsedTime(started);
        await client.DisconnectAsync(quit: true, ct);
        return new(true, $"{Line(answer)} (for {client.Taken} of {settings.To.Count}, after {took.TotalMilliseconds:0} ms). {client.Complaint}".TrimEnd());
    }

    /// <summary>4xx: the server may take it later. 5xx: it will not.</summary>
    private static bool IsFinal(SmtpStatusCode code) => (int)code >= 500;

    /// <summary>A server's words in one line without control characters, since they are shown and logged.</summary>
    private static string Line(string words)
    {
        var line = Blank().Replace(words, " ").Trim();
        return line.Length <= MostShown ? line : string.Concat(line.AsSpan(0, MostShown - 1), "…");
    }

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.None, 1000)]
    private static partial Regex Blank();

    /// <summary>Notes the receivers that the server refuses and goes on with the others.</summary>
    private sealed class Client : SmtpClient
    {
        public int Taken { get; private set; }

        public List<(string Address, SmtpResponse Reply)> Refused { get; } = [];

        public string Complaint => Refused.Count > 0 ? $"Not taken: {string.Join("; ", Refused.Select(receiver => $"{receiver.Address}: {(int)receiver.Reply.StatusCode} {Line(receiver.Reply.Response)}"))}." : "";

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Taken++;

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Refused.Add((mailbox.Address, response));
    }
}
