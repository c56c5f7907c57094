using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving.Trees;
using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>Makes the sparse matrix that a linear booster trains on, by a <see cref="LinearExpansion"/>.</summary>
internal static class LinearMatrix
{
    /// <summary>Means and deviations of the training rows decide the scales; a feature with known values gets one column a value.</summary>
    public static LinearExpansion Fit(MatrixData train, IReadOnlyList<EncodedFeature> features)
    {
        var terms = new LinearTerm[features.Count];
        for (var i = 0; i < terms.Length; i++)
        {
            if (features[i].Categories.Count > 0)
            {
                terms[i] = new(features[i].Name, 0, 1, features[i].Categories.Count);
                continue;
            }

            var (mean, deviation) = Moments(train, i);
            terms[i] = new(features[i].Name, (float)mean, deviation > 0 && float.IsFinite((float)(1 / deviation)) ? (float)(1 / deviation) : 0, 0);
        }

        return new(terms);
    }

    public static unsafe MatrixHandle Create(MatrixData data, LinearExpansion expansion, int threads)
    {
        var terms = expansion.Terms.ToArray();
        if (data.Columns != terms.Length)
            throw new ArgumentException($"A row of {data.Columns} features came; expected {terms.Length}.", nameof(data));
        var rows = new long[data.Rows + 1];
        var columns = new List<int>(data.Rows * terms.Length);
        var values = new List<float>(data.Rows * terms.Length);
        for (var row = 0; row < data.Rows; row++)
        {
            var first = 0;
            for (var i = 0; i < terms.Length; first += terms[i].Width, i++)
            {
                var value = data.Values[row * (long)terms.Length + i];
                if (float.IsNaN(value))
                    continue;
                if (terms[i].Categories == 0)
                {
                    columns.Add(first);
                    values.Add((value - terms[i].Mean) * terms[i].Scale);
                }
                else if (value >= 0 && value < terms[i].Categories)
                {
                    columns.Add(first + (int)value);
                    values.Add(1);
                }
            }

            rows[row + 1] = columns.Count;
        }

        // The library refuses a null pointer even where there is nothing behind it.
        var allColumns = columns.Count == 0 ? [0] : columns.ToArray();
        var allValues = values.Count == 0 ? [0f] : values.ToArray();
        MatrixHandle matrix;
        fixed (long* rowStarts = rows)
        fixed (int* columnOf = allColumns)
        fixed (float* valueOf = allValues)
        {
            NativeMethods.Check(NativeMethods.XGDMatrixCreateFromCSR(
                ArrayInterface.Of(rowStarts, rows.Length),
                ArrayInterface.Of(columnOf, columns.Count),
                ArrayInterface.Of(valueOf, values.Count),
                (ulong)expansion.Width,
                MatrixData.MatrixConfig(threads),
                out matrix));
        }

        return data.SetLabels(matrix);
    }

    /// <summary>Mean and standard deviation of the values that are there, by Welford's recurrence.</summary>
    private static (double Mean, double Deviation) Moments(MatrixData data, int column)
    {
        var (count, mean, squares) = (0L, 0.0, 0.0);
        for (var row = 0; row < data.Rows; row++)
        {
            var value = data.Values[row * (long)data.Columns + column];
            if (float.IsNaN(value))
                continue;
            count++;
            var distance = value - mean;
            mean += distance / count;
            squares += distance * (value - mean);
        }

        return (mean, count > 0 ? Math.Sqrt(squares / count) : 0);
    }
}
