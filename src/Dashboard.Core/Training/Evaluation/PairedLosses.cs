namespace Dashboard.Core.Training.Evaluation;

/// <summary>Running means of two losses on the same rows and the spread of their difference (Welford 1962).</summary>
internal sealed class PairedLosses
{
    private long rows;
    private double mean;
    private double squares;

    /// <summary>The mean loss of the first model.</summary>
    public double First { get; private set; }

    /// <summary>The mean loss of the second model.</summary>
    public double Second { get; private set; }

    /// <summary>The standard error of the mean difference; NaN under two rows.</summary>
    public double StandardError => rows > 1 ? Math.Sqrt(squares / (rows - 1) / rows) : double.NaN;

    public void Add(double first, double second)
    {
        rows++;
        First += (first - First) / rows;
        Second += (second - Second) / rows;
        var difference = second - first;
        var step = difference - mean;
        mean += step / rows;
        squares += step * (difference - mean);
    }

    public void AddTo(List<PairedDifference> found, string metric)
    {
        if (rows > 1)
            found.Add(PairedComparison.Difference(metric, First, Second, StandardError));
    }
}
