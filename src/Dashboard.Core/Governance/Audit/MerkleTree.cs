using System.Security.Cryptography;

namespace Dashboard.Core.Governance.Audit;

/// <summary>Merkle trees as RFC 6962, section 2.1, defines them, over leaf hashes of 32 bytes. Proofs are lists of node hashes from the leaf upwards.</summary>
public static class MerkleTree
{
    /// <summary>The root of no leaves: SHA-256 of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <summary>SHA-256(0x00 ‖ data).</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> data) => SHA256.HashData([0, .. data]);

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>The tree's root, MTH in the RFC.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves) => leaves.Count == 0 ? EmptyRoot : Root(leaves, 0, leaves.Count);

    /// <summary>The audit path of a leaf, PATH(m, D[n]) in the RFC.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static IReadOnlyList<byte[]> InclusionProof(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var proof = new List<byte[]>();
        Path(leaves, index, 0, leaves.Count, proof);
        return proof;
    }

    /// <summary>Whether a leaf stands at a place of the tree with this root (RFC 9162, section 2.1.3.2).</summary>
    public static bool IsIncluded(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size)
            return false;
        var (place, last) = (index, size - 1);
        var hash = leaf.ToArray();
        foreach (var other in proof)
        {
            if (last == 0)
                return false;
            if ((place & 1) == 1 || place == last)
            {
                hash = Node(other, hash);
                while ((place & 1) == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, other);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>That the tree of the first <paramref name="first"/> leaves is the beginning of the whole tree, PROOF(m, D[n]) in the RFC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first tree is empty or larger than the whole.</exception>
    public static IReadOnlyList<byte[]> ConsistencyProof(IReadOnlyList<byte[]> leaves, int first)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, leaves.Count);
        var proof = new List<byte[]>();
        Sub(leaves, first, 0, leaves.Count, whole: true, proof);
        return proof;
    }

    /// <summary>Whether the tree with the first root is the beginning of the one with the second (RFC 9162, section 2.1.4.2).</summary>
    public static bool IsConsistent(long first, long second, ReadOnlySpan<byte> firstRoot, ReadOnlySpan<byte> secondRoot, IReadOnlyList<byte[]> proof)
    {
        if (first <= 0 || first > second)
            return false;
        if (first == second)
            return proof.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        IReadOnlyList<byte[]> path = long.IsPow2(first) ? [firstRoot.ToArray(), .. proof] : proof;
        if (path.Count == 0)
            return false;
        var (place, last) = (first - 1, second - 1);
        while ((place & 1) == 1)
            (place, last) = (place >> 1, last >> 1);
        var (before, after) = (path[0], path[0]);
        foreach (var other in path.Skip(1))
        {
            if (last == 0)
                return false;
            if ((place & 1) == 1 || place == last)
            {
                (before, after) = (Node(other, before), Node(other, after));
                while ((place & 1) == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
            {
                after = Node(after, other);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && firstRoot.SequenceEqual(before) && secondRoot.SequenceEqual(after);
    }

    /// <summary>The largest power of two below a number above 1.</summary>
    private static int Split(int count) => 1 << (31 - int.LeadingZeroCount(count - 1));

    private static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
            return leaves[from];
        var left = Split(count);
        return Node(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    private static void Path(IReadOnlyList<byte[]> leaves, int index, int from, int count, List<byte[]> proof)
    {
        if (count == 1)
            return;
        var left = Split(count);
        if (index < left)
        {
            Path(leaves, index, from, left, proof);
            proof.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            Path(leaves, index - left, from + left, count - left, proof);
            proof.Add(Root(leaves, from, left));
        }
    }

    private static void Sub(IReadOnlyList<byte[]> leaves, int first, int from, int count, bool whole, List<byte[]> proof)
    {
        if (first == count)
        {
            if (!whole)
                proof.Add(Root(leaves, from, count));
            return;
        }

        var left = Split(count);
        if (first <= left)
        {
            Sub(leaves, first, from, left, whole, proof);
            proof.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            Sub(leaves, first - left, from + left, count - left, whole: false, proof);
            proof.Add(Root(leaves, from, left));
        }
    }
}
