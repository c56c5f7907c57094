using Dashboard.Core.Registry.Signing;

namespace Dashboard.Storage.Registry.Signing;

/// <summary>The installation's own key as a publisher, in its data directory. With it the installation signs what it trains.</summary>
public sealed class OwnKey(DataDirectory directory)
{
    private readonly Lock gate = new();

    public string PrivateFile { get; } = Path.Combine(directory.Keys, "publisher-key.pem");

    /// <summary>Vouches for a package; the key is made if there is none.</summary>
    public PackageSignature Sign(string digest)
    {
        lock (gate)
        {
            using var key = KeyFile.Open(PrivateFile);
            return PackageSignature.Make(key, digest);
        }
    }

    /// <summary>The public half and its id.</summary>
    internal (string Key, string PublicKey) Public()
    {
        lock (gate)
        {
            using var key = KeyFile.Open(PrivateFile);
            return (Core.SigningKeys.IdOf(key), Core.SigningKeys.PublicHalf(key));
        }
    }

    /// <summary>Puts a new key in the place of one that is not trusted any more.</summary>
    internal void Replace()
    {
        lock (gate)
        {
            File.Delete(PrivateFile);
            KeyFile.Open(PrivateFile).Dispose();
        }
    }
}
