using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Analysis;

/// <summary>One analysis from the rows to the report. What cannot be done is left out, and the report says why.</summary>
/// <param name="report">What is done now, and how far the whole is, 0 to 1.</param>
internal sealed class ChangeWork(AnalysisSpec spec, ObservedRows reference, ObservedRows current, Action<string, double> report)
{
    private const int Seed = 42;

    /// <summary>How often the reference is divided to see what its own halves differ by: a p of 1/21 lies below 5 %.</summary>
    private const int Divisions = 20;

    /// <summary>With fewer days on a side their differences blur everything.</summary>
    private const int FewDays = 20;

    private const double CausesFrom = 0.15;

    private readonly IReadOnlyList<EncodedFeature> features = spec.Preprocessing.Features;
    private readonly List<string> notes = [.. spec.Notes];
    private readonly ObservedRows reference = reference.InOrderOfTime();
    private readonly ObservedRows current = current.InOrderOfTime();

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="XGBoostException">The library refused.</exception>
    public ChangeReport Run(CancellationToken ct)
    {
        var (known, labelled) = (reference.Labelled(), current.Labelled());
        var rows = new AnalysedRows(reference.Count, known.Count, current.Count, labelled.Count);
        if (reference.Count < CauseAnalysis.LeastRows || current.Count < CauseAnalysis.LeastRows)
        {
            notes.Add(Invariant($"There are {reference.Count:N0} reference rows and {current.Count:N0} current ones; at least {CauseAnalysis.LeastRows} of each are needed to say anything."));
            return new(rows, null, null, null, notes);
        }

        report("Projecting rows on the reference's principal components", 0.02);
        var reconstruction = ReconstructionDrift.Of(reference, current, [.. features.Select(feature => feature.IsCategorical)]);
        ct.ThrowIfCancellationRequested();
        if (XGBoostLibrary.Load(spec.LibraryPath).Error is { } missing)
        {
            notes.Add($"Without the XGBoost library neither the joint distribution is judged nor the change explained: {missing.Message}");
            return new(rows, null, reconstruction, null, notes);
        }

        report("Telling current rows from reference rows", 0.08);
        var (domain, telling) = Tell(ct);
        return new(rows, domain, reconstruction, Causes(known, labelled, telling, ct), notes);
    }

    /// <summary>Which hours and weekdays a range holds says nothing of the world, and tells its days apart at once: the parts of timestamps are left out where there is anything else.</summary>
    private (DomainFinding? Finding, double[] Telling) Tell(CancellationToken ct)
    {
        int[] told = [.. Enumerable.Range(0, features.Count).Where(column => spec.Preprocessing.Inputs[features[column].Input].Type != InputType.Timestamp)];
        if (told.Length == 0)
            told = [.. Enumerable.Range(0, features.Count)];
        else if (told.Length < features.Count)
            notes.Add("The parts of timestamps do not count when current rows are told from reference rows: which hours and days a range holds says nothing of what changed.");
        var (auc, contributions) = new RowModels(reference, current, features, Seed).Tell(told, ct);
        var total = contributions.Sum();
        var telling = told.Select((column, i) => new TellingFeature(features[column].Name, total > 0 ? contributions[i] / total : 0)).OrderByDescending(feature => feature.Share);
        var own = RowBlocks.Halves(reference, Divisions, Seed).Select(halves => new RowModels(reference.Pick(halves.One), reference.Pick(halves.Other), features, Seed).Auc(told, ct)?.Auc).OfType<double>().Order();
        var all = new double[features.Count];
        foreach (var (i, column) in told.Index())
            all[column] = contributions[i];
        return (auc is null ? null : new(auc, [.. own], [.. telling]), all);
    }

    private LossCauses? Causes(ObservedRows known, ObservedRows labelled, double[] telling, CancellationToken ct)
    {
        if (known.Count < CauseAnalysis.LeastRows)
        {
            notes.Add(Invariant($"{known.Count:N0} reference rows have ground truth; {CauseAnalysis.LeastRows} are needed to explain a change of the loss."));
            return null;
        }

        var isRealised = labelled.Count >= CauseAnalysis.LeastRows;
        if (!isRealised)
            notes.Add(Invariant($"{labelled.Count:N0} current rows have ground truth; with {CauseAnalysis.LeastRows} the part of a changed relation can be told, until then only that of changed inputs is."));
        else if (labelled.Count < 0.9 * current.Count)
            notes.Add(Invariant($"Ground truth is known for {100.0 * labelled.Count / current.Count:F0} % of current rows; the change is explained for those alone."));
        var now = isRealised ? labelled : current;
        foreach (var (side, days) in new[] { ("reference", RowBlocks.Days(known).Count), ("current", RowBlocks.Days(now).Count) })
            if (days is > 0 and < FewDays)
                notes.Add($"The {side} rows come from {(days == 1 ? "one day" : $"{days} days")}. Days differ more than rows do, so the intervals are wide.");
        var causes = new CauseAnalysis(spec.Loss, known, now, Losses(known), isRealised ? Losses(now) : null, features, FeatureGroup.Of(spec.Preprocessing, telling),
            new RowModels(known, now, features, Seed), (text, progress) => report(text, CausesFrom + ((1 - CausesFrom) * progress))).Run(ct);
        if (!causes.Overlaps)
            notes.Add(Invariant($"Current rows hardly resemble the reference's: reweighted, {known.Count:N0} reference rows count as {causes.EffectiveRows:N0}, and {causes.ClippedRows:N0} weights had to be cut. How the change divides into inputs and relation is uncertain."));
        if (!causes.InputsExact)
            notes.Add("With so many features their parts are estimated from sampled orders in which they could have changed.");
        return causes;
    }

    private double[] Losses(ObservedRows rows) => RowLoss.Of(rows, spec.Loss, spec.Task, spec.DecisionThreshold);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
