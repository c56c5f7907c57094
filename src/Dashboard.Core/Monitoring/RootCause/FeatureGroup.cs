using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>Columns that are judged together.</summary>
public sealed record FeatureGroup(string Name, IReadOnlyList<int> Columns)
{
    /// <summary>More than this would be asked for in too few orders to tell them apart.</summary>
    public const int Most = 16;

    /// <summary>Every feature for itself; beyond <see cref="ShapleyValues.MostExact"/> features by raw input; of very many inputs those that changed most, and one group of the others.</summary>
    /// <param name="changed">For each feature how much it tells current rows from reference ones.</param>
    public static IReadOnlyList<FeatureGroup> Of(Preprocessing preprocessing, IReadOnlyList<double> changed)
    {
        var features = preprocessing.Features;
        List<FeatureGroup> groups = features.Count <= ShapleyValues.MostExact
            ? [.. features.Select((feature, column) => new FeatureGroup(feature.Name, [column]))]
            : [.. features.Select((feature, column) => (feature.Input, column)).GroupBy(pair => pair.Input, pair => pair.column).Select(group => new FeatureGroup(preprocessing.Inputs[group.Key].Name, [.. group]))];
        if (groups.Count <= Most)
            return groups;
        var ordered = groups.OrderByDescending(group => group.Columns.Sum(column => changed[column])).ToList();
        var others = ordered.Skip(Most - 1).ToList();
        return [.. ordered.Take(Most - 1), new($"{others.Count} other inputs", [.. others.SelectMany(group => group.Columns)])];
    }
}
