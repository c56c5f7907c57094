namespace Dashboard.Core.Serving.Trees.Reading;

/// <summary>Lays the trees of a model file out flat, checking every number that a walk will trust.</summary>
internal sealed class ForestReader(int features, int outputs)
{
    /// <summary>Category bits beyond this are refused: 128 MiB, more than any honest model has.</summary>
    private const int MaxWords = 1 << 25;

    private readonly List<TreeNode> nodes = [];
    private readonly List<uint> categoryBits = [];
    private readonly int[] categoryCounts = new int[features];

    /// <param name="model">The "model" object of a tree booster.</param>
    /// <param name="weights">For dart: what each tree's leaves are multiplied by.</param>
    public Forest Read(ModelField model, double[]? weights)
    {
        var trees = model["trees"].Items();
        var info = model["tree_info"];
        var outputOfTree = info.Numbers(trees.Count);
        for (var i = 0; i < outputOfTree.Length; i++)
        {
            if (!(outputOfTree[i] >= 0 && outputOfTree[i] < outputs && outputOfTree[i] == Math.Floor(outputOfTree[i])))
                throw info.Wrong(i, $"an output from 0 to {outputs - 1}");
        }

        var roots = new int[trees.Count];
        var depths = new int[trees.Count];
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = nodes.Count;
            depths[i] = Append(trees[i], weights is null ? 1 : (float)weights[i]);
        }

        return new([.. nodes], [.. categoryBits], roots, depths, [.. outputOfTree.Select(output => (int)output)], categoryCounts);
    }

    /// <summary>Appends one tree, level by level, siblings side by side.</summary>
    /// <returns>Its depth.</returns>
    private int Append(ModelField tree, float weight)
    {
        var source = new SourceTree(tree, features);
        var start = nodes.Count;
        var level = new List<int> { 0 };
        var seen = new bool[source.Count];
        seen[0] = true;
        nodes.Add(default);
        var depth = 0;
        for (var at = start; ; depth++)
        {
            var next = new List<int>();
            var firstOfNext = at + level.Count;
            foreach (var node in level)
            {
                if (source.IsLeaf(node))
                {
                    nodes[at] = TreeNode.Leaf(source.LeafValue(node) * weight, at);
                }
                else
                {
                    nodes[at] = Split(source, node, firstOfNext + next.Count);
                    next.Add(source.Child(source.Left, node, seen));
                    next.Add(source.Child(source.Right, node, seen));
                    nodes.Add(default);
                    nodes.Add(default);
                }

                at++;
            }

            if (next.Count == 0)
                return depth;
            level = next;
        }
    }

    private TreeNode Split(SourceTree source, int node, int left)
    {
        var feature = source.Feature(node);
        var position = feature + (source.DefaultLeft(node) ? 0 : features);
        if (source.Categories(node) is not { } codes)
            return TreeNode.Split(position, source.Threshold(node), left);
        var firstWord = categoryBits.Count;
        var largest = (int)source.LargestCode(codes);
        categoryCounts[feature] = Math.Max(categoryCounts[feature], largest + 1);
        var words = (largest >> 5) + 1;
        if (words > MaxWords - firstWord)
            throw new MalformedModelException($"{source.Path}.categories", $"codes up to {(words * 32L) - 1}", $"categories that fit into {MaxWords / (1 << 18)} MiB as bits");
        for (var i = 0; i < words; i++)
            categoryBits.Add(0);
        foreach (var code in codes)
            categoryBits[firstWord + ((int)code >> 5)] |= 1u << ((int)code & 31);
        return TreeNode.CategoricalSplit(position, firstWord, words, left);
    }
}
