using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Storage.Governance.People;

/// <summary>Secrets of 256 random bits. They need no salt and no slow hash: nobody guesses them.</summary>
public static class Secret
{
    public const string TokenPrefix = "dbt_";

    /// <summary>Of the key by which a serving node proves who it is.</summary>
    public const string NodePrefix = "dbn_";

    /// <summary>How much of a token is kept to know it again by: the prefix and 36 bits.</summary>
    internal const int Known = 10;

    /// <summary>43 characters of base64url.</summary>
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A token whose form tells scanners of repositories what it is.</summary>
    public static string MakeToken() => TokenPrefix + Make();

    /// <summary>SHA-256 in hex: what is kept, and looked up.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
