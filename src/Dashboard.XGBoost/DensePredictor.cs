using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>
/// The library's own prediction of one row without a DMatrix of its own: what serving would call if it did not walk the trees itself. It is here to be compared with, in tests and benchmarks.
/// For one caller at a time.
/// </summary>
public sealed class DensePredictor : IDisposable
{
    // The header does not say so, but cache_id is mandatory.
    private const string Config = """{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"missing":NaN,"cache_id":0}""";

    private readonly BoosterHandle booster;
    private readonly float[] row;
    private readonly string description;

    /// <param name="model">A model as JSON or UBJSON.</param>
    /// <param name="columns">Features in a row.</param>
    /// <exception cref="XGBoostException">The library cannot read the model.</exception>
    public unsafe DensePredictor(byte[] model, int columns)
    {
        booster = BoosterBuffer.Load(model);

        // More threads make a single row slower.
        NativeMethods.Check(NativeMethods.XGBoosterSetParam(booster, "nthread", "1"));
        row = GC.AllocateArray<float>(columns, pinned: true);
        fixed (float* pinned = row)
            description = ArrayInterface.Of(pinned, 1, columns);
    }

    /// <summary>The first output for one row.</summary>
    public unsafe float Predict(ReadOnlySpan<float> features)
    {
        features.CopyTo(row);
        NativeMethods.Check(NativeMethods.XGBoosterPredictFromDense(booster, description, Config, 0, out _, out _, out var result));
        return result[0];
    }

    public void Dispose() => booster.Dispose();
}
