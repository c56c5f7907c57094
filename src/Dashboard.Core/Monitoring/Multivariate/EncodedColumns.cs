using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Multivariate;

/// <summary>
/// Turns mixed rows into comparable numbers, as NannyML does before its principal components: a category becomes its share of the reference's rows (0 where it has none), what is missing the
/// column's mean or its most frequent category, and every column is standardised by the reference's mean and standard deviation (of the population; a constant column is only centred).
/// </summary>
internal sealed class EncodedColumns
{
    private readonly bool[] categorical;
    private readonly Dictionary<float, double>[] shares;
    private readonly double[] filling;
    private readonly double[] means;
    private readonly double[] deviations;

    /// <param name="features">rows × columns, NaN is missing.</param>
    /// <param name="rows">Which rows are the reference.</param>
    /// <param name="categorical">For each column whether its numbers are codes.</param>
    public EncodedColumns(float[] features, IReadOnlyList<int> rows, IReadOnlyList<bool> categorical)
    {
        this.categorical = [.. categorical];
        var width = categorical.Count;
        shares = new Dictionary<float, double>[width];
        (filling, means, deviations) = (new double[width], new double[width], new double[width]);
        for (var column = 0; column < width; column++)
        {
            var values = new List<float>(rows.Count);
            foreach (var row in rows)
                values.Add(features[(row * width) + column]);
            shares[column] = [];
            filling[column] = categorical[column] ? Categories(shares[column], values) : values.Where(float.IsFinite).Select(value => (double)value).DefaultIfEmpty().Average();
            var encoded = values.ConvertAll(value => Number(column, value));
            means[column] = encoded.DefaultIfEmpty().Average();
            var deviation = Math.Sqrt(encoded.Select(value => (value - means[column]) * (value - means[column])).DefaultIfEmpty().Average());
            deviations[column] = deviation > 1e-12 * Math.Max(1, Math.Abs(means[column])) ? deviation : 1;
        }
    }

    public int Width => categorical.Length;

    /// <summary>One row as standardised numbers.</summary>
    public void Encode(ReadOnlySpan<float> row, Span<double> encoded)
    {
        for (var column = 0; column < Width; column++)
            encoded[column] = (Number(column, row[column]) - means[column]) / deviations[column];
    }

    /// <summary>Counts the shares; what is missing counts as the most frequent category, the smallest code of equals.</summary>
    /// <returns>The share of the most frequent.</returns>
    private static double Categories(Dictionary<float, double> shares, List<float> values)
    {
        foreach (var value in values)
            if (!float.IsNaN(value))
                shares[value] = shares.GetValueOrDefault(value) + 1;
        if (shares.Count == 0)
            return 0;
        var most = shares.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
        shares[most] += values.Count(value => float.IsNaN(value) && !FeatureEncoder.IsUnknownCategory(value));
        foreach (var code in shares.Keys)
            shares[code] /= values.Count;
        return shares[most];
    }

    private double Number(int column, float value)
    {
        if (!categorical[column])
            return float.IsFinite(value) ? value : filling[column];
        return FeatureEncoder.IsUnknownCategory(value) ? 0 : float.IsNaN(value) ? filling[column] : shares[column].GetValueOrDefault(value);
    }
}
