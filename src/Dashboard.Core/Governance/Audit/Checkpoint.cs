using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Governance.Audit;

/// <summary>
/// What the installation vouches for at a moment: so many entries with this Merkle root. Kept outside the database, one line each.
/// Leaves are the hashes of the chain, so that a root speaks for the order as well.
/// </summary>
/// <param name="From">The size of the checkpoint before; 0 for the first.</param>
/// <param name="Size">How many entries it covers.</param>
/// <param name="Root">The Merkle root over all of them, in hexadecimal.</param>
/// <param name="Time">When it was signed.</param>
/// <param name="Entries">The hashes of the entries since the one before, so that what was rewritten can be named. Not signed themselves: the root is.</param>
/// <param name="Frontier">The Merkle frontier at this size, from which the next checkpoint goes on.</param>
/// <param name="Key">Which key signed it (<see cref="CheckpointSigning.IdOf"/>).</param>
/// <param name="Signature">ECDSA over P-256 with SHA-256 of <see cref="SignedBytes"/>, DER in Base64.</param>
public sealed record Checkpoint(long From, long Size, string Root, DateTimeOffset Time, IReadOnlyList<string> Entries, IReadOnlyList<string> Frontier, string Key, string Signature)
{
    /// <summary>Entries that one checkpoint adds at most; more make several.</summary>
    public const int MostEntries = 1000;

    /// <summary>What the signature is over: one JSON object with its keys in order.</summary>
    public byte[] SignedBytes() => SignedBytes(From, Size, Root, Time);

    internal static byte[] SignedBytes(long from, long size, string root, DateTimeOffset time) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"from":{{from}},"root":"{{root}}","size":{{size}},"time":"{{AuditEntry.Instant(time)}}","type":"dashboard-audit-checkpoint"}"""));
}

/// <summary>Makes and checks the signatures of checkpoints.</summary>
public static class CheckpointSigning
{
    /// <summary>The first 16 hexadecimal digits of the key's id.</summary>
    public static string IdOf(ECDsa key) => SigningKeys.IdOf(key)[..16];

    /// <summary>Adds entries to the frontier and signs where it is then.</summary>
    /// <param name="frontier">At the size of the checkpoint before.</param>
    /// <param name="hashes">The chain's hashes of the entries that follow, 1 to <see cref="Checkpoint.MostEntries"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">None, or too many.</exception>
    public static Checkpoint Sign(ECDsa key, MerkleFrontier frontier, IReadOnlyList<byte[]> hashes, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hashes.Count, nameof(hashes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hashes.Count, Checkpoint.MostEntries, nameof(hashes));
        var from = frontier.Size;
        foreach (var hash in hashes)
            frontier.Add(MerkleTree.Leaf(hash));
        var root = Convert.ToHexStringLower(frontier.Root());
        // Only microseconds are signed, so only they are kept.
        var time = new DateTimeOffset(now.UtcTicks / 10 * 10, TimeSpan.Zero);
        var signature = SigningKeys.Sign(key, Checkpoint.SignedBytes(from, frontier.Size, root, time));
        return new(from, frontier.Size, root, time, [.. hashes.Select(Convert.ToHexStringLower)], [.. frontier.Peaks.Select(Convert.ToHexStringLower)], IdOf(key), signature);
    }

    /// <summary>Whether the key signed exactly this.</summary>
    public static bool IsSigned(this Checkpoint checkpoint, ECDsa key) => SigningKeys.Verify(key, checkpoint.SignedBytes(), checkpoint.Signature);
}
