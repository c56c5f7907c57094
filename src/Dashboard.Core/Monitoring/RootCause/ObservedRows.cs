namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>Rows of one side, reference or current: what the model saw, what it answered, and what was true where that is known.</summary>
/// <param name="Width">Encoded features of a row.</param>
/// <param name="OutputCount">Outputs of a row: 1, or one a class.</param>
/// <param name="Features">Row after row; NaN is missing.</param>
/// <param name="Outputs">Row after row; finite.</param>
/// <param name="Labels">The class's position or the number of each row; NaN where it is not known.</param>
/// <param name="Times">Each row's time in ticks; empty without times.</param>
public sealed record ObservedRows(int Width, int OutputCount, float[] Features, float[] Outputs, double[] Labels, long[] Times)
{
    public int Count => Labels.Length;

    public ReadOnlySpan<float> FeaturesOf(int row) => Features.AsSpan(row * Width, Width);

    public ReadOnlySpan<float> OutputsOf(int row) => Outputs.AsSpan(row * OutputCount, OutputCount);

    /// <summary>Some of the rows, in the order given.</summary>
    public ObservedRows Pick(IReadOnlyList<int> rows)
    {
        var picked = new ObservedRows(Width, OutputCount, new float[rows.Count * Width], new float[rows.Count * OutputCount], new double[rows.Count], Times.Length == 0 ? [] : new long[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            FeaturesOf(rows[i]).CopyTo(picked.Features.AsSpan(i * Width));
            OutputsOf(rows[i]).CopyTo(picked.Outputs.AsSpan(i * OutputCount));
            picked.Labels[i] = Labels[rows[i]];
            if (Times.Length > 0)
                picked.Times[i] = Times[rows[i]];
        }

        return picked;
    }

    /// <summary>The rows whose ground truth is known.</summary>
    public ObservedRows Labelled() => Array.Exists(Labels, double.IsNaN) ? Pick([.. Enumerable.Range(0, Count).Where(row => !double.IsNaN(Labels[row]))]) : this;

    /// <summary>The rows in the order of time; as they are without times.</summary>
    public ObservedRows InOrderOfTime() => Times.Length == 0 ? this : Pick([.. Enumerable.Range(0, Count).OrderBy(row => Times[row])]);
}
