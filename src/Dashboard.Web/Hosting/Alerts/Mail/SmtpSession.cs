using System.Net.Security;
using System.Text;

namespace Dashboard.Web.Hosting.Alerts.Mail;

/// <summary>A server's reply: its code, and its words for people.</summary>
internal readonly record struct SmtpReply(int Code, string Text)
{
    public override string ToString() => $"{Code} {Text}";
}

/// <summary>The server refused a step.</summary>
internal sealed class SmtpRefusedException(string step, SmtpReply reply) : Exception($"{step}: {reply}")
{
    /// <summary>4xx: it may take it later. 5xx: it will not.</summary>
    public bool IsFinal { get; } = reply.Code >= 500;
}

/// <summary>
/// One connection to a mail server (RFC 5321), command by command. System.Net.Mail hides what the server answers, knows no TLS from the first byte,
/// and names its ways of signing in in lower case, which some servers do not understand.
/// </summary>
internal sealed class SmtpSession(Stream stream) : IAsyncDisposable
{
    private const int MostLine = 1000;
    private const int MostLines = 100;

    private readonly byte[] buffer = new byte[1024];
    private Stream stream = stream;
    private int start;
    private int end;

    /// <summary>What the server offered last: STARTTLS, AUTH PLAIN LOGIN, …</summary>
    public IReadOnlyList<string> Extensions { get; private set; } = [];

    public async Task<SmtpReply> GreetAsync(CancellationToken ct) => Expect("Connecting", 220, await ReadAsync(ct));

    public async Task HelloAsync(string name, CancellationToken ct)
    {
        await WriteAsync($"EHLO {name}", ct);
        var lines = new List<string>();
        Expect("EHLO", 250, await ReadAsync(ct, lines));
        Extensions = lines;
    }

    public async Task StartTlsAsync(string host, RemoteCertificateValidationCallback accepts, CancellationToken ct)
    {
        if (!Extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
            throw new SmtpRefusedException("STARTTLS", new(502, "the server does not offer it; nothing was sent"));
        await CommandAsync("STARTTLS", "STARTTLS", 220, ct);
        // Whatever came in the clear after the answer is not the server's word.
        (start, end) = (0, 0);
        await EncryptAsync(host, accepts, ct);
    }

    public async Task EncryptAsync(string host, RemoteCertificateValidationCallback accepts, CancellationToken ct)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = accepts }, ct);
    }

    public async Task SignInAsync(string user, string password, CancellationToken ct)
    {
        var ways = Extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        if (ways.Contains("PLAIN"))
        {
            await CommandAsync("Signing in", $"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, ct);
        }
        else if (ways.Contains("LOGIN"))
        {
            await CommandAsync("Signing in", "AUTH LOGIN", 334, ct);
            await CommandAsync("Signing in", Base64(user), 334, ct);
            await CommandAsync("Signing in", Base64(password), 235, ct);
        }
        else
        {
            throw new SmtpRefusedException("Signing in", new(504, "the server offers neither PLAIN nor LOGIN"));
        }
    }

    public Task<SmtpReply> FromAsync(string address, CancellationToken ct) => CommandAsync("Sender", $"MAIL FROM:<{address}>", 250, ct);

    /// <summary>Names a receiver.</summary>
    /// <returns>What the server said: 250 or 251 where it takes it.</returns>
    public async Task<SmtpReply> ToAsync(string address, CancellationToken ct)
    {
        await WriteAsync($"RCPT TO:<{address}>", ct);
        return await ReadAsync(ct);
    }

    /// <param name="message">Lines that end with CR LF, none of which begins with a dot.</param>
    public async Task<SmtpReply> DataAsync(string message, CancellationToken ct)
    {
        await CommandAsync("DATA", "DATA", 354, ct);
        return await CommandAsync("The message", message + ".", 250, ct);
    }

    public Task QuitAsync(CancellationToken ct) => WriteAsync("QUIT", ct);

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static SmtpReply Expect(string step, int code, SmtpReply reply) => reply.Code == code ? reply : throw new SmtpRefusedException(step, reply);

    private async Task<SmtpReply> CommandAsync(string step, string command, int expected, CancellationToken ct)
    {
        await WriteAsync(command, ct);
        return Expect(step, expected, await ReadAsync(ct));
    }

    private async Task WriteAsync(string line, CancellationToken ct)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct);
        await stream.FlushAsync(ct);
    }

    /// <summary>Reads one reply, which may have several lines.</summary>
    private async Task<SmtpReply> ReadAsync(CancellationToken ct, List<string>? lines = null)
    {
        for (var i = 0; i < MostLines; i++)
        {
            var line = await LineAsync(ct);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), System.Globalization.NumberStyles.None, null, out var code))
                throw new IOException($"The server does not speak SMTP: “{Core.Error.Shorten(line)}”.");
            var text = line.Length > 4 ? line[4..] : "";
            lines?.Add(text);
            if (line.Length == 3 || line[3] != '-')
                return new(code, text);
        }

        throw new IOException($"The server's reply has more than {MostLines} lines.");
    }

    private async Task<string> LineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (line.Length < MostLine)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, ct));
                if (end == 0)
                    throw new IOException("The server closed the connection.");
            }

            var next = (char)buffer[start++];
            if (next == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(next is >= ' ' and <= '~' or '\r' ? next : '?');
        }

        throw new IOException($"The server's reply has a line of more than {MostLine} characters.");
    }
}
