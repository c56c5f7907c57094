using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <content>What lists and pages show.</content>
public sealed partial class RequestStore
{
    public const int MostListed = 200;

    /// <summary>Requests, newest first, at most <see cref="MostListed"/>.</summary>
    /// <param name="state">Null: whatever its state.</param>
    /// <param name="model">Null: of every model.</param>
    /// <param name="by">Who asks: says what waits for them.</param>
    public async Task<IReadOnlyList<RequestSummary>> ListAsync(RequestState? state, string? model, Actor? by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await Rows(db).Where(r => (state == null || r.State == state) && (model == null || r.Model.Name == model)).OrderByDescending(r => r.Id).Take(MostListed).ToListAsync(ct);
        return await SummariesAsync(db, rows, by, ct);
    }

    /// <summary>What waits for somebody: requests that they can approve now, and emergencies that they are to review.</summary>
    public async Task<IReadOnlyList<RequestSummary>> WaitingAsync(Actor by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await Rows(db).Where(r => r.State == RequestState.Open || (r.GlassReason != null && r.ReviewedAt == null)).OrderByDescending(r => r.Id).Take(MostListed).ToListAsync(ct);
        return [.. (await SummariesAsync(db, rows, by, ct)).Where(summary => summary.WaitsForMe)];
    }

    /// <summary>One request with everything, as somebody sees it.</summary>
    public async Task<Result<RequestDetail>> FindAsync(int id, Actor? by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await Rows(db).SingleOrDefaultAsync(r => r.Id == id, ct) is not { } row)
            return Unknown(id);
        var (picture, now) = (await PictureAsync(db, row, ct), time.GetUtcNow());
        var standing = picture.Standing(now);
        return new RequestDetail(Summary(picture, by, await ChampionAsync(db, row, ct), now), row.RolloutId, row.Version.Digest, RolloutPlan.Parse(row.PlanJson).Value, row.PlanDigest,
            row.EvidenceJson is { } json ? CanonicalJson.Deserialize<RequestEvidence>(json) : null, row.EvidenceError, row.Digest, picture.Checks, standing.Rules,
            [.. picture.Given.Select((approval, i) => new ApprovalView(approval.ByName, approval.At, approval.Rule, approval.Comment, standing.States[i]))],
            [.. row.Comments.OrderBy(c => c.Id).Select(c => new CommentView(c.By, c.At, c.Text))], picture.Policy, row.EndedBy, row.EndReason,
            row.GlassReason is { } reason ? new(row.EndedBy!, row.EndedAt!.Value, reason, row.ReviewedBy, row.ReviewedAt, row.ReviewWords, await db.Incidents.Where(i => i.RequestId == id).Select(i => (int?)i.Id).SingleOrDefaultAsync(ct)) : null,
            row.State == RequestState.Open ? await MovedAsync(db, row, ct) : null, by is not null && IsOwn(row, by), by is null ? new NoAccount("nobody") : Refusal(picture, by, now), by is not null && row.State == RequestState.Open && MayWaive(picture, by) is null);
    }

    /// <summary>Of which model a request is.</summary>
    public async Task<Result<string>> ModelOfAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.PromotionRequests.Where(r => r.Id == id).Select(r => r.Model.Name).SingleOrDefaultAsync(ct) is { } model ? model : Unknown(id);
    }

    /// <summary>The request behind a rollout; null: it was not asked for.</summary>
    public async Task<int?> OfRolloutAsync(Guid rollout, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.PromotionRequests.Where(r => r.RolloutId == rollout).Select(r => (int?)r.Id).SingleOrDefaultAsync(ct);
    }

    /// <summary>All decisions about a version, oldest first: approvals that counted when they were given, rejections, and emergencies.</summary>
    public async Task<IReadOnlyList<(bool Approved, string By, DateTimeOffset At, string Comment)>> DecisionsAsync(int versionId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.PromotionRequests.AsNoTracking().Include(r => r.Approvals).Where(r => r.VersionId == versionId).ToListAsync(ct);
        return [.. rows.SelectMany(row => row.Approvals.Select(a => (true, a.Person, a.At, Words(a, row)))
            .Concat(row.State == RequestState.Rejected ? [(false, row.EndedBy!, row.EndedAt!.Value, row.EndReason ?? "")] : [])
            .Concat(row.GlassReason is { } reason ? [(true, row.EndedBy!, row.EndedAt!.Value, $"Went round the approvals: {reason}{(row.ReviewedBy is null ? " Not reviewed yet." : $" Reviewed by {row.ReviewedBy}: {row.ReviewWords}")}")] : []))
            .OrderBy(decision => decision.Item3)];
    }

    private static string Words(RequestApproval approval, PromotionRequest row) => approval.Digest == row.Digest ? approval.Comment : $"{approval.Comment} (Void: the evidence was gathered anew since.)".TrimStart();

    private static IQueryable<PromotionRequest> Rows(DashboardDb db) => db.PromotionRequests.AsNoTracking().Include(r => r.Model).Include(r => r.Version).Include(r => r.Approvals).Include(r => r.Checks).Include(r => r.Comments).AsSplitQuery();

    private async Task<IReadOnlyList<RequestSummary>> SummariesAsync(DashboardDb db, List<PromotionRequest> rows, Actor? by, CancellationToken ct)
    {
        var (found, now) = (new List<RequestSummary>(rows.Count), time.GetUtcNow());
        foreach (var row in rows)
            found.Add(Summary(await PictureAsync(db, row, ct), by, await ChampionAsync(db, row, ct), now));
        return found;
    }

    private RequestSummary Summary(Picture picture, Actor? by, int? champion, DateTimeOffset now)
    {
        var (row, standing) = (picture.Row, picture.Standing(now));
        var outstanding = row.GlassReason is not null && row.ReviewedAt is null;
        return new(row.Id, row.Model.Name, row.Version.Number, champion, row.Environment, RolloutPlan.Parse(row.PlanJson).Value.Strategy, row.State, row.ProposedBy, row.Reason, row.ProposedAt, row.ExpiresAt, row.EndedAt, standing.Needed, standing.Given,
            picture.Blocking.Count, row.EvidenceJson is not null, outstanding)
        {
            WaitsForMe = by is not null && (row.State == RequestState.Open ? Refusal(picture, by, now) is null : outstanding && Administrator(picture, by) is null && !(by.PersonId is { } person && person == row.GlassById)),
        };
    }

    private static Error? Refusal(Picture picture, Actor by, DateTimeOffset now)
    {
        if (NotOpen(picture.Row) is { } over)
            return over;
        var person = Account(picture, by);
        return person.Error ?? ApprovalRules.Refusal(picture.Policy.Policy, picture.Facts, picture.Given, picture.People, person.Value, picture.Facts.Digest ?? "", now);
    }

    /// <summary>The version that the request would replace.</summary>
    private static Task<int?> ChampionAsync(DashboardDb db, PromotionRequest row, CancellationToken ct) =>
        (from rollout in db.Rollouts where rollout.Id == row.RolloutId join version in db.ModelVersions on rollout.ChampionId equals version.Id select (int?)version.Number).SingleOrDefaultAsync(ct);
}
