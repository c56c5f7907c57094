using System.Net.Sockets;
using System.Security.Authentication;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Hosting.Alerts.Mail;

/// <summary>A mail as it is kept between attempts.</summary>
public sealed record MailDraft(string Subject, string Text, string Thread);

/// <summary>Sends a mail over SMTP: a connection, a message, and the server's own words about it.</summary>
public sealed class MailSender(TrustedAuthorities authorities, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>One attempt. A receiver that the server refuses does not keep the others from theirs.</summary>
    public async Task<SendResult> SendAsync(MailSettings settings, string? password, string id, MailDraft mail, DateTimeOffset writtenAt, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return await SpeakAsync(settings, password, id, mail, writtenAt, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(false, $"{settings.Host}:{settings.Port} did not finish within {Patience.TotalSeconds:0} s.");
        }
        catch (SmtpRefusedException refused)
        {
            return new(false, refused.Message, refused.IsFinal);
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException)
        {
            return new(false, $"{settings.Host}:{settings.Port}: {fault.Message}");
        }
    }

    private async Task<SendResult> SpeakAsync(MailSettings settings, string? password, string id, MailDraft mail, DateTimeOffset writtenAt, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var host = settings.Host.Trim('[', ']');
        using var client = new TcpClient();
        await client.ConnectAsync(host, settings.Port, ct);
        await using var session = new SmtpSession(client.GetStream());
        if (settings.Security == MailSecurity.Tls)
            await session.EncryptAsync(host, authorities.Accepts, ct);
        await session.GreetAsync(ct);
        await session.HelloAsync(OwnName, ct);
        if (settings.Security == MailSecurity.StartTls)
        {
            await session.StartTlsAsync(host, authorities.Accepts, ct);
            await session.HelloAsync(OwnName, ct);
        }

        if (settings.User is { } user)
            await session.SignInAsync(user, password ?? "", ct);
        await session.FromAsync(settings.From, ct);
        var (taken, refused, isFinal) = (0, new List<string>(), true);
        foreach (var address in settings.To)
        {
            var reply = await session.ToAsync(address, ct);
            if (reply.Code is 250 or 251)
            {
                taken++;
                continue;
            }

            refused.Add($"{address}: {reply}");
            isFinal &= reply.Code >= 500;
        }

        var complaint = refused.Count > 0 ? $" Not taken: {string.Join("; ", refused)}." : "";
        if (taken == 0)
            return new(false, complaint.TrimStart(), isFinal);
        var answer = await session.DataAsync(MailText.Compose(settings.From, settings.To, mail.Subject, mail.Text, id, mail.Thread, writtenAt), ct);
        await LeaveAsync(session, ct);
        return new(true, $"{answer} (for {taken} of {settings.To.Count}, after {time.GetElapsedTime(started).TotalMilliseconds:0} ms).{complaint}");
    }

    private static async Task LeaveAsync(SmtpSession session, CancellationToken ct)
    {
        try
        {
            await session.QuitAsync(ct);
        }
        catch (IOException)
        {
            // The server has the message and hung up first: nothing is left to say.
        }
    }

    /// <summary>How the host calls itself: its name where that is one, otherwise the address literal that is always allowed.</summary>
    private static string OwnName => Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns ? Environment.MachineName : "[127.0.0.1]";
}
