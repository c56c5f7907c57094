using System.Runtime.InteropServices;
using Dashboard.Core.Serving.Trees;
using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>A booster in the native library's memory: for evaluation and explanation. Serving reads its saved model with <see cref="XGBoostModelReader"/> instead.</summary>
public sealed class TrainedBooster : IDisposable
{
    private readonly BoosterHandle booster;
    private readonly LinearExpansion? expansion;
    private readonly int threads;

    internal TrainedBooster(BoosterHandle booster, LinearExpansion? expansion, int threads)
    {
        this.booster = booster;
        this.expansion = expansion;
        this.threads = threads;
        NativeMethods.Check(NativeMethods.XGBoosterBoostedRounds(booster, out var rounds));
        BestRounds = rounds;
    }

    /// <summary>The rounds that the booster holds: all that were trained, or up to the best where training stopped early.</summary>
    public int BestRounds { get; }

    /// <summary>Loads a model that was saved as JSON or UBJSON, here or elsewhere.</summary>
    /// <param name="threads">Threads of one prediction; 0: all processors. A single row is quickest with one.</param>
    /// <exception cref="XGBoostException">The library cannot read it.</exception>
    public static TrainedBooster Load(byte[] model, int threads = 0)
    {
        if (threads <= 0)
            threads = Environment.ProcessorCount;
        var loaded = BoosterBuffer.Load(model);
        try
        {
            NativeMethods.Check(NativeMethods.XGBoosterSetParam(loaded, "nthread", threads.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            NativeMethods.Check(NativeMethods.XGBoosterGetAttr(loaded, LinearExpansion.Attribute, out var text, out var found));
            var terms = found == 0 ? null : LinearExpansion.Parse(Marshal.PtrToStringUTF8(text)!) ?? throw new XGBoostException($"The attribute {LinearExpansion.Attribute} of the model is damaged.");
            return new(loaded, terms, threads);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Predicts every row: rows × outputs, after the objective's transformation.</summary>
    public float[] Predict(MatrixData data) => Predict(data, Prediction.Value);

    /// <summary>Exact TreeSHAP contributions to the margin: rows × outputs × (columns + 1); the last of each is the bias, and each sums to the margin. For a linear booster weight times value.</summary>
    public float[] Contributions(MatrixData data)
    {
        var contributions = Predict(data, Prediction.Contributions);
        return expansion is null ? contributions : Gather(contributions, expansion);
    }

    /// <summary>The average loss reduction of each feature's splits, by name; features without a split are left out, and a linear booster has none.</summary>
    public unsafe IReadOnlyDictionary<string, double> Gain()
    {
        if (expansion is not null)
            return new Dictionary<string, double>();
        NativeMethods.Check(NativeMethods.XGBoosterFeatureScore(booster, """{"importance_type":"gain"}""", out var count, out var names, out _, out _, out var scores));
        var gain = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < (int)count; i++)
            gain[Marshal.PtrToStringUTF8(names[i])!] = scores[i];
        return gain;
    }

    /// <summary>The model as XGBoost's JSON.</summary>
    public byte[] SaveJson() => BoosterBuffer.Save(booster, "json");

    /// <summary>The model as XGBoost's UBJSON.</summary>
    public byte[] SaveUbj() => BoosterBuffer.Save(booster, "ubj");

    public void Dispose() => booster.Dispose();

    private unsafe float[] Predict(MatrixData data, Prediction kind)
    {
        using var matrix = expansion is null ? data.ToDense(threads) : LinearMatrix.Create(data, expansion, threads);
        var config = $$"""{"type":{{(int)kind}},"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true}""";
        NativeMethods.Check(NativeMethods.XGBoosterPredictFromDMatrix(booster, matrix, config, out var shape, out var dimensions, out var result));
        var length = 1UL;
        for (var i = 0UL; i < dimensions; i++)
            length *= shape[i];
        return new ReadOnlySpan<float>(result, checked((int)length)).ToArray();
    }

    /// <summary>Adds up the contributions of the columns that one feature was expanded to.</summary>
    private static float[] Gather(float[] expanded, LinearExpansion expansion)
    {
        var width = expansion.Width + 1;
        var gathered = new float[expanded.Length / width * (expansion.Terms.Count + 1)];
        var to = 0;
        for (var from = 0; from < expanded.Length;)
        {
            foreach (var term in expansion.Terms)
            {
                gathered[to++] = System.Numerics.Tensors.TensorPrimitives.Sum(expanded.AsSpan(from, term.Width));
                from += term.Width;
            }

            gathered[to++] = expanded[from++];
        }

        return gathered;
    }

    /// <summary>The library's numbers for what to predict.</summary>
    private enum Prediction
    {
        Value = 0,
        Contributions = 2,
    }
}
