using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Deployments.Requests.Gathering;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry.Signing;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <content>Asking, taking back, saying something, and what time and evidence bring.</content>
public sealed partial class RequestStore
{
    /// <summary>Asks for a version to go live: a rollout that waits for approval, and the request for it. The evidence is gathered afterwards.</summary>
    /// <returns>The request's number.</returns>
    public async Task<Result<int>> ProposeAsync(NewRequest order, Actor by, CancellationToken ct)
    {
        if (Text("reason", order.Reason, isNeeded: true) is { } wordless)
            return wordless;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.ModelVersions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == order.Model && v.Number == order.Version, ct) is not { } version)
            return await db.Models.AnyAsync(m => m.Name == order.Model, ct) ? NotFound.In("model", order.Model, "version", order.Version.ToString()) : new NotFound("model", order.Model);
        if (await db.PromotionRequests.Where(r => r.VersionId == version.Id && r.Environment == order.Environment && r.State == RequestState.Open).Select(r => (int?)r.Id).FirstOrDefaultAsync(ct) is { } open)
            return new Conflict($"Version {order.Version} of '{order.Model}' is proposed already, by request {open}.") { Field = "version", Value = order.Version.ToString(), Expected = "a version without an open request" };
        var policy = (await policies.EffectiveAsync(db, version.ModelId, order.Environment, ct)).Policy;
        var drafted = await rollouts.CreateAsync(db, new(order.Model, order.Version, order.Environment, order.Plan, by.Name, order.Reason), ct);
        if (drafted.Error is { } unfit)
            return unfit;
        var now = time.GetUtcNow();
        var row = new PromotionRequest
        {
            RolloutId = drafted.Value.Id, ModelId = version.ModelId, Model = version.Model, VersionId = version.Id, Version = version, Environment = order.Environment, ProposedById = by.PersonId, ProposedBy = by.Name,
            Reason = order.Reason, PlanJson = order.Plan.ToJson(), PlanDigest = order.Plan.Digest, ProposedAt = now, ExpiresAt = now.AddDays(policy.RequestDays),
        };
        await db.SaveChangesAsync(ct);
        db.PromotionRequests.Add(row);
        await db.SaveChangesAsync(ct);
        if (await CommandAsync(db, row, RolloutAction.Submit, by.Name, order.Reason, ct) is { } refused)
            return refused;
        await NoteAsync(db, row, "proposed", by.Name, $"{by.Name} proposes version {order.Version} of {order.Model} for {order.Environment}: {order.Reason}", AlertSeverity.Info, ct, null,
            new { version = order.Version, version.Digest, order.Environment, planDigest = order.Plan.Digest, order.Reason });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Publish(row);
        return row.Id;
    }

    /// <summary>Takes a request back: whoever proposed it, or an administrator.</summary>
    public Task<Result<int>> WithdrawAsync(int id, string reason, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if ((NotOpen(row) ?? (Error?)Text("reason", reason, isNeeded: false)) is { } wrong)
            return wrong;
        if (!IsOwn(row, by) && by.On(row.Model.Name) is not Role.Administrator)
            return new NotYours(by.Name, row.ProposedBy);
        if (await CommandAsync(db, row, RolloutAction.Withdraw, by.Name, reason.Length == 0 ? "withdrawn" : reason, inner) is { } refused)
            return refused;
        (row.State, row.EndedAt, row.EndedBy, row.EndReason) = (RequestState.Withdrawn, time.GetUtcNow(), by.Name, reason);
        return await NoteAsync(db, row, "withdrawn", by.Name, $"{by.Name} took back the request for version {row.Version.Number} of {row.Model.Name}{(reason.Length == 0 ? "." : $": {reason}")}", AlertSeverity.Info, inner);
    }, ct);

    public Task<Result<int>> CommentAsync(int id, string text, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        if (Text("text", text, isNeeded: true) is { } wrong)
            return wrong;
        picture.Row.Comments.Add(new() { By = by.Name, At = time.GetUtcNow(), Text = text });
        return await NoteAsync(db, picture.Row, "commented", by.Name, $"{by.Name} on version {picture.Row.Version.Number} of {picture.Row.Model.Name}: {text}", AlertSeverity.Info, inner);
    }, ct);

    /// <summary>Has the evidence of an open request gathered anew: approvals of the old one are void from now on.</summary>
    public Task<Result<int>> RenewAsync(int id, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if (NotOpen(row) is { } over)
            return over;
        var before = new { row.Digest };
        (row.EvidenceJson, row.EvidenceError, row.Digest) = (null, null, null);
        row.Checks.Clear();
        return await NoteAsync(db, row, "evidence-renewed", by.Name, $"{by.Name} has the evidence for version {row.Version.Number} of {row.Model.Name} gathered anew{(picture.Given.Count > 0 ? "; approvals given so far are void" : "")}.", AlertSeverity.Info, inner, before);
    }, ct);

    /// <summary>Open requests without evidence, oldest first.</summary>
    public async Task<IReadOnlyList<int>> AwaitingEvidenceAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.PromotionRequests.Where(r => r.State == RequestState.Open && r.EvidenceJson == null && r.EvidenceError == null).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(ct);
    }

    /// <summary>Stores evidence, with its checks; where no approval is asked for and no required check fails, the rollout goes.</summary>
    public Task<Result<int>> StoreEvidenceAsync(int id, RequestEvidence evidence, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if (NotOpen(row) is { } over)
            return over;
        // A publisher came or went while it was gathered: it is not so any more, and what has no evidence is gathered again.
        if (evidence.Checks.SelectMany(check => check.Figures).FirstOrDefault(figure => figure.Name == EvidenceChecks.TrustedSignatures) is { } counted
            && (await PackageSignatures.TrustOfAsync(db, row.Version.Digest, inner)).TrustedCount != counted.Value)
            return null;
        (row.EvidenceJson, row.EvidenceError, row.Digest) = (evidence.ToJson(), null, RequestDigest.Of(row.Version.Digest, row.PlanDigest, evidence.Digest));
        row.Checks.Clear();
        await db.SaveChangesAsync(inner);
        row.Checks.AddRange(evidence.Checks.Select(check => new RequestCheck { Name = check.Name, ResultJson = CanonicalJson.Serialize(check) }));
        var renewed = await PictureAsync(db, row, inner);
        var failed = renewed.Checks.Count(check => check.Result.Verdict == CheckVerdict.Failed);
        await NoteAsync(db, row, "evidence-gathered", "evidence", $"The evidence for version {row.Version.Number} of {row.Model.Name} is there: {evidence.Checks.Count(check => check.Verdict == CheckVerdict.Passed)} checks passed, {failed} failed, {evidence.Checks.Count(check => check.Verdict == CheckVerdict.NotApplicable)} could not be judged.",
            AlertSeverity.Info, inner, null, new { row.Digest, evidence = evidence.Digest, checks = evidence.Checks.ToDictionary(check => check.Name, check => check.Verdict) });
        // What stands in the way of a start (another rollout, say) is no fault of the evidence: it stays, says why nothing began, and is tried again: see GoOnAsync.
        row.EvidenceError = (await CompleteAsync(db, renewed, row.ProposedBy, "the policy asks for no approval.", inner))?.Message;
        return null;
    }, ct);

    /// <summary>Lets go what nothing holds back any more: another rollout was on its way, or the policy asked for more.</summary>
    /// <returns>What cannot go all the same, by request.</returns>
    public async Task<IReadOnlyList<(int Id, Error Error)>> GoOnAsync(CancellationToken ct)
    {
        List<int> ready = [];
        List<(int, Error)> refused = [];
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            var busy = (await RolloutStore.ActiveAsync(db, ct)).Select(rollout => (rollout.Model, rollout.Environment)).ToHashSet();
            foreach (var row in await Rows(db).Where(r => r.State == RequestState.Open && r.Digest != null).OrderBy(r => r.Id).ToListAsync(ct))
                if (!busy.Contains((row.Model.Name, row.Environment)) && IsComplete(await PictureAsync(db, row, ct)))
                    ready.Add(row.Id);
        }

        foreach (var id in ready)
        {
            var gone = await ChangeAsync(id, async (db, picture, inner) =>
            {
                var (row, standing) = (picture.Row, picture.Standing(time.GetUtcNow()));
                if (NotOpen(row) is { } over)
                    return over;
                row.EvidenceError = null;
                return await CompleteAsync(db, picture, row.Approvals.MaxBy(approval => approval.Id)?.Person ?? row.ProposedBy,
                    standing.Needed == 0 ? "the policy asks for no approval." : $"{standing.Given} of {standing.Needed} {(standing.Needed == 1 ? "approval" : "approvals")}.", inner);
            }, ct);
            if (gone.Error is { } error)
                refused.Add((id, error));
        }

        return refused;
    }

    /// <summary>Notes that the evidence could not be gathered.</summary>
    public Task<Result<int>> StoreFailureAsync(int id, string error, CancellationToken ct) => ChangeAsync(id, (_, picture, _) =>
    {
        picture.Row.EvidenceError = Error.Shorten(error);
        return Task.FromResult<Error?>(NotOpen(picture.Row));
    }, ct);

    /// <summary>Ends the requests whose time is over.</summary>
    public async Task<int> ExpireAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        List<int> due;
        await using (var db = await factory.CreateDbContextAsync(ct))
            due = await db.PromotionRequests.Where(r => r.State == RequestState.Open && r.ExpiresAt <= now).Select(r => r.Id).ToListAsync(ct);
        foreach (var id in due)
            await ChangeAsync(id, async (db, picture, inner) =>
            {
                var row = picture.Row;
                if (NotOpen(row) is { } over)
                    return over;
                if (await CommandAsync(db, row, RolloutAction.Withdraw, PromotionPolicy.Actor, "nobody decided in time", inner) is { } refused)
                    return refused;
                (row.State, row.EndedAt, row.EndedBy, row.EndReason) = (RequestState.Expired, now, PromotionPolicy.Actor, "Nobody decided in time.");
                return await NoteAsync(db, row, "expired", PromotionPolicy.Actor, $"The request for version {row.Version.Number} of {row.Model.Name} expired: nobody decided within {picture.Policy.Policy.RequestDays} days.", AlertSeverity.Info, inner);
            }, ct);
        return due.Count;
    }

    private bool IsOwn(PromotionRequest row, Actor by) => row.ProposedById is { } owner ? by.PersonId == owner : by.PersonId is null && (by.Kind != ActorKind.Operator || !accounts()) && by.Kind != ActorKind.Display;
}

/// <summary>Only whoever proposed something takes it back.</summary>
public sealed record NotYours(string Who, string Owner) : Error(ErrorKind.Forbidden, $"{Shorten(Owner)} proposed this; {Shorten(Who)} can reject it as an approver, and only an administrator can take it back in their place.");
