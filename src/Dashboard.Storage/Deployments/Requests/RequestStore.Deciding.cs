using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Storage.Deployments.Requests;

/// <content>Approving, rejecting, waiving, and going round it all in an emergency.</content>
public sealed partial class RequestStore
{
    /// <summary>Approves what somebody saw. The one that completes the request lets the rollout go.</summary>
    /// <param name="seen">The digest of the request that they looked at.</param>
    public Task<Result<int>> ApproveAsync(int id, string seen, string comment, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var (row, now) = (picture.Row, time.GetUtcNow());
        if ((NotOpen(row) ?? (Error?)Text("comment", comment, isNeeded: false)) is { } wrong)
            return wrong;
        var person = Account(picture, by);
        if (person.Error is { } nobody)
            return nobody;
        if (ApprovalRules.Refusal(picture.Policy.Policy, picture.Facts, picture.Given, picture.People, person.Value, seen, now) is { } refused)
            return refused;
        if (picture.Blocking is { Count: > 0 } blocking)
            return new CheckStandsInTheWay(blocking);
        if (await MovedAsync(db, row, inner) is { } moved)
            return moved;
        var rule = ApprovalRules.RuleFor(picture.Policy.Policy, picture.Facts, picture.Given, picture.People, person.Value, now)!;
        row.Approvals.Add(new() { PersonId = person.Value.Id, Person = by.Name, At = now, Digest = row.Digest!, Rule = rule.Name, Comment = comment });
        await db.SaveChangesAsync(inner);
        var after = picture with { Row = row };
        var standing = ApprovalRules.Of(after.Policy.Policy, after.Facts, [.. row.Approvals.OrderBy(a => a.Id).Select(a => a.Fact)], after.People, now);
        await NoteAsync(db, row, "approval-given", by.Name, $"{by.Name} approves version {row.Version.Number} of {row.Model.Name} ({standing.Given} of {standing.Needed}){(comment.Length == 0 ? "." : $": {comment}")}", AlertSeverity.Info, inner,
            new { given = picture.Standing(now).Given }, new { given = standing.Given, standing.Needed, rule = rule.Name, row.Digest });
        return await CompleteAsync(db, await PictureAsync(db, row, inner), by.Name, $"{standing.Given} of {standing.Needed} {(standing.Needed == 1 ? "approval" : "approvals")}, the last by {by.Name}.", inner);
    }, ct);

    /// <summary>Refuses a request, with a reason. Four eyes do not stand in the way of a no.</summary>
    public Task<Result<int>> RejectAsync(int id, string reason, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if ((NotOpen(row) ?? (Error?)Text("reason", reason, isNeeded: true)) is { } wrong)
            return wrong;
        if (await CommandAsync(db, row, RolloutAction.Reject, by.Name, reason, inner) is { } refused)
            return refused;
        (row.State, row.EndedAt, row.EndedBy, row.EndReason) = (RequestState.Rejected, time.GetUtcNow(), by.Name, reason);
        return await NoteAsync(db, row, "rejected", by.Name, $"{by.Name} rejects version {row.Version.Number} of {row.Model.Name}: {reason}", AlertSeverity.Info, inner);
    }, ct);

    /// <summary>Says that a failed check does not matter this time. Four eyes hold here, too.</summary>
    public Task<Result<int>> WaiveAsync(int id, string check, string reason, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if ((NotOpen(row) ?? (Error?)Text("reason", reason, isNeeded: true)) is { } wrong)
            return wrong;
        if (row.Checks.Find(one => one.Name == check) is not { } found)
            return InvalidValue.Of("check", check, row.Checks.Count == 0 ? "a request whose evidence is there" : string.Join(", ", CheckNames.All));
        if (MayWaive(picture, by) is { } excluded)
            return excluded;
        if (found.Standing(picture.Policy.Policy).Result.Verdict != CheckVerdict.Failed)
            return new Conflict($"Only a check that failed is waived; '{CheckNames.Words(check)}' did not.") { Field = "check", Value = check, Expected = "a check that failed" };
        (found.WaiverReason, found.WaivedBy, found.WaivedAt) = (reason, by.Name, time.GetUtcNow());
        await NoteAsync(db, row, "check-waived", by.Name, $"{by.Name} waives “{CheckNames.Words(check)}” for version {row.Version.Number} of {row.Model.Name}: {reason}", AlertSeverity.Warning, inner, new { check, state = "failed" }, new { check, state = "waived", reason });
        return await CompleteAsync(db, await PictureAsync(db, row, inner), by.Name, "the policy asks for no approval.", inner);
    }, ct);

    /// <summary>Lets the rollout go without approvals: an administrator's emergency, where the policy allows it. Everybody is told, and a critical incident stands until another administrator has reviewed it.</summary>
    public Task<Result<int>> BreakGlassAsync(int id, string reason, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if ((NotOpen(row) ?? (Error?)Text("reason", reason, isNeeded: true)) is { } wrong)
            return wrong;
        if (!picture.Policy.Policy.BreakGlass)
            return new Conflict("The policy allows nobody to go round the approvals.");
        if (Administrator(picture, by) is { } refused)
            return refused;
        if (await LetGoAsync(db, row, by.Name, $"approvals were gone round: {reason}", inner) is { } stuck)
            return stuck;
        (row.GlassReason, row.GlassById) = (reason, by.PersonId);
        var incident = RequestIncidents.Open(db, row.ModelId, row.Id, $"Approvals of version {row.Version.Number} were gone round",
            $"{by.Name} let version {row.Version.Number} of {row.Model.Name} go to {row.Environment} without the approvals of request {row.Id}: {reason}", time.GetUtcNow());
        return await NoteAsync(db, row, "glass-broken", by.Name, $"{by.Name} went round the approvals of version {row.Version.Number} of {row.Model.Name}, which has to be reviewed by another administrator: {reason}", AlertSeverity.Critical, inner,
            null, new { reason, blocking = picture.Blocking, given = picture.Standing(time.GetUtcNow()).Given }, incident);
    }, ct);

    /// <summary>Looks at it afterwards: another administrator, in words. The incident is over with that.</summary>
    public Task<Result<int>> ReviewAsync(int id, string words, Actor by, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if (Text("words", words, isNeeded: true) is { } wrong)
            return wrong;
        if (row.GlassReason is null || row.ReviewedAt is not null)
            return new Conflict(row.GlassReason is null ? "Nobody went round the approvals of this request: there is nothing to review." : $"{row.ReviewedBy} has reviewed this already.");
        if (Administrator(picture, by) is { } refused)
            return refused;
        if (by.PersonId is { } person && person == row.GlassById)
            return new OwnEmergency(by.Name);
        (row.ReviewWords, row.ReviewedBy, row.ReviewedAt) = (words, by.Name, time.GetUtcNow());
        return await NoteAsync(db, row, "glass-reviewed", by.Name, $"{by.Name} reviewed that the approvals of version {row.Version.Number} of {row.Model.Name} were gone round: {words}", AlertSeverity.Warning, inner,
            incident: await RequestIncidents.CloseAsync(db, row.Id, time.GetUtcNow(), inner));
    }, ct);

    /// <summary>Lets the rollout go without a person, where the policy says so: no required check may fail, and the plan must be one that is analysed.</summary>
    public Task<Result<int>> PromoteByPolicyAsync(int id, string why, CancellationToken ct) => ChangeAsync(id, async (db, picture, inner) =>
    {
        var row = picture.Row;
        if (NotOpen(row) is { } over)
            return over;
        if (!picture.Policy.Policy.Automatic.PromoteWithoutPeople)
            return new Conflict($"The policy lets nothing of '{row.Model.Name}' go live without people.");
        if (row.Digest is null)
            return StaleDigest.Of("", null);
        if (picture.Blocking is { Count: > 0 } blocking)
            return new CheckStandsInTheWay(blocking);
        if (await LetGoAsync(db, row, PromotionPolicy.Actor, why, inner, CommandSource.Policy) is { } stuck)
            return stuck;
        return await NoteAsync(db, row, "approved", PromotionPolicy.Actor, $"The policy lets version {row.Version.Number} of {row.Model.Name} go without people: {why}", AlertSeverity.Info, inner);
    }, ct);

    /// <summary>Whoever sits alone at the machine has no account and needs none; everybody else does.</summary>
    private bool IsAlone(Actor by) => by.Kind == ActorKind.Operator && !accounts();

    private Error? MayWaive(Picture picture, Actor by)
    {
        if (IsAlone(by))
            return null;
        var person = Account(picture, by);
        return person.Error ?? (person.Value.MayApprove ? ApprovalRules.Excluded(picture.Policy.Policy, picture.Facts, person.Value) : new NotAllowed(by.Name, Permission.Approve, picture.Row.Model.Name));
    }

    private Error? Administrator(Picture picture, Actor by)
    {
        if (IsAlone(by))
            return null;
        var person = Account(picture, by);
        return person.Error ?? (person.Value.IsAdministrator ? null : new NotAllowed(by.Name, Permission.ManagePolicy, picture.Row.Model.Name));
    }
}

/// <summary>Whoever went round the approvals does not review that.</summary>
public sealed record OwnEmergency(string Who) : Error(ErrorKind.Forbidden, $"{Shorten(Who)} went round the approvals; another administrator has to review that.");
