using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>The installation's own key, in its data directory: made when the first checkpoint is signed, readable by its owner only, the public half beside it for whoever verifies.</summary>
public static class CheckpointKeys
{
    public static string PrivateFile(DataDirectory directory) => PrivateFile(directory.Audit);

    public static string PublicFile(DataDirectory directory) => PublicFile(directory.Audit);

    /// <param name="audit">The folder <c>audit</c> of a data directory.</param>
    public static string PublicFile(string audit) => Path.Combine(audit, "checkpoint-key.pub.pem");

    /// <summary>The key, made if there is none.</summary>
    internal static ECDsa Open(DataDirectory directory)
    {
        var file = PrivateFile(directory);
        if (File.Exists(file))
        {
            var known = ECDsa.Create();
            known.ImportFromPem(File.ReadAllText(file));
            return known;
        }

        var key = CheckpointSigning.NewKey();
        SecretFile.Write(file, key.ExportPkcs8PrivateKeyPem(), SecretFile.OwnerOnly);
        return key;
    }

    /// <summary>Puts the public half beside the key once a checkpoint is written: where it is, there must be checkpoints.</summary>
    internal static void Publish(DataDirectory directory, ECDsa key)
    {
        if (!File.Exists(PublicFile(directory)))
            SecretFile.Write(PublicFile(directory), key.ExportSubjectPublicKeyInfoPem(), SecretFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>A public key from a PEM file.</summary>
    public static Result<ECDsa> Read(string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            return InvalidValue.Of("--key", file, $"a PEM file with a public key on P-256 ({exception.Message})");
        }
    }

    private static string PrivateFile(string audit) => Path.Combine(audit, "checkpoint-key.pem");
}
