using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Segments;

namespace Dashboard.Storage.Deployments.Requests.Gathering;

/// <summary>Both versions on the new version's held-out rows whose outcome is known: each reads the same raw rows by its own preprocessing, and is scored as it is when it serves.</summary>
internal sealed class HeldOutContest
{
    /// <summary>In a segment with fewer rows a difference says nothing.</summary>
    public const int FewestRows = 30;

    private readonly InputValue[][] inputs;
    private readonly IReadOnlyList<FeatureInput> signature;

    private HeldOutContest(HeldOutScores scores, InputValue[][] inputs, IReadOnlyList<FeatureInput> signature, string rows) => (Scores, this.inputs, this.signature, Rows) = (scores, inputs, signature, rows);

    public HeldOutScores Scores { get; }

    /// <summary>Which rows these are, in words.</summary>
    public string Rows { get; }

    /// <returns>The contest, or why there can be none.</returns>
    public static Result<HeldOutContest> Open(Candidate champion, Candidate challenger)
    {
        if (challenger.HeldOut is not { } held)
            return new Conflict($"The package of version {challenger.Row.Number} holds no rows that it had not seen in training.");
        if ((challenger.Served.Error ?? champion.Served.Error) is { } broken)
            return broken;
        var (one, other) = (champion.Manifest, challenger.Manifest);
        if (one.Task != other.Task || one.OutputCount != other.OutputCount || !one.Classes.SequenceEqual(other.Classes, StringComparer.Ordinal))
            return new Conflict($"Version {champion.Row.Number} does {Words(one)}, version {challenger.Row.Number} does {Words(other)}: their answers mean different things.");
        int[] known = [.. Enumerable.Range(0, held.Count).Where(row => double.IsFinite(held.Labels[row]))];
        if (known.Length < FewestRows)
            return new Conflict(string.Create(CultureInfo.InvariantCulture, $"The outcome of {known.Length:N0} held-out rows is known; {FewestRows} are needed."));
        var (read, own) = (champion.Inputs(champion.Served.Value, held), challenger.Inputs(challenger.Served.Value, held));
        if ((read.Error ?? own.Error) is { } lacking)
            return new Conflict($"They cannot be compared on the same rows: {lacking.Message}.");
        double[] championScores = Scored(champion.Served.Value, read.Value, known), challengerScores = Scored(challenger.Served.Value, own.Value, known);
        return new HeldOutContest(new(other.Task, other.Classes, one.DecisionThreshold, other.DecisionThreshold, championScores, challengerScores, [.. known.Select(row => held.Labels[row])]),
            [.. known.Select(row => own.Value[row])], other.Preprocessing.Inputs, Described(known.Length, champion, challenger, held));
    }

    /// <summary>The same in one of the model's segments.</summary>
    public SegmentComparison Compare(SegmentView segment)
    {
        var bound = SegmentExpression.Compile(segment.Expression, signature);
        if (bound.Error is { } unfit)
            return new(segment.Name, segment.Expression, 0, null, unfit.Message);
        int[] rows = [.. Enumerable.Range(0, inputs.Length).Where(row => bound.Value.Contains(inputs[row]))];
        if (rows.Length < FewestRows)
            return new(segment.Name, segment.Expression, rows.Length, null, string.Create(CultureInfo.InvariantCulture, $"{rows.Length:N0} held-out rows are in it; {FewestRows} are needed."));
        var difference = Scores.Of(rows).Loss();
        return new(segment.Name, segment.Expression, rows.Length, difference, difference is null ? "Its rows hold one class only, or scores that are no numbers." : null);
    }

    private static double[] Scored(ServedModel model, InputValue[][] inputs, int[] rows)
    {
        var features = new float[rows.Length * model.Encoder.Width];
        for (var i = 0; i < rows.Length; i++)
            model.Encoder.Encode(inputs[rows[i]], features.AsSpan(i * model.Encoder.Width, model.Encoder.Width));
        return Array.ConvertAll(Candidate.Score(model, features), output => (double)output);
    }

    private static string Described(int rows, Candidate champion, Candidate challenger, ReferenceRows held)
    {
        var times = held.Times is { Length: > 0 } all ? string.Create(CultureInfo.InvariantCulture, $" from {new DateTime(all.Min()):d MMM yyyy} to {new DateTime(all.Max()):d MMM yyyy}") : "";
        var (one, other) = (champion.Manifest, challenger.Manifest);
        var seen = one.DatasetVersion is null || one.DatasetVersion != other.DatasetVersion ? $"Version {champion.Row.Number} was made from other data; whether it has seen some of these rows is not known here."
            : one.Training is { } before && other.Training is { } now && before.Split == now.Split && before.Rows == now.Rows && before.Target == now.Target && (now.Split.Kind == SplitKind.Time || before.Parameters.Seed == now.Parameters.Seed) ? "Neither version has seen them in training."
            : $"Version {champion.Row.Number} was trained on the same data, divided otherwise: it may have seen some of these rows, which flatters it.";
        return string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows that version {challenger.Row.Number} had not seen in training{times}, as kept in its package. {seen}");
    }

    private static string Words(Core.Registry.ModelManifest manifest) => manifest.Classes.Count == 0 ? "regression" : $"classification into {string.Join(", ", manifest.Classes.Take(5))}";
}
