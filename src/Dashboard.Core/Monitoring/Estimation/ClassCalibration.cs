namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Calibrates many classes: each against the rest by itself, then all scaled to a sum of one, as NannyML does it.</summary>
public static class ClassCalibration
{
    /// <summary>A calibrator for each class.</summary>
    /// <param name="scores">n×K scores, row by row.</param>
    /// <param name="labels">n class positions.</param>
    public static IReadOnlyList<Calibrator> Learn(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, int classes)
    {
        var calibrators = new Calibrator[classes];
        for (var c = 0; c < classes; c++)
            calibrators[c] = Calibrator.Learn(Column(scores, classes, c), OneAgainstRest(labels, c));
        return calibrators;
    }

    /// <summary>The probabilities behind one row's scores; even ones where every class is called impossible.</summary>
    public static void Of(IReadOnlyList<Calibrator> calibrators, ReadOnlySpan<float> scores, Span<double> probabilities)
    {
        for (var c = 0; c < scores.Length; c++)
            probabilities[c] = calibrators[c].Of(scores[c]);
        Normalize(probabilities);
    }

    /// <summary>Every row's probabilities by curves that were fitted without the row's fold, for the classes that are calibrated.</summary>
    /// <returns>n×K.</returns>
    public static double[] CrossFitted(IReadOnlyList<Calibrator> calibrators, ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var (classes, rows) = (calibrators.Count, labels.Length);
        var probabilities = new double[rows * classes];
        for (var c = 0; c < classes; c++)
        {
            var column = Column(scores, classes, c);
            var fitted = calibrators[c].Curve is null ? column : Calibrator.CrossFitted(column, OneAgainstRest(labels, c));
            for (var row = 0; row < rows; row++)
                probabilities[(row * classes) + c] = Math.Clamp(fitted[row], 0, 1);
        }

        for (var row = 0; row < rows; row++)
            Normalize(probabilities.AsSpan(row * classes, classes));
        return probabilities;
    }

    internal static double[] Column(ReadOnlySpan<double> scores, int classes, int c)
    {
        var column = new double[scores.Length / classes];
        for (var row = 0; row < column.Length; row++)
            column[row] = scores[(row * classes) + c];
        return column;
    }

    internal static int[] OneAgainstRest(ReadOnlySpan<int> labels, int c)
    {
        var binary = new int[labels.Length];
        for (var row = 0; row < binary.Length; row++)
            binary[row] = labels[row] == c ? 1 : 0;
        return binary;
    }

    private static void Normalize(Span<double> probabilities)
    {
        var sum = 0.0;
        foreach (var p in probabilities)
            sum += p;
        for (var c = 0; c < probabilities.Length; c++)
            probabilities[c] = sum > 0 ? probabilities[c] / sum : 1.0 / probabilities.Length;
    }
}
