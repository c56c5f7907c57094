using Dashboard.Core;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Experiments;

/// <summary>What a new run starts with.</summary>
public sealed record NewRun(string Experiment, string Name, string? JobId, string? ModelName, string? DatasetVersion,
    IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Tags, bool IsDemo = false);

/// <summary>One value of a metric at a step (a boosting round).</summary>
public readonly record struct MetricPoint(string Key, long Step, double Value, DateTimeOffset At);

/// <summary>Writes runs: each training is one, from its first moment to its end.</summary>
public sealed class RunStore(IDbContextFactory<DashboardDb> factory, Notifications notifications, TimeProvider time)
{
    /// <summary>Starts a run; the experiment is made when it is new.</summary>
    public async Task<Run> CreateAsync(NewRun run, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        var experiment = await db.Experiments.FirstOrDefaultAsync(found => found.Name == run.Experiment, ct);
        if (experiment is null)
            db.Experiments.Add(experiment = new Experiment { Name = run.Experiment, CreatedAt = now, IsDemo = run.IsDemo });
        var row = new Run
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Experiment = experiment,
            Name = run.Name,
            Status = RunStatus.Running,
            StartedAt = now,
            JobId = run.JobId,
            ModelName = run.ModelName,
            DatasetVersion = run.DatasetVersion,
        };
        row.Parameters.AddRange(run.Parameters.Select(pair => new RunParameter { RunId = row.Id, Key = pair.Key, Value = pair.Value }));
        row.Tags.AddRange(run.Tags.Select(pair => new RunTag { RunId = row.Id, Key = pair.Key, Value = pair.Value }));
        db.Runs.Add(row);
        await db.SaveChangesAsync(ct);
        Publish(row.Id, row.ModelName);
        return row;
    }

    /// <summary>Appends points of metrics and moves their last values, in one transaction.</summary>
    public async Task AppendAsync(string runId, string? modelName, IReadOnlyList<MetricPoint> points, CancellationToken ct)
    {
        if (points.Count == 0)
            return;
        await using var db = await factory.CreateDbContextAsync(ct);
        db.RunMetricPoints.AddRange(points.Select(point => new RunMetricPoint { RunId = runId, Key = point.Key, Step = point.Step, Value = point.Value, At = point.At }));
        var last = await db.RunMetrics.Where(metric => metric.RunId == runId).ToDictionaryAsync(metric => metric.Key, StringComparer.Ordinal, ct);
        foreach (var point in points)
        {
            if (!last.TryGetValue(point.Key, out var metric))
                db.RunMetrics.Add(last[point.Key] = metric = new RunMetric { RunId = runId, Key = point.Key, Value = point.Value });
            if (point.Step >= metric.Step)
                (metric.Value, metric.Step) = (point.Value, point.Step);
        }

        await db.SaveChangesAsync(ct);
        Publish(runId, modelName);
    }

    /// <summary>Ends a run with its final figures.</summary>
    public async Task FinishAsync(string runId, RunStatus status, IReadOnlyDictionary<string, double> metrics, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var run = await db.Runs.Include(found => found.Metrics).FirstAsync(found => found.Id == runId, ct);
        (run.Status, run.EndedAt) = (status, time.GetUtcNow());
        foreach (var (key, value) in metrics.Where(pair => double.IsFinite(pair.Value)))
        {
            if (run.Metrics.Find(metric => metric.Key == key) is { } known)
                known.Value = value;
            else
                run.Metrics.Add(new RunMetric { RunId = runId, Key = key, Value = value });
        }

        await db.SaveChangesAsync(ct);
        Publish(runId, run.ModelName);
    }

    /// <summary>Sets or replaces a tag; an empty value removes it.</summary>
    public async Task<Result<Run>> TagAsync(string runId, string key, string value, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(key) || key.Length > 100)
            return InvalidValue.Of("key", key, "a tag's name of 1 to 100 characters");
        if (value.Length > 1_000)
            return InvalidValue.Of("value", value, "at most 1,000 characters");
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Runs.Include(found => found.Tags).FirstOrDefaultAsync(found => found.Id == runId, ct) is not { } run)
            return new NotFound("run", runId);
        var tag = run.Tags.Find(found => found.Key == key);
        if (value.Length == 0)
        {
            if (tag is not null)
                run.Tags.Remove(tag);
        }
        else if (tag is null)
        {
            run.Tags.Add(new RunTag { RunId = runId, Key = key, Value = value });
        }
        else
        {
            tag.Value = value;
        }

        await db.SaveChangesAsync(ct);
        Publish(runId, run.ModelName);
        return run;
    }

    private void Publish(string runId, string? modelName) => notifications.Publish(new(Topics.Runs, modelName, runId));
}
