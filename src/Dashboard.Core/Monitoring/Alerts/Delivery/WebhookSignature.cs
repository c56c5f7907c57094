using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Monitoring.Alerts.Delivery;

/// <summary>
/// Signs webhooks as the Standard Webhooks specification does, so that receivers can use its libraries: <c>webhook-signature: v1,base64(HMAC-SHA256(key, "id.timestamp.body"))</c>.
/// To verify: take <c>webhook-id</c> and <c>webhook-timestamp</c> (Unix seconds) from the headers and the body as it came, compute the same, compare in constant time,
/// refuse a timestamp that is more than five minutes off, and take an id that was seen before as done.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>A secret with this prefix holds the key's bytes in base64; any other is used as its UTF-8 bytes.</summary>
    public const string SecretPrefix = "whsec_";

    public const int ShortestSecret = 16;
    public const int LongestSecret = 200;

    /// <summary>A new secret of 32 random bytes.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is wrong with a secret that a person chose; null when nothing is. The message does not repeat it.</summary>
    public static Error? CheckSecret(string secret) =>
        secret.Length is < ShortestSecret or > LongestSecret ? InvalidValue.Of("secret", $"{secret.Length} characters", $"{ShortestSecret} to {LongestSecret} characters, or nothing: then one is made")
        : secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && !Convert.TryFromBase64String(secret[SecretPrefix.Length..], new byte[LongestSecret], out _)
            ? InvalidValue.Of("secret", $"text that begins with {SecretPrefix}", $"base64 after {SecretPrefix}")
        : null;

    /// <summary>The value of the signature header.</summary>
    /// <param name="timestamp">Unix seconds of this attempt.</param>
    public static string Sign(string secret, string id, long timestamp, string body)
    {
        var key = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[SecretPrefix.Length..]) : Encoding.UTF8.GetBytes(secret);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
    }
}
