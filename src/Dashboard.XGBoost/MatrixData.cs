using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>Rows for the library.</summary>
/// <param name="Values">Row by row, <paramref name="Columns"/> encoded features each; NaN is missing.</param>
/// <param name="Labels">One a row: 0 or 1, the class's index, or the value. Null where only a prediction is wanted.</param>
public sealed record MatrixData(float[] Values, int Rows, int Columns, float[]? Labels = null)
{
    /// <summary>Copies the rows into a DMatrix of the library's.</summary>
    internal unsafe MatrixHandle ToDense(int threads)
    {
        if (Values.Length < (long)Rows * Columns || Labels is not null && Labels.Length != Rows)
            throw new InvalidOperationException($"{Values.Length} values and {Labels?.Length ?? Rows} labels do not make {Rows} rows of {Columns} features.");
        MatrixHandle matrix;
        fixed (float* values = Values)
            NativeMethods.Check(NativeMethods.XGDMatrixCreateFromDense(ArrayInterface.Of(values, Rows, Columns), MatrixConfig(threads), out matrix));
        return SetLabels(matrix);
    }

    internal static string MatrixConfig(int threads) => $$"""{"missing":NaN,"nthread":{{threads}}}""";

    internal unsafe MatrixHandle SetLabels(MatrixHandle matrix)
    {
        if (Labels is null)
            return matrix;
        fixed (float* labels = Labels)
            NativeMethods.Check(NativeMethods.XGDMatrixSetInfoFromInterface(matrix, "label", ArrayInterface.Of(labels, Rows)));
        return matrix;
    }
}
