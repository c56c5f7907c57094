using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>Divides the rows of both sides by a column, and finds those that carry a part of the change.</summary>
/// <param name="referenceLosses">The loss of each reference row.</param>
/// <param name="weights">The weight of each reference row.</param>
/// <param name="currentLosses">The loss of each current row; null without ground truth.</param>
internal sealed class RowSlices(IReadOnlyList<EncodedFeature> features, ObservedRows reference, ObservedRows current, double[] referenceLosses, double[] weights, double[]? currentLosses)
{
    private const int Bands = 8;
    private const int MostDistinct = 12;

    /// <summary>Rows of a side that a slice needs before its loss is spoken of.</summary>
    private const int LeastRows = 30;

    private readonly double referenceMean = referenceLosses.Average();

    /// <summary>The rows whose growing or shrinking share moves the loss most in the direction of an amount; null where none do.</summary>
    public RowSlice? Moving(IReadOnlyList<int> columns, double amount) =>
        Strongest(columns, amount, slice => slice.ReferenceLoss is { } loss ? (slice.CurrentShare - slice.ReferenceShare) * (loss - referenceMean) : 0);

    /// <summary>The rows whose loss differs most from what the same inputs cost in the reference, beyond what all rows differ by; null where none do.</summary>
    /// <param name="concept">By how much all rows differ.</param>
    public RowSlice? Differing(IReadOnlyList<int> columns, double concept) => Strongest(columns, concept, slice =>
        slice.CurrentLoss is { } now && slice.ReweightedLoss is { } before ? slice.CurrentShare * (now - before - concept) : 0);

    private RowSlice? Strongest(IReadOnlyList<int> columns, double direction, Func<RowSlice, double> moves)
    {
        var best = columns.SelectMany(Slices).Select(slice => (slice, by: moves(slice) * Math.Sign(direction))).DefaultIfEmpty().MaxBy(pair => pair.by);
        return best.by > 0 ? best.slice : null;
    }

    private IEnumerable<RowSlice> Slices(int column)
    {
        var words = Divide(column, out var place);
        var slices = new Sums[words.Count];
        for (var row = 0; row < reference.Count; row++)
            slices[place(reference.FeaturesOf(row)[column])].AddReference(referenceLosses[row], weights[row]);
        for (var row = 0; row < current.Count; row++)
            slices[place(current.FeaturesOf(row)[column])].AddCurrent(currentLosses?[row] ?? double.NaN);
        for (var i = 0; i < slices.Length; i++)
            if (slices[i].IsSpokenOf)
                yield return slices[i].ToSlice(features[column].Name, words[i], reference.Count, current.Count);
    }

    /// <summary>By value where there are few, otherwise by bands that hold equally many rows of both sides; missing and unknown values for themselves.</summary>
    private List<string> Divide(int column, out Func<float, int> place)
    {
        var feature = features[column];
        float[] values = [.. Column(reference, column).Concat(Column(current, column)).Where(value => !float.IsNaN(value))];
        Array.Sort(values);
        var distinct = values.Distinct().ToArray();
        var byValue = feature.IsCategorical || distinct.Length <= MostDistinct;
        var edges = byValue ? distinct : [.. Enumerable.Range(0, Bands).Select(band => values[(int)((long)band * values.Length / Bands)]).Distinct()];
        List<string> words = byValue
            ? [.. edges.Select(value => Word(feature, value))]
            : [.. edges.Select((edge, i) => i + 1 < edges.Length ? $"from {Number(edge)} to {Number(edges[i + 1])}" : $"{Number(edge)} and more")];
        words.Add("missing");
        words.Add("a value new to the model");
        place = value => FeatureEncoder.IsUnknownCategory(value) ? edges.Length + 1 : float.IsNaN(value) ? edges.Length : Below(edges, value);
        return words;
    }

    private static int Below(float[] edges, float value)
    {
        var at = Array.BinarySearch(edges, value);
        return at >= 0 ? at : Math.Max(0, ~at - 1);
    }

    private static IEnumerable<float> Column(ObservedRows rows, int column) => Enumerable.Range(0, rows.Count).Select(row => rows.FeaturesOf(row)[column]);

    private static string Word(EncodedFeature feature, float value) => value >= 0 && value < feature.Categories.Count && value == MathF.Floor(value) ? feature.Categories[(int)value] : Number(value);

    private static string Number(float value) => value == MathF.Floor(value) && MathF.Abs(value) < 1e7f
        ? value.ToString(MathF.Abs(value) >= 10_000 ? "N0" : "F0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    private struct Sums
    {
        private int referenceRows, currentRows;
        private double referenceLoss, weightedLoss, weight, currentLoss;

        public readonly bool IsSpokenOf => referenceRows >= LeastRows || currentRows >= LeastRows;

        public void AddReference(double loss, double rowWeight)
        {
            referenceRows++;
            referenceLoss += loss;
            weight += rowWeight;
            weightedLoss += rowWeight * loss;
        }

        public void AddCurrent(double loss)
        {
            currentRows++;
            currentLoss += loss;
        }

        public readonly RowSlice ToSlice(string column, string words, int referenceCount, int currentCount) => new(column, words, referenceRows / (double)referenceCount, currentRows / (double)currentCount,
            referenceRows >= LeastRows ? referenceLoss / referenceRows : null,
            referenceRows >= LeastRows && weight > 0 ? weightedLoss / weight : null,
            currentRows >= LeastRows && !double.IsNaN(currentLoss) ? currentLoss / currentRows : null);
    }
}
