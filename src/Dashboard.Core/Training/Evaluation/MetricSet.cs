namespace Dashboard.Core.Training.Evaluation;

/// <summary>Collects figures; what is undefined stays out, so that nobody averages or draws a NaN.</summary>
internal sealed class MetricSet
{
    private readonly Dictionary<string, double> values = [];

    public IReadOnlyDictionary<string, double> Values => values;

    public double? this[string key]
    {
        set
        {
            if (value is { } number && double.IsFinite(number))
                values[key] = number;
        }
    }
}
