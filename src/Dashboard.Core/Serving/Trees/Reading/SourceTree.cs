namespace Dashboard.Core.Serving.Trees.Reading;

/// <summary>One tree as the file has it: parallel arrays, one entry a node. What is asked for is checked when it is asked for, so that deleted nodes may hold anything.</summary>
internal sealed class SourceTree
{
    private const int MaxCode = 1 << 24;

    private readonly ModelField source;
    private readonly int features;
    private readonly double[] left;
    private readonly double[] indices;
    private readonly double[] conditions;
    private readonly double[] defaultLeft;
    private readonly double[]? splitTypes;
    private readonly Dictionary<int, (int First, int Count)> segments = [];
    private readonly double[] categories = [];

    public SourceTree(ModelField tree, int features)
    {
        source = tree;
        this.features = features;
        if (tree.Find("tree_param") is { } parameters && parameters.Find("size_leaf_vector") is { } vector && vector.Whole(0, int.MaxValue) > 1)
            throw vector.Wrong("0 or 1: trees with a vector in each leaf (multi_output_tree) are not supported");
        Left = tree["left_children"];
        left = Left.Numbers();
        Count = left.Length;
        if (Count == 0)
            throw Left.Wrong("one node or more");
        Right = tree["right_children"];
        Right.Numbers(Count);
        indices = tree["split_indices"].Numbers(Count);
        conditions = tree["split_conditions"].Numbers(Count);
        defaultLeft = tree["default_left"].Numbers(Count);
        splitTypes = tree.Find("split_type")?.Numbers(Count);
        if (splitTypes is not null && Array.IndexOf(splitTypes, 1.0) >= 0)
            categories = ReadSegments();
    }

    public int Count { get; }

    public string Path => source.Path;

    public ModelField Left { get; }

    public ModelField Right { get; }

    public bool IsLeaf(int node) => left[node] == -1;

    public bool DefaultLeft(int node) => defaultLeft[node] != 0;

    public float LeafValue(int node) =>
        (float)conditions[node] is var value && float.IsFinite(value) ? value : throw source["split_conditions"].Wrong(node, "a finite leaf value");

    public float Threshold(int node) =>
        (float)conditions[node] is var value && !float.IsNaN(value) ? value : throw source["split_conditions"].Wrong(node, "a number to split at");

    public int Feature(int node) =>
        indices[node] is var index && index >= 0 && index < features && index == Math.Floor(index) ? (int)index : throw source["split_indices"].Wrong(node, $"a feature from 0 to {features - 1}");

    /// <summary>A child's index, marked as seen: a second visit means that the nodes are no tree.</summary>
    public int Child(ModelField children, int node, bool[] seen)
    {
        var child = children.Value.Numbers[node];
        if (!(child > 0 && child < Count && child == Math.Floor(child)))
            throw children.Wrong(node, $"a node from 1 to {Count - 1}, or -1 for both children of a leaf");
        if (seen[(int)child])
            throw children.Wrong(node, "a node that no other node leads to");
        seen[(int)child] = true;
        return (int)child;
    }

    /// <summary>The codes that go right at a categorical split, or null at a numerical one.</summary>
    public Codes? Categories(int node)
    {
        if (splitTypes is null || splitTypes[node] == 0)
            return null;
        return segments.TryGetValue(node, out var segment)
            ? new(categories.AsMemory(segment.First, segment.Count))
            : throw source["split_type"].Wrong(node, "0, or categories for the node");
    }

    public long LargestCode(Codes codes)
    {
        var largest = 0.0;
        foreach (var code in codes)
        {
            if (!(code >= 0 && code < MaxCode && code == Math.Floor(code)))
                throw new MalformedModelException($"{Path}.categories", code.ToString("R"), $"category codes from 0 to {MaxCode - 1}");
            largest = Math.Max(largest, code);
        }

        return (long)largest;
    }

    private double[] ReadSegments()
    {
        var all = source["categories"].Numbers();
        var owners = source["categories_nodes"];
        var starts = source["categories_segments"];
        var sizes = source["categories_sizes"];
        var count = owners.Numbers().Length;
        starts.Numbers(count);
        sizes.Numbers(count);
        for (var i = 0; i < count; i++)
        {
            var node = owners.Value.Numbers[i];
            if (!(node >= 0 && node < Count && node == Math.Floor(node)))
                throw owners.Wrong(i, $"a node from 0 to {Count - 1}");
            var start = starts.Value.Numbers[i];
            var size = sizes.Value.Numbers[i];
            if (!(start >= 0 && start <= all.Length && start == Math.Floor(start)))
                throw starts.Wrong(i, $"a position from 0 to {all.Length}");
            if (!(size >= 0 && size <= all.Length - start && size == Math.Floor(size)))
                throw sizes.Wrong(i, $"a size from 0 to {all.Length - start}");
            segments[(int)node] = ((int)start, (int)size);
        }

        return all;
    }

    /// <summary>Category codes of one split.</summary>
    public readonly record struct Codes(ReadOnlyMemory<double> Values)
    {
        public ReadOnlySpan<double>.Enumerator GetEnumerator() => Values.Span.GetEnumerator();
    }
}
