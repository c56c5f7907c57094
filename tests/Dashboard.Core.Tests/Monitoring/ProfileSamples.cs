using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

/// <summary>Made-up predictions of three tasks, the same for the same seed.</summary>
internal sealed class ProfileSamples
{
    public static readonly Preprocessing Inputs = new([new("distance", InputType.Number, []), new("hour", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA", "DL"])]);

    private ProfileSamples(ModelTask task, IReadOnlyList<string> classes, int rows, int seed)
    {
        (Task, Classes) = (task, classes);
        var random = new Random(seed);
        var outputs = task == ModelTask.MulticlassClassification ? classes.Count : 1;
        for (var i = 0; i < rows; i++)
        {
            Features.Add([
                random.Next(20) == 0 ? float.NaN : (float)(random.NextDouble() * random.NextDouble() * 3000),
                random.Next(24),
                random.Next(15) == 0 ? FeatureEncoder.UnknownCategory : random.Next(3)]);
            var score = new float[outputs];
            for (var o = 0; o < outputs; o++)
                score[o] = (float)(task == ModelTask.Regression ? random.NextDouble() * 100 : random.NextDouble());
            if (outputs > 1)
            {
                var sum = score.Sum();
                for (var o = 0; o < outputs; o++)
                    score[o] /= sum;
            }

            Outputs.Add(score);
            Labels.Add(task switch
            {
                ModelTask.BinaryClassification => random.NextDouble() < score[0] ? 1 : 0,
                ModelTask.MulticlassClassification => random.Next(classes.Count),
                _ => score[0] + (random.NextDouble() * 10),
            });
        }
    }

    public ModelTask Task { get; }

    public IReadOnlyList<string> Classes { get; }

    public List<float[]> Features { get; } = [];

    public List<float[]> Outputs { get; } = [];

    public List<double> Labels { get; } = [];

    public static ProfileSamples Of(ModelTask task, int rows, int seed = 1) => new(task, task switch
    {
        ModelTask.BinaryClassification => ["on time", "late"],
        ModelTask.MulticlassClassification => ["a", "b", "c"],
        _ => [],
    }, rows, seed);

    public ReferenceProfile Reference(long[]? times = null) => ReferenceBuilder.Build(Inputs, Task, Classes, 0.5, Flat(Features),
        ReferencePredictions.OfAllRows(Flat(Outputs), Outputs.Count, [.. Labels]), times);

    /// <summary>Counts some of the rows.</summary>
    public WindowProfile Count(ProfileLayout layout, IEnumerable<int> rows)
    {
        var profile = new WindowProfile(layout);
        profile.Apply([.. rows.SelectMany(row => (ProfileChange[])[Prediction(row), Label(row, double.NaN, Labels[row], 60)])]);
        return profile;
    }

    /// <summary>A row as it is predicted; an unknown carrier comes with its text.</summary>
    public ProfileChange Prediction(int row) => ProfileChange.Prediction(Features[row], Outputs[row],
        unknown: FeatureEncoder.IsUnknownCategory(Features[row][2]) ? [new(2, "carrier " + (row % 7).ToString(CultureInfo.InvariantCulture))] : null);

    public ProfileChange Label(int row, double removed, double added, double lag) => ProfileChange.Label(Features[row], Outputs[row], removed, added, lag);

    private static float[] Flat(List<float[]> rows) => [.. rows.SelectMany(row => row)];
}
