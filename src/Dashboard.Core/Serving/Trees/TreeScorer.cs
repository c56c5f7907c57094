using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dashboard.Core.Serving.Trees;

/// <summary>
/// Walks trees over flat arrays. Four trees are walked side by side, so that the processor works on one while it waits for another's memory;
/// rows without a missing value and models without a categorical split take loops that do not ask for them. Sums are in 32 bits and in the file's order, as XGBoost's own.
/// </summary>
internal sealed class TreeScorer : Scorer
{
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
        var missing = AnyMissing(features);
        if (categoryBits.Length > 0)
            Walk<Yes, Yes>(features, outputs);
        else if (missing)
            Walk<Yes, No>(features, outputs);
        else
            Walk<No, No>(features, outputs);
        objective.Transform(outputs);
    }

    private static bool AnyMissing(ReadOnlySpan<float> features)
    {
        var missing = false;
        foreach (var feature in features)
            missing |= float.IsNaN(feature);
        return missing;
    }

    /// <summary>All trees over one row. The nodes were checked when the model was read: every child lies among the nodes and every feature among the row's, so nothing is checked here.</summary>
    private void Walk<TMissing, TCategories>(ReadOnlySpan<float> features, Span<float> sums)
        where TMissing : struct
        where TCategories : struct
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(nodes);
        ref var row = ref MemoryMarshal.GetReference(features);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(categoryBits);
        var single = sums.Length == 1;
        var sum = sums[0];
        for (var q = 0; q < quartets.Length; q++)
        {
            var (a, b, c, d, steps) = quartets[q];
            for (; steps > 0; steps--)
            {
                a = Step<TMissing, TCategories>(ref first, ref row, ref bits, a);
                b = Step<TMissing, TCategories>(ref first, ref row, ref bits, b);
                c = Step<TMissing, TCategories>(ref first, ref row, ref bits, c);
                d = Step<TMissing, TCategories>(ref first, ref row, ref bits, d);
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
    private static int Step<TMissing, TCategories>(ref TreeNode first, ref float row, ref uint bits, int at)
        where TMissing : struct
        where TCategories : struct
    {
        ref readonly var node = ref Unsafe.Add(ref first, at);
        var value = Unsafe.Add(ref row, node.Feature & TreeNode.FeatureMask);
        if (typeof(TMissing) == typeof(No))
            return node.Left + (value < node.Threshold ? 0 : 1);
        if (typeof(TCategories) == typeof(Yes) && (node.Feature & TreeNode.Categorical) != 0)
            return node.Left + (GoesRight(in node, ref bits, value) ? 1 : 0);

        // Whether a value is missing is a coin toss for the processor, so that this is arithmetic where a condition would be a branch.
        var left = (value < node.Threshold ? 1u : 0u) | ((float.IsNaN(value) ? 1u : 0u) & (node.Feature >> 31));
        return node.Left + (int)(left ^ 1);
    }

    /// <summary>A code among the node's categories goes right; any other, also one that is negative or beyond all codes, goes left. Source: common::Decision in XGBoost's categorical.h.</summary>
    private static bool GoesRight(in TreeNode node, ref uint bits, float value)
    {
        if (float.IsNaN(value))
            return (node.Feature & TreeNode.DefaultLeft) == 0;
        var words = BitConverter.SingleToInt32Bits(node.Value);
        if (value < 0 || value >= words * 32L)
            return false;
        var code = (int)value;
        return (Unsafe.Add(ref bits, BitConverter.SingleToInt32Bits(node.Threshold) + (code >> 5)) >> (code & 31) & 1) != 0;
    }

    /// <summary>Four roots and the steps of the deepest of their trees.</summary>
    private readonly record struct Quartet(int A, int B, int C, int D, int Steps);

    private readonly struct Yes;

    private readonly struct No;
}
