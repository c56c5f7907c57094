using System.Globalization;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Training;

namespace Dashboard.Core.Serving;

/// <summary>
/// The bins by which the predictions of two versions are compared, the same for both and fixed for the whole rollout: the decided class, or for a regression where the number lies among the
/// reference's tenths. Immutable.
/// </summary>
public sealed class PredictionBins
{
    /// <summary>More classes than this are not compared: each takes two tests, among which the risk is shared out.</summary>
    public const int MostClasses = 64;

    private readonly int[][] places;
    private readonly float[] edges;

    private PredictionBins(IReadOnlyList<string> names, int[][] places, float[] edges) => (Names, this.places, this.edges) = (names, places, edges);

    /// <summary>What each bin is called, for people.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Each bin in words that go on from "predictions": "of “late”", "between 0.10 and 0.20".</summary>
    public IReadOnlyList<string> Phrases => edges.Length == 0 ? [.. Names.Select(name => $"of “{name}”")] : [.. Names.SkipLast(1), $"of {Names[^1]}"];

    public int Count => Names.Count;

    /// <summary>Where the bins of a number begin; empty for classes.</summary>
    public IReadOnlyList<float> Edges => edges;

    /// <summary>A bin for each class of either version, by its name: their order may differ.</summary>
    /// <returns>Null above <see cref="MostClasses"/>, and where either is a regression.</returns>
    public static PredictionBins? OfClasses(ServedModel champion, ServedModel challenger)
    {
        IReadOnlyList<string>[] classes = [champion.Manifest.Classes, challenger.Manifest.Classes];
        var names = classes[0].Union(classes[1], StringComparer.Ordinal).ToList();
        return names.Count > MostClasses || classes.Any(list => list.Count == 0) ? null : new(names, [.. classes.Select(list => list.Select(name => names.IndexOf(name)).ToArray())], []);
    }

    /// <summary>Bins of a number.</summary>
    /// <param name="edges">At least one, strictly ascending: n edges make n + 1 bins, each from its edge on.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static PredictionBins OfEdges(IReadOnlyList<float> edges)
    {
        if (edges.Count == 0 || edges.Zip(edges.Skip(1)).Any(pair => !(pair.First < pair.Second)) || edges.Any(edge => !float.IsFinite(edge)))
            throw new ArgumentException($"The edges are {string.Join(", ", edges)}; expected one or more finite numbers, strictly ascending.", nameof(edges));
        var words = Words(edges);
        return new([$"below {words[0]}", .. words.Select((edge, i) => i + 1 < words.Length ? $"between {edge} and {words[i + 1]}" : $"{edge} and more")], [], [.. edges]);
    }

    /// <summary>The edges with as few digits, three at least, as tell each from the others.</summary>
    private static string[] Words(IReadOnlyList<float> edges)
    {
        for (var digits = 3; digits < 9; digits++)
        {
            string[] words = [.. edges.Select(edge => Text(edge, digits))];
            if (words.Distinct(StringComparer.Ordinal).Count() == words.Length)
                return words;
        }

        return [.. edges.Select(edge => Text(edge, 9))];
    }

    /// <summary>0.1 is not told from 0.10 by a reader: between 1/1000 and 1000 a number shows all its digits.</summary>
    private static string Text(float edge, int digits)
    {
        var size = Math.Abs(edge);
        if (size is not 0 and (< 1e-3f or >= 1e6f))
            return edge.ToString($"G{digits}", CultureInfo.InvariantCulture);
        var whole = size < 1 ? 1 : (int)Math.Floor(Math.Log10(size)) + 1;
        return edge.ToString($"F{Math.Max(0, digits - whole)}", CultureInfo.InvariantCulture);
    }

    /// <summary>The bin of a prediction; −1 where an output is no finite number.</summary>
    public int BinOf(Arm arm, ServedModel model, ReadOnlySpan<float> outputs)
    {
        foreach (var output in outputs)
            if (!float.IsFinite(output))
                return -1;
        if (model.Manifest.Task != ModelTask.Regression)
            return places[(int)arm][model.Decide(outputs)];
        var bin = edges.AsSpan().BinarySearch(outputs[0]);
        return bin >= 0 ? bin + 1 : ~bin;
    }
}
