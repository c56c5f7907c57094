using Dashboard.Core;
using Dashboard.Storage.Experiments;

namespace Dashboard.Web.Api.V1;

/// <summary>Experiments and their runs: lists, one with everything, histories, comparison, artifacts.</summary>
internal static class RunEndpoints
{
    private const int MostCompared = 50;

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/experiments", async (RunQueries queries, CancellationToken ct) => Results.Ok(await queries.ExperimentsAsync(ct)))
            .WithTags("Experiments").WithSummary("All experiments by name");
        var runs = routes.MapGroup("/runs").WithTags("Experiments");
        runs.MapGet("", async (RunQueries queries, string? experiment, string? model, RunStatus? status, string? tag, int? limit, CancellationToken ct) =>
            Results.Ok((await queries.ListAsync(new(experiment, model, status, tag, Math.Clamp(limit ?? 200, 1, 1_000)), ct)).Select(RunView.Of)))
            .WithSummary("The newest runs first");
        runs.MapGet("/compare", CompareAsync).WithSummary("Runs side by side: ids=a,b,c");
        runs.MapGet("/{id}", async (string id, RunQueries queries, CancellationToken ct) =>
            await queries.FindAsync(id, ct) is { } run ? Results.Ok(new RunDetail(RunView.Of(run), queries.Artifacts(run.Id))) : new NotFound("run", id).ToProblem())
            .WithSummary("One run with parameters, metrics, tags and artifacts");
        runs.MapGet("/{id}/metrics", async (string id, string? key, long? after, RunQueries queries, CancellationToken ct) =>
            await queries.FindAsync(id, ct) is null ? new NotFound("run", id).ToProblem() : Results.Ok(await queries.HistoryAsync(id, key, after ?? -1, ct)))
            .WithSummary("Metrics over rounds: all, or one; after a round");
        runs.MapGet("/{id}/artifacts/{name}", (string id, string name, RunQueries queries) =>
            queries.OpenArtifact(id, name) is { } file ? Results.File(file, "application/octet-stream", name) : new NotFound("artifact", name).ToProblem())
            .WithSummary("A file that the run left");
        runs.MapPut("/{id}/tags/{key}", TagAsync).Accepts<TagValue>("application/json").WithSummary("Set a tag; an empty value removes it");
    }

    private static async Task<IResult> CompareAsync(string? ids, RunQueries queries, CancellationToken ct)
    {
        var wanted = (ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (wanted.Length is 0 or > MostCompared)
            return InvalidValue.Of("ids", ids, $"1 to {MostCompared} run ids, separated by commas").ToProblem();
        var runs = await queries.FindManyAsync(wanted, ct);
        if (wanted.FirstOrDefault(id => runs.All(run => run.Id != id)) is { } unknown)
            return new NotFound("run", unknown).ToProblem();
        var histories = new Dictionary<string, IReadOnlyList<MetricHistory>>(StringComparer.Ordinal);
        foreach (var run in runs)
            histories[run.Id] = await queries.HistoryAsync(run.Id, null, -1, ct);
        return Results.Ok(new RunComparison([.. runs.Select(RunView.Of)], histories));
    }

    private static async Task<IResult> TagAsync(string id, string key, HttpRequest request, RunStore runs, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<TagValue>(request, ct);
        return body.Error is { } error ? error.ToProblem() : (await runs.TagAsync(id, key, body.Value.Value ?? "", ct)).Match(_ => Results.NoContent(), fault => fault.ToProblem());
    }
}

internal sealed record TagValue(string? Value);

/// <summary>A run as the API shows it.</summary>
internal sealed record RunView(string Id, string Name, string? Experiment, RunStatus Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? JobId, string? Model, string? DatasetVersion,
    IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Tags)
{
    public static RunView Of(Run run) => new(run.Id, run.Name, run.Experiment.Name, run.Status, run.StartedAt, run.EndedAt, run.JobId, run.ModelName, run.DatasetVersion,
        run.Parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value, StringComparer.Ordinal),
        run.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value, StringComparer.Ordinal),
        run.Tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal));
}

internal sealed record RunDetail(RunView Run, IReadOnlyList<Artifact> Artifacts);

internal sealed record RunComparison(IReadOnlyList<RunView> Runs, IReadOnlyDictionary<string, IReadOnlyList<MetricHistory>> Histories);
