namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Areas from expected counts of positives and negatives over ascending scores; rows of one score, or of one bin, are one step.</summary>
public static class ExpectedRanking
{
    /// <summary>The expected area under the ROC curve by the trapezoid rule; null where one of the classes is not expected at all.</summary>
    /// <param name="positives">Σ p̂ for each step, ascending by score.</param>
    /// <param name="negatives">Σ (1 − p̂) for each step.</param>
    public static double? RocAuc(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double area = 0, above = 0, all = 0;
        for (var step = positives.Length - 1; step >= 0; step--)
        {
            area += negatives[step] * (above + (positives[step] / 2));
            above += positives[step];
            all += negatives[step];
        }

        return above > 0 && all > 0 ? area / above / all : null;
    }

    /// <summary>The expected average precision Σ (Rᵢ − Rᵢ₋₁)·Pᵢ; null where one of the classes is not expected at all.</summary>
    /// <inheritdoc cref="RocAuc"/>
    public static double? AveragePrecision(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double tp = 0, fp = 0, sum = 0;
        for (var step = positives.Length - 1; step >= 0; step--)
        {
            tp += positives[step];
            fp += negatives[step];
            if (positives[step] > 0)
                sum += positives[step] * tp / (tp + fp);
        }

        return tp > 0 && fp > 0 ? sum / tp : null;
    }
}
