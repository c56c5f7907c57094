using System.Numerics;

namespace Dashboard.Core.Governance.Audit;

/// <summary>A Merkle tree that only grows, kept as the roots of its full subtrees: what a leaf costs and what is kept grow with the logarithm of the size, not with history.</summary>
public sealed class MerkleFrontier
{
    /// <summary>Roots of the full subtrees from left to right: one for each bit that is set in the size, the largest first.</summary>
    private readonly List<byte[]> peaks;

    public MerkleFrontier()
        : this(0, [])
    {
    }

    private MerkleFrontier(long size, List<byte[]> peaks) => (Size, this.peaks) = (size, peaks);

    /// <summary>How many leaves there are.</summary>
    public long Size { get; private set; }

    public IReadOnlyList<byte[]> Peaks => peaks;

    /// <summary>A frontier as it was kept; null when so many hashes cannot be one of that size.</summary>
    /// <param name="peaks">As <see cref="Peaks"/> gave them.</param>
    public static MerkleFrontier? Restore(long size, IReadOnlyCollection<byte[]> peaks) =>
        size >= 0 && peaks.Count == BitOperations.PopCount((ulong)size) && peaks.All(peak => peak.Length == AuditEntry.Genesis.Length) ? new(size, [.. peaks]) : null;

    /// <summary>Adds a leaf by its hash (<see cref="MerkleTree.Leaf"/>).</summary>
    public void Add(byte[] leaf)
    {
        // Each trailing one of the size is a full subtree that the new one makes a pair with, as a carry in an addition.
        var node = leaf;
        for (var carry = Size; (carry & 1) == 1; carry >>= 1)
        {
            node = MerkleTree.Node(peaks[^1], node);
            peaks.RemoveAt(peaks.Count - 1);
        }

        peaks.Add(node);
        Size++;
    }

    /// <summary>The root of the tree as it is.</summary>
    public byte[] Root()
    {
        if (peaks.Count == 0)
            return MerkleTree.EmptyRoot;
        var root = peaks[^1];
        for (var i = peaks.Count - 2; i >= 0; i--)
            root = MerkleTree.Node(peaks[i], root);
        return root;
    }
}
