using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Cards;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>Gathers from all rooms what a version's card tells.</summary>
public sealed class CardFactsReader(RunQueries runs, DatasetStore datasets, DeploymentHistory history, RequestStore requests, AlertQueries alerts, SegmentStore segments, SensitiveFeatures sensitive, MonitoringQueries queries,
    VersionCatalog versions, DataDirectory directory, TimeProvider time)
{
    private const int MostAlerts = 20;

    /// <summary>More firings than this are not counted.</summary>
    private const int MostFirings = 10_000;

    /// <param name="version">Of <paramref name="model"/>.</param>
    public async Task<CardFacts> ReadAsync(RegisteredModel model, ModelVersion version, CancellationToken ct)
    {
        var manifest = CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson);
        var deployments = await history.ListAsync(model.Name, ct);
        var reigns = Reigns(deployments, version.Number);
        var marked = (await sensitive.ListAsync(model.Name, ct)).Match(found => found, _ => []);
        var monitored = versions.Find(version.Id);
        var sample = monitored is null ? null : versions.ReferenceRowsOf(monitored);
        var evaluation = await EvaluationAsync(version.Digest, manifest, ct) ?? (sample is null ? null : SampleEvaluation.Of(manifest, sample));
        return new(model.Name, version.Number, version.Digest, manifest, version.Source, version.CreatedBy, version.CreatedAt)
        {
            Description = model.Description,
            Aliases = [.. model.Aliases.Where(alias => alias.VersionId == version.Id).Select(alias => alias.Alias).Order(StringComparer.Ordinal)],
            Run = await RunAsync(version.RunId, ct),
            Dataset = await DatasetAsync(manifest, ct),
            Evaluation = evaluation,
            Intervals = evaluation is null ? new Dictionary<string, MetricInterval>() : MetricIntervals.Of(evaluation, sample?.Outputs ?? [], sample?.Labels ?? []),
            Comparison = version.ComparisonJson is { } json ? CanonicalJson.Deserialize<ChallengerComparison>(json) : null,
            Reference = CardGroups.Reference(monitored),
            Worst = CardGroups.Worst(monitored),
            Sensitive = marked,
            Fairness = CardGroups.Fairness(monitored, marked),
            FairnessCaveat = CardGroups.Caveat,
            Segments = (await segments.ListAsync(model.Name, ct)).Match<IReadOnlyList<CardSegment>>(found => [.. found.Select(segment => new CardSegment(segment.Name, segment.Expression))], _ => []),
            WhyNoEstimates = monitored?.WhyNoEstimates,
            Service = await ServiceAsync(model.Name, reigns, ct),
            Changes = [.. deployments.Where(change => change.To == version.Number || change.From == version.Number).Select(change => new CardChange(change.Kind == DeploymentKind.Rollback, change.From, change.To, change.By, change.Reason, change.At))],
            Approvals = [.. (await requests.DecisionsAsync(version.Id, ct)).Select(one => new CardApproval(one.Approved, one.By, one.At, one.Comment))],
            Alerts = await AlertsAsync(model.Name, reigns, ct),
        };
    }

    /// <summary>The times in which a version was champion.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset? To)> Reigns(IReadOnlyList<DeploymentView> deployments, int number)
    {
        var reigns = new List<(DateTimeOffset, DateTimeOffset?)>();
        for (var i = 0; i < deployments.Count; i++)
            if (deployments[i].To == number)
                reigns.Add((deployments[i].At, i + 1 < deployments.Count ? deployments[i + 1].At : null));
        return reigns;
    }

    private async Task<EvaluationReport?> EvaluationAsync(string digest, ModelManifest manifest, CancellationToken ct)
    {
        if (manifest.EvaluationFile is not { } name || Path.Combine(directory.Packages, digest, name) is var path && !File.Exists(path))
            return null;
        try
        {
            return CanonicalJson.Deserialize<EvaluationReport>((await File.ReadAllBytesAsync(path, ct)).AsSpan());
        }
        catch (JsonException)
        {
            // A package from elsewhere may carry a report of another form; the card then says that there is none.
            return null;
        }
    }

    private async Task<CardRun?> RunAsync(string? id, CancellationToken ct) => id is not null && await runs.FindAsync(id, ct) is { } run
        ? new(run.Id, run.Name, run.Experiment.Name, run.StartedAt, run.EndedAt, [.. run.Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value))])
        : null;

    private async Task<CardDataset?> DatasetAsync(ModelManifest manifest, CancellationToken ct)
    {
        if (manifest.DatasetVersion is not { } hash || await datasets.FindVersionAsync(hash, ct) is not { } data)
            return null;
        var times = manifest.TimeColumn is null ? null : CanonicalJson.Deserialize<DatasetProfile>(data.ProfileJson).Columns.FirstOrDefault(column => column.Name == manifest.TimeColumn && column.Type == ColumnType.Timestamp);
        return new(data.Dataset.Name, data.Number, data.ContentHash, data.Source, data.Rows, data.RejectedRows, data.Columns, Time(times?.Minimum), Time(times?.Maximum));
    }

    private async Task<CardService?> ServiceAsync(string model, List<(DateTimeOffset From, DateTimeOffset? To)> reigns, CancellationToken ct)
    {
        if (reigns.Count == 0)
            return null;
        var (from, to) = reigns[^1];
        var total = (await queries.ServiceAsync(model, from, to ?? time.GetUtcNow(), MonitoringQueries.DefaultPoints, ct)).Total;
        return total.Requests == 0 ? null : new(total.Requests, total.P50 / 1000, total.P95 / 1000, total.P99 / 1000, from, to);
    }

    private async Task<CardAlerts> AlertsAsync(string model, List<(DateTimeOffset From, DateTimeOffset? To)> reigns, CancellationToken ct)
    {
        if (reigns.Count == 0)
            return new(0, []);
        var fired = (await alerts.FiringsAsync(model, MostFirings, ct)).Where(firing => reigns.Exists(reign => firing.FiredAt >= reign.From && (reign.To is null || firing.FiredAt < reign.To))).ToList();
        return new(fired.Count, [.. fired.TakeLast(MostAlerts).Reverse().Select(firing => new CardAlert(firing.Rule.Name, firing.Severity.ToString().ToLowerInvariant(), firing.Situation, firing.FiredAt, firing.ResolvedAt))]);
    }

    private static DateTimeOffset? Time(double? unixSeconds) => unixSeconds is { } seconds ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
