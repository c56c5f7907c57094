using System.Globalization;
using System.Runtime.InteropServices;
using Dashboard.Core.Training;
using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>The loop over rounds: update, measure, tell, and stop once the best round lies far enough behind.</summary>
internal sealed class TrainingRounds(BoosterHandle booster, MatrixHandle train, MatrixHandle? validation, string decidingMetric)
{
    private static readonly string[] Parts = ["train", "validation"];

    /// <returns>The booster at its best round, with ownership; the one that was given is disposed where it is another.</returns>
    /// <param name="onRound">Null: nobody looks, and rounds are measured only where that decides when to stop. Measuring costs many times what a round on few rows does.</param>
    public BoosterHandle Run(BoosterParameters p, Action<RoundResult>? onRound, CancellationToken ct)
    {
        var rounds = p.Booster == BoosterKind.RandomForest ? 1 : p.Rounds;
        var stopsEarly = validation is not null && p.EarlyStoppingRounds > 0 && rounds > 1;
        var (best, bestRound) = (double.PositiveInfinity, 0);
        byte[]? bestLinear = null;
        var round = 1;
        for (; round <= rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            NativeMethods.Check(NativeMethods.XGBoosterUpdateOneIter(booster, round - 1, train));
            if (onRound is null && !stopsEarly)
                continue;
            var metrics = Evaluate(round - 1);
            onRound?.Invoke(new(round, rounds, metrics));
            if (!stopsEarly)
                continue;
            if (metrics.TryGetValue($"validation_{decidingMetric}", out var value) && value < best)
            {
                (best, bestRound) = (value, round);

                // A linear model has no trees to cut off: its weights at the best round have to be kept.
                if (p.Booster == BoosterKind.Linear)
                    bestLinear = BoosterBuffer.Save(booster, "ubj");
            }
            else if (round - bestRound >= p.EarlyStoppingRounds)
            {
                break;
            }
        }

        if (bestRound == 0 || bestRound == Math.Min(round, rounds))
            return booster;
        var kept = bestLinear is null ? Slice(bestRound) : BoosterBuffer.Load(bestLinear);
        booster.Dispose();
        return kept;
    }

    private BoosterHandle Slice(int rounds)
    {
        NativeMethods.Check(NativeMethods.XGBoosterSlice(booster, 0, rounds, 1, out var slice));
        return slice;
    }

    private unsafe Dictionary<string, double> Evaluate(int round)
    {
        var matrices = stackalloc nint[] { train.DangerousGetHandle(), validation?.DangerousGetHandle() ?? 0 };
        NativeMethods.Check(NativeMethods.XGBoosterEvalOneIter(booster, round, matrices, Parts, validation is null ? 1u : 2u, out var text));
        return Parse(Marshal.PtrToStringUTF8(text) ?? "");
    }

    /// <summary>Reads "[12]\ttrain-auc:0.71\tvalidation-auc:0.69"; what is not a number is left out.</summary>
    internal static Dictionary<string, double> Parse(string text)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var item in text.Split('\t', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = item.IndexOf('-', StringComparison.Ordinal);
            var colon = item.LastIndexOf(':');
            if (dash > 0 && colon > dash && double.TryParse(item.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                metrics[$"{item[..dash]}_{item[(dash + 1)..colon]}"] = value;
        }

        return metrics;
    }
}
