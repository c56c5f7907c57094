using System.Net;
using System.Net.Sockets;

namespace Dashboard.Core.Monitoring.Alerts.Delivery;

/// <summary>
/// Which addresses a webhook may go to. Whoever can add a channel can make the host send requests: to the host itself (loopback), where services without sign-in listen,
/// and to link-local addresses, where clouds keep their machines' credentials, only where a setting says so.
/// </summary>
public static class WebhookAddress
{
    public const int MaxLength = 2000;

    /// <summary>Reads a URL and says what is wrong with it. Its host's addresses are checked again when it is called, since a name can change where it points.</summary>
    /// <param name="allowLocal">Whether loopback and link-local addresses are allowed.</param>
    public static Result<Uri> Check(string? text, bool allowLocal)
    {
        const string wanted = "an http or https URL with a host and without user, password or fragment";
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url))
            return InvalidValue.Of("url", text, wanted);
        if (url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return InvalidValue.Of("url", url.UserInfo.Length > 0 ? "a URL with a user" : text, wanted);
        var local = url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IsLocal(address));
        return local && !allowLocal ? InvalidValue.Of("url", text, LocalWanted) : url;
    }

    /// <summary>What is said of a local address where none is allowed.</summary>
    public const string LocalWanted = "an address that is neither loopback nor link-local, unless Dashboard:Alerts:AllowLocalWebhooks is true";

    /// <summary>Loopback, link-local, unspecified (which reaches the host itself), and multicast.</summary>
    public static bool IsLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return true;
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return address.IsIPv6LinkLocal || address.IsIPv6Multicast || IsTranslated(address);
        var bytes = address.GetAddressBytes();
        return bytes[0] is 0 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }

    /// <summary>64:ff9b::/96, by which a gateway reaches the IPv4 address in the last four bytes.</summary>
    private static bool IsTranslated(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) && IsLocal(new IPAddress(bytes.AsSpan(12)));
    }
}
