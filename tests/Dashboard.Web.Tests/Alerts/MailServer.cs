using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>A message as the mail server took it, decoded by Python's own parser.</summary>
internal sealed record ReceivedMail(string From, string[] To, string Subject, string Text, string Id, string HeaderTo, string References, bool Secure, bool SignedIn, int Defects, int Longest);

/// <summary>A real mail server from Debian (python3-aiosmtpd) as a process of its own on a free loopback port.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<ReceivedMail> received = new();
    private readonly string folder;
    private Task? listening;

    private MailServer(Process process, int port, string folder) => (this.process, Port, this.folder) = (process, port, folder);

    public int Port { get; }

    /// <exception cref="AggregateException">What the server printed could not be read.</exception>
    public IReadOnlyCollection<ReceivedMail> Received => listening is { IsFaulted: true, Exception: { } fault } ? throw fault : received;

    /// <summary>The certificate of the server, to be trusted by settings.</summary>
    public string CertificateFile => Path.Combine(folder, "cert.pem");

    public static async Task<MailServer> StartAsync(bool tls = false, bool isImplicit = false, (string Name, string Password)? user = null)
    {
        var place = Directory.CreateTempSubdirectory("mail-").FullName;
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Alerts", "mail_server.py"));
        if (tls)
        {
            WriteCertificate(place);
            foreach (var argument in (string[])["--tls", Path.Combine(place, "cert.pem"), Path.Combine(place, "key.pem")])
                start.ArgumentList.Add(argument);
        }

        if (isImplicit)
            start.ArgumentList.Add("--implicit");
        if (user is var (name, password))
            foreach (var argument in (string[])["--user", name, password])
                start.ArgumentList.Add(argument);
        var started = Process.Start(start)!;
        var first = await started.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        if (!int.TryParse(first, out var port))
            throw new InvalidOperationException($"The mail server did not start; '.ci/setup mail' installs it. {first} {await started.StandardError.ReadToEndAsync()}");
        var server = new MailServer(started, port, place);
        server.listening = Task.Run(server.ListenAsync);
        return server;
    }

    /// <summary>Lets the server go: nobody listens on its port any more.</summary>
    public async Task StopAsync()
    {
        if (process.HasExited)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static void WriteCertificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task ListenAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            received.Enqueue(JsonSerializer.Deserialize<ReceivedMail>(line, JsonSerializerOptions.Web)!);
    }
}
