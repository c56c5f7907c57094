using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>What a version learnt from: forty days in which distances are even from 0 to 1000, one carrier in three is UA, and one prediction in five is wrong.</summary>
internal static class FortyDays
{
    public const int PerDay = 360;

    private const int Count = 40 * PerDay;

    public static ReferenceProfile Reference(Preprocessing preprocessing)
    {
        var (features, scores, labels, times) = Draw();
        return ReferenceBuilder.Build(preprocessing, ModelTask.BinaryClassification, ["false", "true"], 0.5, features, ReferencePredictions.OfAllRows(scores, Count, labels), times);
    }

    /// <summary>The sample of them that goes into a package.</summary>
    public static ReferenceRows Rows(Preprocessing preprocessing)
    {
        var (features, scores, labels, times) = Draw();
        return ReferenceRowsBuilder.Build(preprocessing, features, scores, labels, times, (row, values) => (values[0], values[1]) = (InputValue.OfNumber(features[2 * row]), InputValue.OfCode((int)features[(2 * row) + 1])));
    }

    private static (float[] Features, float[] Scores, double[] Labels, long[] Times) Draw()
    {
        var random = new Random(42);
        var (features, scores, labels, times) = (new float[2 * Count], new float[Count], new double[Count], new long[Count]);
        for (var i = 0; i < Count; i++)
        {
            features[2 * i] = (float)(random.NextDouble() * 1000);
            features[(2 * i) + 1] = random.Next(3) == 0 ? 1 : 0;
            labels[i] = random.Next(2);
            scores[i] = (float)(random.NextDouble() < 0.2 ? 1 - labels[i] : labels[i]);
            times[i] = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMinutes(i * 1440.0 / PerDay).Ticks;
        }

        return (features, scores, labels, times);
    }
}
