using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage.Training;
using Dashboard.Web.Hosting.Jobs;

namespace Dashboard.Web.Api.V1;

/// <summary>Training jobs: ask for one, watch it, cancel it, try it again.</summary>
internal static class JobEndpoints
{
    private const int MostLogLines = 1_000;

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapPost("", SubmitAsync).Accepts<TrainingSpec>("application/json").Produces<JobView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Queue a training; experiment and parameters may be left out");
        jobs.MapGet("", ListAsync).WithSummary("The newest jobs first");
        jobs.MapGet("/{id}", FindAsync).Produces<JobDetail>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One job with its specification and the tail of its log");
        jobs.MapPost("/{id}/cancel", CancelAsync).Produces<JobView>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Cancel a queued or running job; answers when its process is gone");
        jobs.MapPost("/{id}/retry", RetryAsync).Produces<JobView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Queue the same training again");
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, TrainingRequests requests, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<TrainingSpec>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        var spec = body.Value;
        spec = spec with { Experiment = spec.Experiment ?? spec.ModelName, Parameters = spec.Parameters ?? new() };
        return Accepted(await requests.SubmitAsync(new(spec, Actor.Of(context), "by hand"), ct));
    }

    private static async Task<IResult> ListAsync(JobStore jobs, string? model, JobStatus? status, int? limit, CancellationToken ct) =>
        Results.Ok((await jobs.ListAsync(model, status, Math.Clamp(limit ?? 100, 1, 1_000), ct)).Select(JobView.Of));

    private static async Task<IResult> FindAsync(string id, int? lines, JobStore jobs, JobLogs logs, CancellationToken ct) =>
        await jobs.FindAsync(id, ct) is { } job
            ? Results.Ok(new JobDetail(JobView.Of(job), CanonicalJson.Deserialize<TrainingSpec>(job.SpecJson), await logs.TailAsync(job.Id, Math.Clamp(lines ?? 100, 0, MostLogLines), ct)))
            : new NotFound("job", id).ToProblem();

    private static async Task<IResult> CancelAsync(string id, HttpContext context, JobRunner runner, CancellationToken ct) =>
        (await runner.CancelAsync(id, Actor.Of(context), ct)).Match(job => Results.Ok(JobView.Of(job)), error => error.ToProblem());

    private static async Task<IResult> RetryAsync(string id, HttpContext context, JobStore jobs, CancellationToken ct) => Accepted(await jobs.RetryAsync(id, Actor.Of(context), ct));

    internal static IResult Accepted(Result<Job> job) =>
        job.Match(queued => Results.Accepted($"/api/v1/jobs/{queued.Id}", JobView.Of(queued)), error => error.ToProblem());
}

/// <summary>A job as the API shows it.</summary>
/// <param name="Progress">0 to 1.</param>
/// <param name="Version">The version that it made.</param>
internal sealed record JobView(string Id, string Title, string Model, JobStatus Status, string Step, double Progress, string RequestedBy, string Reason,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Error, string? RunId, int? Version, string? RetryOf)
{
    public static JobView Of(Job job) => new(job.Id, job.Title, job.ModelName, job.Status, job.Step, job.Progress, job.RequestedBy, job.Reason,
        job.CreatedAt, job.StartedAt, job.EndedAt, job.Error, job.RunId, job.VersionNumber, job.RetryOf);
}

internal sealed record JobDetail(JobView Job, TrainingSpec Spec, IReadOnlyList<string> Log);
