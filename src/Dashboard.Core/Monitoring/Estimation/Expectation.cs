namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// What the labels of some predictions will say on average, if the chance of each outcome given the score is what it was when the estimator learnt.
/// Everything is a sum, so that expectations of windows and of versions add up.
/// </summary>
public abstract class Expectation
{
    private readonly Dictionary<string, double> variances = new(StringComparer.Ordinal);

    /// <summary>Predictions.</summary>
    public double Rows { get; protected set; }

    /// <summary>Predictions whose score lies outside of those that the estimator learnt from.</summary>
    public double Outside { get; protected set; }

    /// <summary>The fewest rows that any estimator in it learnt from.</summary>
    public long ReferenceRows { get; private set; } = long.MaxValue;

    /// <summary>The expected figures by training's keys; one that is not defined is absent.</summary>
    public abstract IReadOnlyDictionary<string, double> Figures();

    /// <summary>Whether too few rows of a class, or too few at all, are expected for the figures to mean much.</summary>
    public abstract bool IsThin { get; }

    /// <summary>The standard error of a figure: how far the realised one will stray from it by chance. Null where it is not known.</summary>
    public virtual double? Error(string key) => Rows > 0 && variances.TryGetValue(key, out var variance) ? Math.Sqrt(variance) / Rows : null;

    /// <summary>Adds the expectation for other rows.</summary>
    /// <exception cref="ArgumentException">It is of another task, or over other steps.</exception>
    public virtual void Add(Expectation other)
    {
        Rows += other.Rows;
        Outside += other.Outside;
        ReferenceRows = Math.Min(ReferenceRows, other.ReferenceRows);
        foreach (var (key, variance) in other.variances)
            variances[key] = variances.GetValueOrDefault(key) + variance;
    }

    /// <summary>Names the errors of these rows.</summary>
    /// <param name="perRow">By key, the standard error for one row: for n it is this over √n.</param>
    protected void SetErrors(IReadOnlyDictionary<string, double> perRow, long referenceRows)
    {
        ReferenceRows = referenceRows;
        foreach (var (key, error) in perRow)
            variances[key] = Rows * error * error;
    }
}
