using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Dashboard.Core.Serving.Trees;

/// <summary>
/// Walks trees over flat arrays. Four trees are walked side by side, so that the processor works on one while it waits for another's memory.
/// No step asks whether a value is missing: the row is laid out twice, once with the missing values as −∞ and once as +∞, and each split reads the copy from which
/// a missing value goes its default way. Models without a categorical split take a loop that does not ask for them. Sums are in 32 bits and in the file's order, as XGBoost's own.
/// </summary>
internal sealed class TreeScorer : Scorer
{
    /// <summary>Floats on the stack, for rows of up to half as many features; 1 KiB.</summary>
    private const int StackRow = 256;

    private readonly TreeNode[] nodes;
    private readonly uint[] categoryBits;
    private readonly Quartet[] quartets;
    private readonly int[] outputOfTree;
    private readonly float[] baseMargins;
    private readonly Objective objective;

    /// <param name="baseMargins">Where each output's sum starts.</param>
    public TreeScorer(Forest forest, int featureCount, float[] baseMargins, Objective objective)
    {
        FeatureCount = featureCount;
        this.baseMargins = baseMargins;
        this.objective = objective;
        CategoryCounts = forest.CategoryCounts;
        categoryBits = forest.CategoryBits;
        outputOfTree = forest.Outputs;

        // Trees that only fill the last quartet up: a leaf of zero.
        var filler = forest.Nodes.Length;
        nodes = [.. forest.Nodes, TreeNode.Leaf(0, filler)];
        quartets = new Quartet[(forest.Roots.Length + 3) / 4];
        for (var i = 0; i < quartets.Length; i++)
        {
            var roots = forest.Roots.AsSpan(4 * i, Math.Min(4, forest.Roots.Length - 4 * i));
            var steps = 0;
            for (var tree = 4 * i; tree < 4 * i + roots.Length; tree++)
                steps = Math.Max(steps, forest.Depths[tree]);
            quartets[i] = new(roots[0], roots.Length > 1 ? roots[1] : filler, roots.Length > 2 ? roots[2] : filler, roots.Length > 3 ? roots[3] : filler, steps);
        }
    }

    /// <inheritdoc cref="Forest.CategoryCounts"/>
    public int[] CategoryCounts { get; }

    public override int FeatureCount { get; }

    public override int OutputCount => baseMargins.Length;

    public override void Score(ReadOnlySpan<float> features, Span<float> outputs)
    {
        if (features.Length != FeatureCount)
            throw new ArgumentException($"A row of {features.Length} features came; expected {FeatureCount}.", nameof(features));
        if (outputs.Length < OutputCount)
            throw new ArgumentException($"Room for {outputs.Length} outputs came; expected {OutputCount}.", nameof(outputs));
        outputs = outputs[..OutputCount];
        baseMargins.CopyTo(outputs);
        var rented = 2 * FeatureCount > StackRow ? ArrayPool<float>.Shared.Rent(2 * FeatureCount) : null;
        var row = rented ?? stackalloc float[StackRow];
        LayOutTwice(features, row);
        if (categoryBits.Length > 0)
            Walk<Yes>(row, outputs);
        else
            Walk<No>(row, outputs);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        objective.Transform(outputs);
    }

    /// <summary>Writes the row with its missing values below everything, and behind it the row with its missing values above everything.</summary>
    private static void LayOutTwice(ReadOnlySpan<float> features, Span<float> row)
    {
        var low = row[..features.Length];
        var high = row.Slice(features.Length, features.Length);
        var i = 0;
        for (; i <= features.Length - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            var values = Vector128.Create(features[i..]);
            var present = Vector128.Equals(values, values);
            Vector128.ConditionalSelect(present, values, Vector128.Create(float.NegativeInfinity)).CopyTo(low[i..]);
            Vector128.ConditionalSelect(present, values, Vector128.Create(float.PositiveInfinity)).CopyTo(high[i..]);
        }

        for (; i < features.Length; i++)
        {
            low[i] = float.IsNaN(features[i]) ? float.NegativeInfinity : features[i];
            high[i] = float.IsNaN(features[i]) ? float.PositiveInfinity : features[i];
        }
    }

    /// <summary>All trees over one row. The nodes were checked when the model was read: every child lies among the nodes and every feature among the row's, so nothing is checked here.</summary>
    private void Walk<TCategories>(ReadOnlySpan<float> laidOut, Span<float> sums)
        where TCategories : struct
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(nodes);
        ref var row = ref MemoryMarshal.GetReference(laidOut);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(categoryBits);
        var single = sums.Length == 1;
        var sum = sums[0];
        for (var q = 0; q < quartets.Length; q++)
        {
            var (a, b, c, d, steps) = quartets[q];
            for (; steps > 0; steps--)
            {
                a = Step<TCategories>(ref first, ref row, ref bits, a);
                b = Step<TCategories>(ref first, ref row, ref bits, b);
                c = Step<TCategories>(ref first, ref row, ref bits, c);
                d = Step<TCategories>(ref first, ref row, ref bits, d);
            }

            if (single)
            {
                sum += Unsafe.Add(ref first, a).Value;
                sum += Unsafe.Add(ref first, b).Value;
                sum += Unsafe.Add(ref first, c).Value;
                sum += Unsafe.Add(ref first, d).Value;
                continue;
            }

            ReadOnlySpan<int> leaves = [a, b, c, d];
            var tree = 4 * q;
            for (var i = 0; i < 4 && tree + i < outputOfTree.Length; i++)
                sums[outputOfTree[tree + i]] += Unsafe.Add(ref first, leaves[i]).Value;
        }

        if (single)
            sums[0] = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step<TCategories>(ref TreeNode first, ref float row, ref uint bits, int at)
        where TCategories : struct
    {
        ref readonly var node = ref Unsafe.Add(ref first, at);
        if (typeof(TCategories) == typeof(Yes) && node.IsCategorical)
            return node.Left + (GoesRight(in node, ref bits, Unsafe.Add(ref row, node.Feature & ~TreeNode.Categorical)) ? 1 : 0);
        return node.Left + (Unsafe.Add(ref row, node.Feature) < node.Threshold ? 0 : 1);
    }

    /// <summary>A code among the node's categories goes right; any other, also one that is negative or beyond all codes, goes left. Source: common::Decision in XGBoost's categorical.h.</summary>
    private static bool GoesRight(in TreeNode node, ref uint bits, float value)
    {
        var words = BitConverter.SingleToInt32Bits(node.Value);
        if (value < 0 || value >= words * 32L)
            return float.IsPositiveInfinity(value);
        var code = (int)value;
        return (Unsafe.Add(ref bits, BitConverter.SingleToInt32Bits(node.Threshold) + (code >> 5)) >> (code & 31) & 1) != 0;
    }

    /// <summary>Four roots and the steps of the deepest of their trees.</summary>
    private readonly record struct Quartet(int A, int B, int C, int D, int Steps);

    private readonly struct Yes;

    private readonly struct No;
}
