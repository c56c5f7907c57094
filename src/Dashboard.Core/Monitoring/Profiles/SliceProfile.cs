using Dashboard.Core.Monitoring.Sketches;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// How the model did in every group of every feature: for a number the about ten groups of <see cref="BinLayout.CoarseBins"/>, for a category each of its bins, and
/// the rows where the feature is missing. For each group what was predicted, and of the labelled rows what was true, what of it was hit and the exact sum of the losses, each of which
/// is rounded once to keep windows small (a log loss to a multiple of 2⁻³², its square to one of 2⁻²⁴, a number's error to float32); for a binary model that is the group's whole confusion matrix.
/// Everything is a sum, so profiles merge by addition and a label that is replaced is subtracted.
/// </summary>
public sealed class SliceProfile(ProfileLayout layout)
{
    /// <summary>Squares of log losses are whole numbers of these; below 1,200, so that a billion of them can be added up.</summary>
    internal const double SquareUnits = 1L << 24;

    private const double LossUnits = 1L << 32;

    private readonly Tally?[] tallies = new Tally?[layout.FirstSlices[^1]];

    private bool IsRegression => layout.Output.Task == ModelTask.Regression;

    /// <summary>The groups of an encoded feature in which something was counted, in the order of its values; missing comes last.</summary>
    public IReadOnlyList<FeatureSlice> Of(int feature)
    {
        var found = new List<FeatureSlice>();
        int first = layout.FirstSlices[feature], missing = layout.FirstSlices[feature + 1] - 1;
        for (var slice = first; slice <= missing; slice++)
            if (tallies[slice] is { } tally)
                found.Add(new(layout.Features[feature], slice == missing ? null : slice - first, layout.Output, tally.Counts, tally.Sums));
        return found;
    }

    /// <summary>What a change does to each group that its prediction lies in.</summary>
    internal SliceEffect EffectOf(in ProfileChange change)
    {
        if (!OutputProfile.IsValid(change.Outputs))
            return default;
        var predicted = layout.Output.PredictedClass(change.Outputs);
        return new(true, change.IsPrediction, predicted, change.Outputs, change.Removed, Loss(change.Outputs, change.Removed), change.Added, Loss(change.Outputs, change.Added));
    }

    internal void Apply(int slice, in SliceEffect effect)
    {
        if (!effect.Counts)
            return;
        var tally = tallies[slice] ??= NewTally();
        if (effect.IsPrediction)
            Predict(tally, effect);
        if (!double.IsNaN(effect.Removed))
            Label(tally, effect, effect.Removed, effect.RemovedLoss, -1);
        if (!double.IsNaN(effect.Added))
            Label(tally, effect, effect.Added, effect.AddedLoss, 1);
    }

    internal void Add(SliceProfile other)
    {
        for (var slice = 0; slice < tallies.Length; slice++)
            if (other.tallies[slice] is { } added)
                (tallies[slice] ??= NewTally()).Add(added);
    }

    internal void Clear() => Array.Clear(tallies);

    internal void Write(ProfileWriter writer)
    {
        var filled = tallies.Count(static tally => tally is { IsZero: false });
        if (filled == 0)
            return;
        writer.Varint((ulong)filled);
        var next = 0;
        for (var slice = 0; slice < tallies.Length; slice++)
        {
            if (tallies[slice] is not { IsZero: false } tally)
                continue;
            writer.Varint((ulong)(slice - next));
            writer.Signed(tally.Counts);
            foreach (var sum in tally.Sums)
                sum.Write(writer);
            next = slice + 1;
        }
    }

    internal void Read(ref ProfileReader reader)
    {
        long slice = -1;
        for (var left = reader.Length(3, tallies.Length); left > 0; left--)
        {
            slice += 1 + reader.Count();
            if (slice >= tallies.Length)
                throw new ProfileFormatException($"slice {slice} is outside {tallies.Length}");
            var tally = tallies[slice] = NewTally();
            reader.Signed(tally.Counts);
            for (var i = 0; i < tally.Sums.Length; i++)
                tally.Sums[i] = ExactSum.Read(ref reader);
        }
    }

    /// <summary>
    /// Regression: predictions and labelled rows. Classification: predicted, actual and hit by class; for several classes the labelled rows by predicted class,
    /// which two classes have from the others; and the squares of the log loss.
    /// </summary>
    private Tally NewTally() => IsRegression ? new(2, 5) : new((layout.Output.Classes.Count * (layout.Output.Task == ModelTask.MulticlassClassification ? 4 : 3)) + 1, 1);

    private void Predict(Tally tally, in SliceEffect effect)
    {
        tally.Counts[effect.Predicted]++;
        if (!IsRegression)
            return;
        tally.Sums[3].Add(effect.Outputs[0]);
        tally.Sums[4].AddProduct(effect.Outputs[0], effect.Outputs[0]);
    }

    private double Loss(float[] outputs, double label)
    {
        if (double.IsNaN(label) || IsRegression)
            return 0;
        var probability = layout.Output.Task == ModelTask.BinaryClassification ? (label == 1 ? outputs[0] : 1.0 - outputs[0]) : outputs[(int)label];
        return Math.Round(ProfileMetrics.LogLoss(probability) * LossUnits) / LossUnits;
    }

    private void Label(Tally tally, in SliceEffect effect, double label, double loss, int sign)
    {
        if (IsRegression)
        {
            var error = effect.Outputs[0] - label;
            if (Math.Abs(error) <= float.MaxValue)
                error = (float)error;
            tally.Counts[1] += sign;
            tally.Sums[0].Add(sign * Math.Abs(error));
            tally.Sums[1].AddProduct(sign * error, error);
            tally.Sums[2].Add(sign * error);
            return;
        }

        var classes = layout.Output.Classes.Count;
        tally.Counts[classes + (int)label] += sign;
        if (effect.Predicted == (int)label)
            tally.Counts[(2 * classes) + (int)label] += sign;
        if (layout.Output.Task == ModelTask.MulticlassClassification)
            tally.Counts[(3 * classes) + effect.Predicted] += sign;
        tally.Counts[^1] += sign * (long)Math.Round(loss * loss * SquareUnits);
        tally.Sums[0].Add(sign * loss);
    }

    private sealed class Tally
    {
        public Tally(int counts, int sums)
        {
            Counts = new long[counts];
            Sums = new ExactSum[sums];
            for (var i = 0; i < sums; i++)
                Sums[i] = new();
        }

        public long[] Counts { get; }

        public ExactSum[] Sums { get; }

        /// <summary>True where everything was taken back.</summary>
        public bool IsZero => !Counts.AsSpan().ContainsAnyExcept(0) && Array.TrueForAll(Sums, static sum => sum.IsZero);

        public void Add(Tally other)
        {
            for (var i = 0; i < Counts.Length; i++)
                Counts[i] += other.Counts[i];
            for (var i = 0; i < Sums.Length; i++)
                Sums[i].Add(other.Sums[i]);
        }
    }
}

/// <summary>A <see cref="ProfileChange"/> as every group counts it. Not <paramref name="Counts"/> where the output is no finite number.</summary>
internal readonly record struct SliceEffect(bool Counts, bool IsPrediction, int Predicted, float[] Outputs, double Removed, double RemovedLoss, double Added, double AddedLoss);
