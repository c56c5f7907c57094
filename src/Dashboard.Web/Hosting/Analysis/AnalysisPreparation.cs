using System.Globalization;
using Dashboard.Cli.Analysis;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Web.Hosting.Analysis;

/// <summary>Gets an analysis ready for its worker: the rows of both sides and the specification, in a folder.</summary>
public sealed class AnalysisPreparation(LoggedSamples samples, VersionCatalog versions, Settings settings)
{
    /// <summary>Current rows: enough for a steady answer, few enough for one within a minute.</summary>
    public const int MostCurrentRows = 10_000;

    /// <returns>The number of the version that is explained.</returns>
    internal async Task<Result<int>> PrepareAsync(ChangeAnalysis analysis, string folder, CancellationToken ct)
    {
        var taken = await samples.TakeAsync(analysis.Model, null, analysis.From, analysis.To, MostCurrentRows, ct);
        if (taken.Error is { } missing)
            return missing;
        var (version, manifest) = (taken.Value.Version, taken.Value.Version.Manifest);
        var loss = analysis.Loss ?? RowLoss.Default(manifest.Task);
        if (!RowLoss.Of(manifest.Task).Contains(loss))
            return InvalidValue.Of("loss", loss.ToString(), $"one of {string.Join(", ", RowLoss.Of(manifest.Task))} for {manifest.Task}");
        var notes = new List<string> { Invariant($"Current: {taken.Value.Rows.Count:N0} of {taken.Value.InRange:N0} predictions, evenly spaced, all of version {version.Number}.") };
        AnalysisRows.Write(Path.Combine(folder, AnalysisSpec.ReferenceFile), await ReferenceAsync(analysis, version, notes, ct));
        AnalysisRows.Write(Path.Combine(folder, AnalysisSpec.CurrentFile), taken.Value.Rows);
        new AnalysisSpec(manifest.Preprocessing, manifest.Task, manifest.DecisionThreshold, loss, settings.XGBoostLibraryPath is { Length: > 0 } path ? path : null, notes).Write(folder);
        return version.Number;
    }

    /// <summary>The version's held-out rows; where it came without, what it predicted before the range.</summary>
    private async Task<ObservedRows> ReferenceAsync(ChangeAnalysis analysis, MonitoredVersion version, List<string> notes, CancellationToken ct)
    {
        if (versions.ReferenceRowsOf(version) is { } held)
        {
            notes.Insert(0, Invariant($"Reference: {held.Count:N0} rows that version {version.Number} had not seen in training{Span(held.Times)}."));
            return new(held.Width, held.OutputCount, held.Features, held.Outputs, held.Labels, held.Times ?? []);
        }

        var before = await samples.TakeAsync(analysis.Model, version.VersionId, DateTimeOffset.MinValue, analysis.From, ReferenceRows.MostRows, ct);
        if (before is { IsSuccess: true, Value.Rows: { Count: >= CauseAnalysis.LeastRows } rows })
        {
            notes.Insert(0, Invariant($"Reference: {rows.Count:N0} predictions of version {version.Number} from before this range{Span(rows.Times)}, since its package holds no rows that it had not seen in training."));
            return rows;
        }

        notes.Insert(0, $"The package of version {version.Number} holds no rows that it had not seen in training, and too few of its predictions before this range are logged, so there is nothing to compare with. Versions trained here keep such rows.");
        return new(version.Manifest.Preprocessing.Features.Count, version.Manifest.OutputCount, [], [], [], []);
    }

    private static string Span(long[]? ticks) => ticks is { Length: > 0 } ? Invariant($", from {new DateTime(ticks.Min()):d MMM yyyy} to {new DateTime(ticks.Max()):d MMM yyyy}") : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
