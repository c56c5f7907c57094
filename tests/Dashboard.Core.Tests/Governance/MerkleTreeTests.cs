using System.Security.Cryptography;
using Dashboard.Core.Governance.Audit;

namespace Dashboard.Core.Tests.Governance;

/// <summary>Against the vectors of Certificate Transparency's own implementations (the eight leaves of merkle_tree_test), and against each other at every size.</summary>
public sealed class MerkleTreeTests
{
    private static readonly byte[][] Leaves =
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(data => MerkleTree.Leaf(Convert.FromHexString(data)))];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_certificate_transparency()
    {
        var frontier = new MerkleFrontier();
        for (var size = 0; size < Roots.Length; size++)
        {
            if (size > 0)
                frontier.Add(Leaves[size - 1]);
            Assert.Equal(Roots[size], Convert.ToHexStringLower(MerkleTree.Root(Leaves[..size])));
            Assert.Equal(Roots[size], Convert.ToHexStringLower(frontier.Root()));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Inclusion_proofs_are_those_of_certificate_transparency(int index, int size, params string[] expected)
    {
        var proof = MerkleTree.InclusionProof(Leaves[..size], index);

        Assert.Equal(expected, proof.Select(Convert.ToHexStringLower));
        Assert.True(MerkleTree.IsIncluded(Leaves[index], index, size, proof, Convert.FromHexString(Roots[size])));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(6, 7, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    public void Consistency_proofs_are_those_of_certificate_transparency(int first, int second, params string[] expected)
    {
        var proof = MerkleTree.ConsistencyProof(Leaves[..second], first);

        Assert.Equal(expected, proof.Select(Convert.ToHexStringLower));
        Assert.True(MerkleTree.IsConsistent(first, second, Convert.FromHexString(Roots[first]), Convert.FromHexString(Roots[second]), proof));
    }

    [Fact]
    public void At_every_size_to_65_proofs_hold_and_say_no_to_anything_else()
    {
        var leaves = Enumerable.Range(0, 65).Select(i => MerkleTree.Leaf([(byte)i])).ToArray();
        var roots = Enumerable.Range(0, 66).Select(size => MerkleTree.Root(leaves[..size])).ToArray();
        for (var size = 1; size <= leaves.Length; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = MerkleTree.InclusionProof(leaves[..size], index);
                Assert.True(MerkleTree.IsIncluded(leaves[index], index, size, proof, roots[size]));
                Assert.False(MerkleTree.IsIncluded(leaves[(index + 1) % 65], index, size, proof, roots[size]));
                Assert.False(MerkleTree.IsIncluded(leaves[index], index, size, [.. proof, leaves[0]], roots[size]));
                Assert.False(size > 1 && MerkleTree.IsIncluded(leaves[index], (index + 1) % size, size, proof, roots[size]));
            }

            for (var first = 1; first <= size; first++)
            {
                var proof = MerkleTree.ConsistencyProof(leaves[..size], first);
                Assert.True(MerkleTree.IsConsistent(first, size, roots[first], roots[size], proof));
                Assert.False(MerkleTree.IsConsistent(first, size, roots[first - 1], roots[size], proof));
                Assert.False(MerkleTree.IsConsistent(first, size, roots[first], roots[size], [.. proof, leaves[0]]));
            }
        }
    }

    [Fact]
    public void A_frontier_that_was_kept_goes_on_where_it_was()
    {
        var whole = new MerkleFrontier();
        for (var i = 0; i < 1000; i++)
        {
            var leaf = MerkleTree.Leaf(BitConverter.GetBytes(i));
            whole = MerkleFrontier.Restore(whole.Size, whole.Peaks)!;
            whole.Add(leaf);
        }

        Assert.Equal(MerkleTree.Root([.. Enumerable.Range(0, 1000).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i)))]), whole.Root());
        Assert.Equal(6, whole.Peaks.Count);
        Assert.Null(MerkleFrontier.Restore(3, [SHA256.HashData([])]));
    }
}
