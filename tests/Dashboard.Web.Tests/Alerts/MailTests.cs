using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Hosting.Alerts;
using Dashboard.Web.Hosting.Alerts.Mail;
using static Dashboard.Web.Tests.Alerts.AlertHost;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>Mail through a real mail server of Debian's.</summary>
public sealed class MailTests
{
    private const string Umlauts = "Störung: Größe überschritten – naïve façade 😀";

    [Fact]
    public async Task An_incident_arrives_with_its_subject_its_umlauts_and_for_all_receivers()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync();
        await AddMailAsync(host, Plain(server));
        var rule = await AddRuleAsync(host, ErrorRule with { Name = Umlauts });
        await RequestAsync(host, 30, good: false);

        await EventuallyAsync(() => Task.FromResult(server.Received.Count == 1), "the mail arrives");

        var mail = server.Received.First();
        Assert.Equal($"[Critical] constant: {Umlauts}", mail.Subject);
        Assert.Equal(("alerts@example.org", "team@example.org, ops@example.org"), (mail.From, string.Join(", ", mail.To)));
        Assert.Equal("team@example.org, ops@example.org", mail.HeaderTo);
        Assert.Contains(Umlauts, mail.Text, StringComparison.Ordinal);
        Assert.Contains("the limit is 33\u202f%", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"{host.BaseAddress}incidents/", mail.Text, StringComparison.Ordinal);
        Assert.Equal((0, false), (mail.Defects, mail.Secure));
        Assert.InRange(mail.Longest, 1, 78);
        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Delivered, 10, default)).Count == 1, "it is noted as delivered");
        var delivery = Assert.Single(await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Delivered, 10, default));
        Assert.Equal($"<{delivery.Id}@example.org>", mail.Id);
        Assert.Contains("2.0.0 Ok: queued as 4711 (for 2 of 2", delivery.Answer, StringComparison.Ordinal);
        Assert.NotEqual(0, rule);
    }

    [Theory]
    [InlineData(MailSecurity.StartTls)]
    [InlineData(MailSecurity.Tls)]
    public async Task Over_tls_and_signed_in(MailSecurity security)
    {
        await using var server = await MailServer.StartAsync(tls: true, isImplicit: security == MailSecurity.Tls, user: ("ada", "pässwörd"));
        await using var host = await StartAsync($"--Dashboard:Alerts:TrustedCertificates={server.CertificateFile}");
        var settings = Plain(server) with { Host = "localhost", Security = security, User = "ada" };
        var right = await AddMailAsync(host, settings, "pässwörd");
        var wrong = await AddMailAsync(host, settings, "guessed", "wrong");

        var sent = await TestAsync(host, right);
        Assert.True(sent.Delivered, sent.Answer);
        await EventuallyAsync(() => Task.FromResult(server.Received.Count == 1), "the mail arrives");
        Assert.Equal((true, true), (server.Received.First().Secure, server.Received.First().SignedIn));
        Assert.Equal("Test of the control room’s alerts", server.Received.First().Subject);
        var refused = await TestAsync(host, wrong);
        Assert.Equal((false, true), (refused.Delivered, refused.IsFinal));
        Assert.Contains("535", refused.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", refused.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_or_that_offers_no_tls_gets_nothing()
    {
        await using var secured = await MailServer.StartAsync(tls: true);
        await using var open = await MailServer.StartAsync();
        await using var host = await StartAsync();
        var stranger = await TestAsync(host, await AddMailAsync(host, Plain(secured) with { Host = "localhost", Security = MailSecurity.StartTls }));
        Assert.False(stranger.Delivered);
        Assert.Contains("certificate", stranger.Answer, StringComparison.Ordinal);
        var bare = await TestAsync(host, await AddMailAsync(host, Plain(open) with { Security = MailSecurity.StartTls }, name: "bare"));
        Assert.Contains("STARTTLS", bare.Answer, StringComparison.Ordinal);
        Assert.Equal((false, true), (bare.Delivered, bare.IsFinal));
        Assert.Empty(secured.Received);
        Assert.Empty(open.Received);
    }

    [Fact]
    public async Task A_receiver_that_the_server_refuses_is_named_and_the_others_get_theirs()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync();
        var some = await TestAsync(host, await AddMailAsync(host, Plain(server) with { To = ["nobody@example.org", "team@example.org"] }));
        Assert.True(some.Delivered);
        Assert.Contains("Not taken: nobody@example.org: 550", some.Answer, StringComparison.Ordinal);
        var none = await TestAsync(host, await AddMailAsync(host, Plain(server) with { To = ["nobody@example.org"] }, name: "none"));
        Assert.Equal((false, true), (none.Delivered, none.IsFinal));
        var later = await TestAsync(host, await AddMailAsync(host, Plain(server) with { To = ["later@example.org"] }, name: "later"));
        Assert.Equal((false, false), (later.Delivered, later.IsFinal));
    }

    [Fact]
    public async Task A_dead_server_is_tried_again_and_shown_as_a_failure()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync();
        var channel = await AddMailAsync(host, Plain(server));
        await server.StopAsync();
        await AddRuleAsync(host, ErrorRule);
        await RequestAsync(host, 30, good: false);

        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(channel, null, DeliveryStatus.Failed, 10, default)).Count == 1, "it is given up");

        var failed = (await host.Get<AlertDeliveries>().ListAsync(channel, null, null, 10, default))[0];
        Assert.Equal(4, failed.Attempts);
        Assert.Contains($"127.0.0.1:{server.Port}", failed.Answer, StringComparison.Ordinal);
        Assert.NotNull((await host.Get<AlertChannels>().FindAsync(channel, default))!.FailingSince);
        Assert.Equal(1, (await IncidentsAsync(host))[0].FailedDeliveries);
    }

    [Theory]
    [InlineData("two\r\nBcc: eve@example.org\r\n\r\nlines", "twoBcc: eve@example.orglines")]
    [InlineData("a =?utf-8?B?w6Q=?= b", "a =\u200B?utf-8?B?w6Q=\u200B?= b")]
    [InlineData("One-hundred-and-twenty-letters-without-a-space-that-a-line-could-be-broken-at-and-nobody-knows-why-anyone-would-write-that", null)]
    [InlineData("Überprüfen: Größenänderungen übersteigen die zulässigen Höchstwerte für die Verspätungsvorhersage — 日本語の説明 😀", null)]
    public async Task A_subject_stays_one_header_of_short_lines_whatever_is_in_it(string subject, string? read)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync();
        var settings = Plain(server) with { To = [.. Enumerable.Range(1, 50).Select(i => $"receiver-{i}@example.org")] };

        var sent = await host.Get<MailSender>().SendAsync(settings, null, "id-1", new(subject, ".\n..\nThe text.", "incident-7"), DateTimeOffset.UnixEpoch, default);

        Assert.True(sent.Delivered, sent.Answer);
        await EventuallyAsync(() => Task.FromResult(server.Received.Count == 1), "the mail arrives");
        var mail = server.Received.First();
        Assert.Equal((read ?? subject, ".\n..\nThe text.", "<incident-7@example.org>", 50, 0), (mail.Subject, mail.Text.ReplaceLineEndings("\n").TrimEnd(), mail.References, mail.To.Length, mail.Defects));
        Assert.InRange(mail.Longest, 1, 78);
    }

    [Fact]
    public async Task A_sender_that_the_server_refuses_and_an_address_that_is_none_are_not_tried_again()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync();
        var refused = await TestAsync(host, await AddMailAsync(host, Plain(server) with { From = "blocked@example.org" }));
        Assert.Equal((false, true), (refused.Delivered, refused.IsFinal));
        Assert.Contains("blocked@example.org: 550 5.1.8 Not from you", refused.Answer, StringComparison.Ordinal);
        var unreadable = await TestAsync(host, await AddMailAsync(host, Plain(server) with { From = "dot.@example.org" }, name: "unreadable"));
        Assert.Equal((false, true), (unreadable.Delivered, unreadable.IsFinal));
        Assert.Empty(server.Received);
    }

    private static MailSettings Plain(MailServer server) => new("127.0.0.1", server.Port, MailSecurity.None, null, "alerts@example.org", ["team@example.org", "ops@example.org"]);

    private static async Task<int> AddMailAsync(TestHost host, MailSettings settings, string? password = null, string name = "mail")
    {
        var made = await host.Get<AlertChannels>().CreateAsync(new(name, ChannelKind.Email, null, settings, password, AlertSeverity.Info, null, TellsEnd: true, Enabled: true, "ada"), default);
        return made.Value.Channel.Id;
    }

    private static async Task<SendResult> TestAsync(TestHost host, int channel) => (await host.Get<ChannelSender>().TestAsync(channel, default)).Value;
}
