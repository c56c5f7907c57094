using System.Security.Cryptography;
using Dashboard.Core;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>The key that signs checkpoints, in the data directory: made when the first one is signed, the public half beside it for whoever verifies.</summary>
public static class CheckpointKeys
{
    public static string PrivateFile(DataDirectory directory) => Path.Combine(directory.Audit, "checkpoint-key.pem");

    public static string PublicFile(DataDirectory directory) => PublicFile(directory.Audit);

    /// <param name="audit">The folder <c>audit</c> of a data directory.</param>
    public static string PublicFile(string audit) => Path.Combine(audit, "checkpoint-key.pub.pem");

    /// <summary>The key, made if there is none.</summary>
    internal static ECDsa Open(DataDirectory directory) => KeyFile.Open(PrivateFile(directory));

    /// <summary>Puts the public half beside the key once a checkpoint is written: where it is, there must be checkpoints.</summary>
    internal static void Publish(DataDirectory directory, ECDsa key)
    {
        if (!File.Exists(PublicFile(directory)))
            KeyFile.WritePublic(PublicFile(directory), key);
    }

    /// <summary>A public key from a PEM file.</summary>
    public static Result<ECDsa> Read(string file) => KeyFile.Read("--key", file);
}
