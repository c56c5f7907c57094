using System.Security.Cryptography;
using System.Text;
using Dashboard.Storage.Governance.Audit;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>
/// What the audit log knows an erased entity by: HMAC-SHA-256 of its key with a secret of the installation, kept beside the key that signs checkpoints and readable by its owner only. Who has the log alone cannot
/// try keys against it, however short they are; who holds the installation can say whether a key they are asked about was erased. Without the file that cannot be said any more; nothing else needs it.
/// </summary>
public sealed class ErasureMark(DataDirectory directory)
{
    private readonly Lazy<byte[]> secret = new(() => Open(Path.Combine(directory.Audit, "erasure-key")));

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public string Of(string key) => Convert.ToHexStringLower(HMACSHA256.HashData(secret.Value, Encoding.UTF8.GetBytes(key)));

    /// <summary>What entries from before there was a secret know an entity by: the SHA-256 of its key.</summary>
    internal static string Unkeyed(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static byte[] Open(string file)
    {
        if (File.Exists(file))
            return Convert.FromBase64String(File.ReadAllText(file));
        var made = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
        SecretFile.Write(file, Convert.ToBase64String(made), SecretFile.OwnerOnly);
        return made;
    }
}
