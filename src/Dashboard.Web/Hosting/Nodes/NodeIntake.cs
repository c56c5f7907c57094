using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Hosting.Nodes;

/// <summary>
/// Takes in what happened on nodes. What production's nodes answered is logged and monitored as if it had been answered here; of other environments only what a rollout compares is counted, so that
/// tries do not mix with what customers see.
/// </summary>
public sealed class NodeIntake(ServingEnvironments environments, NodeDirectory directory, PredictionQueue queue, ServiceCounters counters, QualityCounters quality, VersionCatalog versions, AccessDirectory access, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Cursor> cursors = new(StringComparer.Ordinal);

    /// <summary>Takes a report whole, once, or not at all.</summary>
    public async Task<Result<bool>> TakeAsync(NodeView node, NodeReport report, CancellationToken ct)
    {
        if (report.Check() is { } wrong)
            return wrong;
        if (environments.Find(node.Environment) is not { } environment)
            return InvalidValue.Of("environment", node.Environment, "an environment of the installation");
        var cursor = cursors.GetOrAdd(node.Name, static _ => new());
        await cursor.Turn.WaitAsync(ct);
        try
        {
            directory.Saw(node.Name, report.Backlog);
            if (cursor.Instance == report.Instance && report.Sequence <= cursor.Sequence)
                return true;
            var read = await ReadAsync(environment, report, ct);
            if (read.Error is { } unreadable)
                return unreadable;
            var isProduction = environment.Name == RolloutTarget.Production;
            if (isProduction && queue.Free < read.Value.Records.Count)
                return new NodeMustWait(queue.Free);
            Count(environment, report, read.Value, isProduction, directory.TrafficOf(node.Name));
            (cursor.Instance, cursor.Sequence) = (report.Instance, report.Sequence);
            return true;
        }
        finally
        {
            cursor.Turn.Release();
        }
    }

    private static async Task<Result<Readings>> ReadAsync(ServingEnvironment environment, NodeReport report, CancellationToken ct)
    {
        var records = new List<PredictionRecord>(report.Predictions.Count);
        var routes = environment.Router.Current.Models;
        long lost = 0;
        foreach (var (i, sent) in report.Predictions.Index())
        {
            var route = routes.GetValueOrDefault(sent.Model);
            var model = route?.Versions.Values.FirstOrDefault(version => version.VersionId == sent.VersionId)
                // It was taken out of service meanwhile.
                ?? (await environment.Serving.PrepareAsync(sent.ModelId, sent.VersionId, ct)).Match(found => found, _ => null!);
            if (model is null)
            {
                lost++;
                continue;
            }

            var record = PredictionWire.Read(sent, model, route?.Split);
            if (record.Error is { } error)
                return error with { Field = $"predictions[{i}].{error.Field}" };
            records.Add(record.Value);
        }

        List<ServiceCount> windows = [];
        foreach (var (i, sent) in report.Service.Index())
        {
            var window = ServiceWindow.Deserialize(sent.Window);
            if (window.Error is { } error)
                return error with { Field = $"service[{i}].window" };
            windows.Add(new(sent.Model, sent.Start, window.Value));
        }

        return new Readings(records, windows, lost);
    }

    private void Count(ServingEnvironment environment, NodeReport report, Readings read, bool isProduction, ServiceCounters traffic)
    {
        foreach (var tally in report.Tallies)
            if (environment.Router.Current.Models.GetValueOrDefault(tally.Model)?.Split is { } split && split.Rollout == tally.Rollout && split.Stage == tally.Stage)
                split.Add(tally.Counts);
        foreach (var window in read.Windows)
        {
            traffic.Add(window);
            if (isProduction)
                counters.Add(window);
        }

        // What was counted longer ago than a page shows is forgotten by taking it.
        traffic.Take(time.GetUtcNow());
        foreach (var caller in report.Callers)
            access.NoteSeen(caller);
        if (!isProduction)
        {
            foreach (var record in read.Records)
            {
                if (record.CountedBy is not { } split || record.ArrivedAt < split.Since)
                    continue;
                split.KeepAnswer(split.Traffic.Hash(record.Id), record.Assignment.Arm, record.Outputs);
                if (RolloutComparison.ExpectedLoss(versions.Of(record.Model).Estimator, record.Features, record.Outputs) is { } loss)
                    split.Tally.EstimatedLoss(record.Assignment.Arm, loss);
            }

            return;
        }

        foreach (var fault in report.Quality)
            quality.Count(fault.ModelId, fault.Start, fault.Kind, fault.Subject, fault.Count);
        foreach (var record in read.Records)
            queue.TryWrite(record);
        queue.CountAsNotLogged((int)read.Lost);
    }

    private sealed record Readings(IReadOnlyList<PredictionRecord> Records, IReadOnlyList<ServiceCount> Windows, long Lost);

    private sealed class Cursor
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public Guid Instance { get; set; }

        public long Sequence { get; set; }
    }
}

/// <summary>The log is behind: a node keeps what it has and sends it again.</summary>
public sealed record NodeMustWait(int Free) : Error(ErrorKind.Unavailable, $"The prediction log takes {Free} more records at the moment; send the report again.");
