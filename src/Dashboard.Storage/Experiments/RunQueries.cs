using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Experiments;

/// <summary>An experiment in a list.</summary>
public sealed record ExperimentSummary(int Id, string Name, DateTimeOffset CreatedAt, int Runs, int Running, DateTimeOffset? LastStartedAt, bool IsDemo);

/// <summary>Which runs to list; null means any.</summary>
public sealed record RunFilter(string? Experiment = null, string? Model = null, RunStatus? Status = null, string? Tag = null, int Limit = 200);

/// <summary>The history of one metric of one run, by step.</summary>
public sealed record MetricHistory(string Key, IReadOnlyList<long> Steps, IReadOnlyList<double> Values);

/// <summary>A file that a run left.</summary>
public sealed record Artifact(string Name, long Size);

/// <summary>Reads runs: lists, one with everything, histories for curves, artifacts.</summary>
public sealed class RunQueries(IDbContextFactory<DashboardDb> factory, DataDirectory directory)
{
    public async Task<IReadOnlyList<ExperimentSummary>> ExperimentsAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Experiments.AsNoTracking().OrderBy(experiment => experiment.Name).Select(experiment => new ExperimentSummary(
            experiment.Id, experiment.Name, experiment.CreatedAt,
            db.Runs.Count(run => run.ExperimentId == experiment.Id),
            db.Runs.Count(run => run.ExperimentId == experiment.Id && run.Status == RunStatus.Running),
            db.Runs.Where(run => run.ExperimentId == experiment.Id).Max(run => (DateTimeOffset?)run.StartedAt),
            experiment.IsDemo)).ToListAsync(ct);
    }

    /// <summary>The newest runs first, each with its parameters, last metrics, tags and experiment.</summary>
    public async Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var runs = WithEverything(db);
        if (filter.Experiment is { } experiment)
            runs = runs.Where(run => run.Experiment.Name == experiment);
        if (filter.Model is { } model)
            runs = runs.Where(run => run.ModelName == model);
        if (filter.Status is { } status)
            runs = runs.Where(run => run.Status == status);
        if (filter.Tag is { } tag)
            runs = runs.Where(run => run.Tags.Any(found => found.Key == tag));
        return await runs.OrderByDescending(run => run.Id).Take(filter.Limit).ToListAsync(ct);
    }

    public async Task<Run?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await WithEverything(db).FirstOrDefaultAsync(run => run.Id == id, ct);
    }

    /// <summary>The runs of these ids, in the order of the ids; unknown ids are left out.</summary>
    public async Task<IReadOnlyList<Run>> FindManyAsync(IReadOnlyList<string> ids, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = await WithEverything(db).Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, ct);
        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }

    /// <summary>Every metric's history of a run, or one metric's.</summary>
    /// <param name="afterStep">Only steps after this one, for a page that already has the rest.</param>
    public async Task<IReadOnlyList<MetricHistory>> HistoryAsync(string runId, string? key, long afterStep, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var points = await db.RunMetricPoints.AsNoTracking()
            .Where(point => point.RunId == runId && point.Step > afterStep && (key == null || point.Key == key))
            .OrderBy(point => point.Key).ThenBy(point => point.Step).ThenBy(point => point.Id)
            .Select(point => new { point.Key, point.Step, point.Value }).ToListAsync(ct);
        return [.. points.GroupBy(point => point.Key, StringComparer.Ordinal)
            .Select(group => new MetricHistory(group.Key, [.. group.Select(point => point.Step)], [.. group.Select(point => point.Value)]))];
    }

    /// <summary>The files that a run left, by name.</summary>
    public IReadOnlyList<Artifact> Artifacts(string runId) => Folder(runId) is { } folder
        ? [.. folder.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => new Artifact(file.Name, file.Length))]
        : [];

    /// <summary>Opens one of a run's files, or returns null where there is none of that name.</summary>
    public Stream? OpenArtifact(string runId, string name) =>
        Folder(runId)?.EnumerateFiles().FirstOrDefault(file => file.Name == name)?.OpenRead();

    private DirectoryInfo? Folder(string runId) =>
        Guid.TryParseExact(runId, "N", out _) && new DirectoryInfo(Path.Combine(directory.RunArtifacts, runId)) is { Exists: true } folder ? folder : null;

    private static IQueryable<Run> WithEverything(DashboardDb db) => db.Runs.AsNoTracking().AsSplitQuery()
        .Include(run => run.Experiment).Include(run => run.Parameters).Include(run => run.Metrics).Include(run => run.Tags);
}
