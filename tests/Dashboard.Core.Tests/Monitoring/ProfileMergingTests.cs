using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Sketches;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ProfileMergingTests
{
    private const int Rows = 1500;
    private const int Sketches = 3;

    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void Any_split_any_order_and_any_grouping_gives_the_profile_of_the_whole(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, Rows);
        var layout = samples.Reference().Layout;
        var expected = new WindowProfile(layout);
        foreach (var row in Enumerable.Range(0, Rows))
            expected.Apply([samples.Prediction(row), samples.Label(row, double.NaN, samples.Labels[row], 60)]);
        var changes = Enumerable.Range(0, Rows).SelectMany(row => History(samples, row)).ToArray();
        for (var seed = 0; seed < 12; seed++)
        {
            // Labels are added, replaced and taken back in any order, in any part, before or after their prediction.
            var random = new Random(seed);
            random.Shuffle(changes);
            var parts = changes.GroupBy(_ => random.Next(1 + (2 * seed))).Select(group => Applied(layout, [.. group], random)).ToList();
            while (parts.Count > 1)
            {
                var at = random.Next(parts.Count - 1);
                if (seed % 2 == 0)
                    parts[at].Add(parts[at + 1]);
                else
                    parts[at].Add(WindowProfile.Deserialize(layout, parts[at + 1].Serialize()).Value);
                parts.RemoveAt(at + 1);
            }

            AssertSame(expected, parts[0]);
        }
    }

    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.Regression)]
    public void Labels_that_are_all_taken_back_leave_the_bytes_of_predictions_alone(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 400);
        var layout = samples.Reference().Layout;
        var expected = new WindowProfile(layout);
        var profile = new WindowProfile(layout);
        for (var row = 0; row < 400; row++)
        {
            expected.Apply([samples.Prediction(row)]);
            profile.Apply([samples.Prediction(row), samples.Label(row, double.NaN, samples.Labels[row], double.NaN)]);
        }

        for (var row = 399; row >= 0; row--)
            profile.Apply([samples.Label(row, samples.Labels[row], double.NaN, double.NaN)]);
        Assert.Equal(expected.Serialize(), profile.Serialize());
    }

    [Fact]
    public void Rows_one_by_one_and_at_once_are_the_same()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 9000);
        var layout = samples.Reference().Layout;
        WindowProfile alone = new(layout), together = new(layout), features = new(layout);
        for (var row = 0; row < 9000; row++)
        {
            alone.AddFeatures(samples.Features[row]);
            alone.AddOutput(samples.Features[row], samples.Outputs[row], samples.Labels[row]);
        }

        together.Apply([.. Enumerable.Range(0, 9000).Select(row => ProfileChange.Label(samples.Features[row], samples.Outputs[row], double.NaN, samples.Labels[row], double.NaN) with { IsPrediction = true })]);
        features.AddFeatures([.. samples.Features.SelectMany(row => row)]);
        AssertSame(alone, together);
        Assert.Equal(Sections(alone)[1], Sections(features)[1]);
    }

    [Fact]
    public void A_scratch_profile_is_as_good_as_new_after_it_was_cleared()
    {
        var samples = ProfileSamples.Of(ModelTask.MulticlassClassification, 600);
        var layout = samples.Reference().Layout;
        var scratch = samples.Count(layout, Enumerable.Range(0, 600));
        scratch.Clear();
        Assert.Equal(new WindowProfile(layout).Serialize(), scratch.Serialize());
        scratch.Apply([samples.Prediction(3)]);
        var fresh = new WindowProfile(layout);
        fresh.Apply([samples.Prediction(3)]);
        Assert.Equal(fresh.Serialize(), scratch.Serialize());
    }

    internal static void AssertSame(WindowProfile expected, WindowProfile actual)
    {
        Dictionary<ulong, byte[]> wanted = Sections(expected), found = Sections(actual);
        Assert.Equal(wanted.Keys, found.Keys);
        foreach (var (id, bytes) in wanted)
            if (id != Sketches)
                Assert.Equal(bytes, found[id]);
        for (var i = 0; i < expected.Layout.Features.Count; i++)
        {
            FeatureSummary a = expected.Feature(i), b = actual.Feature(i);
            Assert.Equal(a.Distinct, b.Distinct);
            Assert.Equal(a.Values is null, b.Values is null);
            if (a.Values is null)
                continue;
            Assert.Equal((a.Values.Count, a.Values.Minimum, a.Values.Maximum), (b.Values!.Count, b.Values.Minimum, b.Values.Maximum));
            for (var share = 0.01; share < 1; share += 0.01)
            {
                var value = a.Quantile(share)!.Value;
                Assert.Equal(a.Values.Rank(value), b.Values.Rank(value), 2 * a.Values.LargestRankError);
            }
        }

        Assert.Equal(ProfileMetrics.Of(expected.Output), ProfileMetrics.Of(actual.Output));
    }

    /// <summary>The sections of a stored profile.</summary>
    internal static Dictionary<ulong, byte[]> Sections(WindowProfile profile)
    {
        ReadOnlySpan<byte> rest = profile.Serialize().AsSpan(9);
        var sections = new Dictionary<ulong, byte[]>();
        while (!rest.IsEmpty)
        {
            var id = Varint(ref rest);
            var length = (int)Varint(ref rest);
            sections.Add(id, rest[..length].ToArray());
            rest = rest[length..];
        }

        return sections;
    }

    private static IEnumerable<ProfileChange> History(ProfileSamples samples, int row)
    {
        yield return samples.Prediction(row);
        var right = samples.Labels[row];
        var wrong = samples.Task == ModelTask.Regression ? -right * 1e3 : (right + 1) % samples.Classes.Count;
        switch (row % 3)
        {
            case 0:
                yield return samples.Label(row, double.NaN, right, 60);
                break;
            case 1:
                yield return samples.Label(row, double.NaN, wrong, 60);
                yield return samples.Label(row, wrong, right, double.NaN);
                break;
            default:
                yield return samples.Label(row, double.NaN, wrong, double.NaN);
                yield return samples.Label(row, wrong, double.NaN, double.NaN);
                yield return samples.Label(row, double.NaN, right, 60);
                break;
        }
    }

    private static WindowProfile Applied(ProfileLayout layout, ProfileChange[] changes, Random random)
    {
        var profile = new WindowProfile(layout);
        for (var at = 0; at < changes.Length;)
        {
            var count = Math.Min(changes.Length - at, random.Next(1, 300));
            profile.Apply(changes.AsSpan(at, count));
            at += count;
        }

        return profile;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = rest[0];
            rest = rest[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
