using System.Net;
using Dashboard.Core.Monitoring.Alerts.Delivery;

namespace Dashboard.Core.Tests.Monitoring.Alerts;

public sealed class DeliveryRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The example that the Standard Webhooks specification and its libraries' own tests use.</summary>
    [Fact]
    public void The_signature_is_that_of_the_specification()
    {
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""));
    }

    [Fact]
    public void A_secret_may_be_made_or_chosen_but_not_short_or_broken()
    {
        Assert.Null(WebhookSignature.CheckSecret(WebhookSignature.NewSecret()));
        Assert.NotEqual(WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
        Assert.Null(WebhookSignature.CheckSecret("sixteen letters!"));
        foreach (var wrong in (string[])["short", new string('x', 201), "whsec_not base64 at all"])
        {
            var fault = WebhookSignature.CheckSecret(wrong);
            Assert.Equal("secret", fault!.Field);
            Assert.DoesNotContain(wrong, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_wait_doubles_with_jitter_up_to_the_longest_and_then_it_is_given_up()
    {
        var policy = RetryPolicy.Default;
        for (var attempt = 1; attempt < policy.MostAttempts; attempt++)
        {
            var whole = Math.Min(1800, 5 * Math.Pow(2, attempt - 1));
            Assert.Equal(whole / 2, (policy.Next(attempt, Now, null, 0)!.Value - Now).TotalSeconds, 1e-6);
            Assert.Equal(whole, (policy.Next(attempt, Now, null, 1)!.Value - Now).TotalSeconds, 1e-6);
        }

        Assert.Null(policy.Next(policy.MostAttempts, Now, null, 0));
    }

    [Fact]
    public void A_receiver_that_asks_for_time_gets_it_within_reason()
    {
        Assert.Equal(Now.AddMinutes(2), RetryPolicy.Default.Next(1, Now, TimeSpan.FromMinutes(2), 0.5));
        Assert.Equal(Now.AddMinutes(30), RetryPolicy.Default.Next(1, Now, TimeSpan.FromDays(2), 0.5));
        Assert.True(RetryPolicy.Default.Next(1, Now, TimeSpan.FromSeconds(-5), 0) > Now);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(429, true)]
    [InlineData(408, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(410, false)]
    [InlineData(301, false)]
    public void Only_what_may_change_is_tried_again(int status, bool again) => Assert.Equal(again, RetryPolicy.IsWorthRetrying(status));

    [Theory]
    [InlineData("https://example.org/hook", true)]
    [InlineData("http://10.1.2.3:8080/hook?x=1", true)]
    [InlineData("http://localhost/hook", false)]
    [InlineData("http://127.8.9.1/", false)]
    [InlineData("http://[::1]:9000/", false)]
    [InlineData("http://[::ffff:127.0.0.1]/", false)]
    [InlineData("http://[64:ff9b::7f00:1]/", false)]
    [InlineData("http://169.254.169.254/latest/meta-data", false)]
    [InlineData("http://[fe80::1]/", false)]
    [InlineData("http://0.0.0.0/", false)]
    [InlineData("http://2130706433/", false)]
    [InlineData("http://0x7f.1/", false)]
    public void Local_addresses_are_refused_however_they_are_written_unless_they_are_allowed(string url, bool allowed)
    {
        Assert.Equal(allowed, WebhookAddress.Check(url, allowLocal: false).IsSuccess);
        Assert.True(WebhookAddress.Check(url, allowLocal: true).IsSuccess);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("hook")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://ada:secret@example.org/")]
    [InlineData("https://example.org/#part")]
    public void What_is_no_address_of_a_receiver_is_refused(string? url)
    {
        var fault = WebhookAddress.Check(url, allowLocal: true).Error;
        Assert.Equal("url", fault?.Field);
        Assert.DoesNotContain("secret", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Public_addresses_are_not_local() => Assert.All((string[])["8.8.8.8", "192.168.1.1", "2001:db8::1", "172.16.0.1"], text => Assert.False(WebhookAddress.IsLocal(IPAddress.Parse(text))));
}
