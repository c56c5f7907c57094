using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What to expect of a regression's errors (direct loss estimation): the mean of what models of the loss predict for each row.</summary>
public sealed class RegressionExpectation : Expectation
{
    private const double FewRows = 100;

    private double absolute;
    private double squared;

    /// <param name="rows">Predictions.</param>
    /// <param name="outside">Those of them that lie outside of the predictions that the loss models learnt from.</param>
    /// <param name="absolute">Σ of the expected |y − ŷ|.</param>
    /// <param name="squared">Σ of the expected (y − ŷ)².</param>
    public RegressionExpectation(double rows, double outside, double absolute, double squared, SamplingErrors errors)
    {
        (Rows, Outside) = (rows, outside);
        (this.absolute, this.squared) = (absolute, squared);
        SetErrors(errors.PerRow, errors.Rows);
    }

    public override bool IsThin => Rows < FewRows;

    /// <inheritdoc/>
    public override void Add(Expectation other)
    {
        if (other is not RegressionExpectation more)
            throw new ArgumentException("Only expectations of a regression add up.", nameof(other));
        base.Add(other);
        absolute += more.absolute;
        squared += more.squared;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new MetricSet();
        if (Rows == 0)
            return figures.Values;
        figures["mae"] = absolute / Rows;
        figures["mse"] = squared / Rows;
        figures["rmse"] = Math.Sqrt(squared / Rows);
        return figures.Values;
    }

    /// <summary>As for the others; that of the RMSE follows from the MSE's, since d√m = dm / 2√m.</summary>
    public override double? Error(string key) => key != "rmse" ? base.Error(key)
        : base.Error("mse") is { } error && squared > 0 ? error / (2 * Math.Sqrt(squared / Rows)) : null;
}
