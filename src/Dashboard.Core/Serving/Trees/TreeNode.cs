using System.Runtime.InteropServices;

namespace Dashboard.Core.Serving.Trees;

/// <summary>
/// Sixteen bytes that hold a split or a leaf. A right child lies directly behind its left sibling, so that a step is an addition and no branch.
/// A leaf points at itself: its threshold is NaN, which sends everything right, and right of <see cref="Left"/> is the leaf again. A walk of a fixed number of steps therefore
/// ends in a leaf however early it got there.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TreeNode
{
    /// <summary>Marks a categorical split in <see cref="Feature"/>.</summary>
    public const uint Categorical = 0x8000_0000;

    private TreeNode(float threshold, int left, uint feature, float value) => (Threshold, Left, Feature, Value) = (threshold, left, feature, value);

    /// <summary>Smaller values go left. For a categorical split, the bits of the position of its first word among the category bits.</summary>
    public readonly float Threshold;

    /// <summary>The left child's position among all nodes.</summary>
    public readonly int Left;

    /// <summary>Where to read in the row that is laid out twice: the feature's index, or as far behind the first copy where a missing value goes right. A flag marks categorical splits.</summary>
    public readonly uint Feature;

    /// <summary>A leaf's value. For a categorical split, the bits of its number of words.</summary>
    public readonly float Value;

    public bool IsCategorical => (int)Feature < 0;

    /// <param name="position">In the row that is laid out twice.</param>
    public static TreeNode Split(int position, float threshold, int left) =>
        new(Math.Max(threshold, float.MinValue), left, (uint)position, 0); // −∞ is what a missing value reads as, and nothing else is below the smallest number.

    /// <inheritdoc cref="Split"/>
    public static TreeNode CategoricalSplit(int position, int firstWord, int words, int left) =>
        new(BitConverter.Int32BitsToSingle(firstWord), left, (uint)position | Categorical, BitConverter.Int32BitsToSingle(words));

    public static TreeNode Leaf(float value, int self) => new(float.NaN, self - 1, 0, value);
}

/// <summary>Trees in flat arrays, in the order in which XGBoost adds them up.</summary>
/// <param name="Nodes">All nodes of all trees; the first node of each tree is its root.</param>
/// <param name="CategoryBits">The categories that go right, 32 to a word, the lowest code in the lowest bit.</param>
/// <param name="Roots">Where each tree starts.</param>
/// <param name="Depths">How many steps lead from each root to its deepest leaf.</param>
/// <param name="Outputs">The output that each tree adds to.</param>
/// <param name="CategoryCounts">For each feature one more than the largest category code that a split names; 0 where none does.</param>
internal sealed record Forest(TreeNode[] Nodes, uint[] CategoryBits, int[] Roots, int[] Depths, int[] Outputs, int[] CategoryCounts);
