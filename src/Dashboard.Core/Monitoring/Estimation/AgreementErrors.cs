namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// Errors for one row of the correlation of classes (Matthews for two, Gorodkin's R_K for many) and of Cohen's kappa, by the delta method: the standard deviation of
/// what one row moves them by (their influence function), over the cells of the confusion matrix.
/// </summary>
internal readonly struct AgreementErrors
{
    /// <param name="cells">K×K counts, actual by predicted.</param>
    public AgreementErrors(ReadOnlySpan<double> cells, int k)
    {
        double n = 0, hits = 0;
        double[] actual = new double[k], predicted = new double[k];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                actual[i] += cells[(i * k) + j];
                predicted[j] += cells[(i * k) + j];
            }

            hits += cells[(i * k) + i];
        }

        for (var i = 0; i < k; i++)
            n += actual[i];
        double chance = 0, actualSquares = 0, predictedSquares = 0;
        for (var i = 0; i < k; i++)
        {
            (actual[i], predicted[i]) = (actual[i] / n, predicted[i] / n);
            chance += actual[i] * predicted[i];
            actualSquares += actual[i] * actual[i];
            predictedSquares += predicted[i] * predicted[i];
        }

        hits /= n;
        double ofActual = 1 - actualSquares, ofPredicted = 1 - predictedSquares, scale = Math.Sqrt(ofActual * ofPredicted), correlation = (hits - chance) / scale;
        double correlationVariance = 0, kappaVariance = 0;
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                var share = cells[(i * k) + j] / n;
                double hit = (i == j ? 1 : 0) - hits, by = predicted[i] + actual[j] - (2 * chance);
                var onCorrelation = ((hit - by) / scale) + (correlation * (((actual[i] - actualSquares) / ofActual) + ((predicted[j] - predictedSquares) / ofPredicted)));
                var onKappa = (hit / (1 - chance)) - ((1 - hits) * by / ((1 - chance) * (1 - chance)));
                correlationVariance += share * onCorrelation * onCorrelation;
                kappaVariance += share * onKappa * onKappa;
            }
        }

        Mcc = scale > 0 ? Math.Sqrt(correlationVariance) : null;
        CohenKappa = chance < 1 ? Math.Sqrt(kappaVariance) : null;
    }

    /// <summary>Null where a class is always or never predicted.</summary>
    public double? Mcc { get; }

    public double? CohenKappa { get; }
}
