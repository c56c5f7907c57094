using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Web.Hosting.Governance;

namespace Dashboard.Web.Api.V1;

/// <summary>The audit log: what happened, as a list, as a file, and whether it is as it was written.</summary>
internal static class AuditEndpoints
{
    private const int DefaultTake = 100;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("", ListAsync).Produces<AuditList>().ProducesProblem(400)
            .WithSummary("Entries, newest first; action is one action, or the beginning of one with its dot, such as 'model.'; before is the number from which the next page goes on");
        audit.MapGet("/{sequence:long}", async (long sequence, AuditLog log, CancellationToken ct) =>
                await log.FindAsync(sequence, ct) is { } entry ? Results.Ok(entry) : new NotFound("audit entry", $"{sequence}").ToProblem())
            .Produces<AuditView>().ProducesProblem(404).WithSummary("One entry");
        audit.MapGet("/export", Export).Produces(200, contentType: "application/x-ndjson").ProducesProblem(400)
            .WithSummary("Entries as a file, oldest first: format=ndjson (each line the canonical JSON that was hashed, with its hashes) or csv");
        audit.MapGet("/verify", async (AuditKeeper keeper, CancellationToken ct) => (await keeper.CheckAsync(ct)).Match(report => Results.Ok(report), Problems.ToProblem))
            .Produces<AuditReport>().ProducesProblem(409).WithSummary("Look at the whole log beside its checkpoints: whether it is intact, and if not, the first entry that is not as it was written");
    }

    private static async Task<IResult> ListAsync([AsParameters] AuditQuery query, AuditLog log, long? before, int? take, CancellationToken ct)
    {
        if (take is < 1 or > AuditLog.MostAtOnce)
            return InvalidValue.Of("take", take.ToString(), $"a number from 1 to {AuditLog.MostAtOnce}").ToProblem();
        if (query.Check() is { } fault)
            return fault.ToProblem();
        // One more than asked for tells whether there is a next page.
        var wanted = take ?? DefaultTake;
        var entries = await log.ListAsync(query.Filter, before, wanted + 1, ct);
        return Results.Ok(entries.Count > wanted ? new AuditList([.. entries.Take(wanted)], entries[wanted - 1].Sequence) : new AuditList(entries, null));
    }

    private static IResult Export([AsParameters] AuditQuery query, DataDirectory directory, string? format, CancellationToken ct)
    {
        if (query.Check() is { } fault)
            return fault.ToProblem();
        if (!Enum.TryParse<AuditFormat>(format ?? "ndjson", ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted) || char.IsAsciiDigit((format ?? "n")[0]))
            return InvalidValue.Of("format", format, "ndjson or csv").ToProblem();
        var opened = AuditFile.Open(directory.DecisionsFile);
        if (opened.Error is { } unreadable)
            return unreadable.ToProblem();
        return Results.Stream(async stream =>
        {
            using var log = opened.Value;
            await AuditExport.WriteAsync(log.Entries(query.Filter), wanted, stream, ct);
        }, wanted == AuditFormat.Csv ? "text/csv" : "application/x-ndjson", wanted == AuditFormat.Csv ? "audit.csv" : "audit.ndjson");
    }

    /// <param name="From">Inclusive.</param>
    /// <param name="To">Exclusive.</param>
    private sealed record AuditQuery(string? Model, string? Actor, string? Action, DateTimeOffset? From, DateTimeOffset? To)
    {
        public AuditFilter Filter => new(Text(Model), Text(Actor), Text(Action), From, To);

        public InvalidValue? Check() => From >= To ? InvalidValue.Of("to", $"{To:O}", $"a time after 'from', {From:O}") : null;

        private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <param name="Next">Give it as before for the next page; absent on the last one.</param>
    private sealed record AuditList(IReadOnlyList<AuditView> Entries, long? Next);
}
