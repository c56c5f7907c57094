using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>
/// Promotion requests. Every decision reads the request, the policy, the approvals, who may approve and who made the version inside the one write transaction in which it is stored, so that nobody can slip in between
/// and no page has to be trusted; the approval that completes a request lets its rollout go in the same transaction.
/// </summary>
public sealed partial class RequestStore(IDbContextFactory<DashboardDb> factory, RolloutStore rollouts, PolicyStore policies, HasAccounts accounts, Notifications notifications, TimeProvider time)
{
    public const int MaxText = 2000;

    /// <summary>What a request is judged by, as it stands in the transaction.</summary>
    /// <param name="LacksSignature">The policy asks for one that counts now, whatever the evidence saw.</param>
    private sealed record Picture(PromotionRequest Row, PolicyView Policy, RequestFacts Facts, IReadOnlyList<Reviewer> People, bool LacksSignature)
    {
        /// <summary>How it ended, which stands; null while it is open.</summary>
        public RequestOutcome? Outcome { get; init; }

        public IReadOnlyList<Approval> Given { get; } = [.. Row.Approvals.OrderBy(a => a.Id).Select(a => a.Fact)];

        public IReadOnlyList<StandingCheck> Checks { get; } = [.. Row.Checks.Select(c => c.Standing(Policy.Policy)).OrderBy(c => IndexOf(c.Result.Name))];

        public ApprovalStanding Standing(DateTimeOffset now) => Outcome?.ToStanding() ?? ApprovalRules.Of(Policy.Policy, Facts, Given, People, now);

        public IReadOnlyList<string> Blocking => [.. Checks.Where(check => check.Blocks || (LacksSignature && check is { Result.Name: CheckNames.Package, Waiver: null })).Select(check => check.Result.Name)];

        private static int IndexOf(string name) => CheckNames.All.TakeWhile(one => one != name).Count();
    }

    /// <summary>A change of a request in one write transaction, told of when it is stored.</summary>
    private async Task<Result<int>> ChangeAsync(int id, Func<DashboardDb, Picture, CancellationToken, Task<Error?>> change, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        // SQLite takes its write lock here: of two who approve at once the second sees the first one's approval.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await LoadAsync(db, id, ct) is not { } picture)
            return Unknown(id);
        var wasOpen = picture.Row.State == RequestState.Open;
        if (await change(db, picture, ct) is { } refused)
            return refused;
        if (wasOpen && picture.Row.State != RequestState.Open)
        {
            var ended = await PictureAsync(db, picture.Row, ct);
            picture.Row.OutcomeJson = CanonicalJson.Serialize(RequestOutcome.Of(ended.Policy, ended.Standing(time.GetUtcNow())));
        }

        picture.Row.Revision++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Conflict("Somebody else changed this request at the same moment; look again.");
        }

        await transaction.CommitAsync(ct);
        Publish(picture.Row);
        foreach (var incident in db.ChangeTracker.Entries<Incident>())
            notifications.Publish(new(Topics.Alerts, picture.Row.Model.Name, AlertSubjects.Incident(incident.Entity.Id)));
        return id;
    }

    private async Task<Picture?> LoadAsync(DashboardDb db, int id, CancellationToken ct) =>
        await db.PromotionRequests.Include(r => r.Model).Include(r => r.Version).Include(r => r.Approvals).Include(r => r.Checks).Include(r => r.Comments).AsSplitQuery().SingleOrDefaultAsync(r => r.Id == id, ct) is { } row
            ? await PictureAsync(db, row, ct) : null;

    private async Task<Picture> PictureAsync(DashboardDb db, PromotionRequest row, CancellationToken ct)
    {
        var outcome = RequestOutcome.Of(row);
        var policy = outcome?.ToPolicy() ?? await policies.EffectiveAsync(db, row.ModelId, row.Environment, ct);
        return new(row, policy, new(row.ProposedById, await RequestPeople.TrainersAsync(db, row.Version, ct), row.Digest, row.ExpiresAt), await RequestPeople.ReviewersAsync(db, row.ModelId, ct),
            outcome is null && policy.Policy.RequireSignature && !(await PackageSignatures.TrustOfAsync(db, row.Version.Digest, ct)).IsTrusted) { Outcome = outcome };
    }

    /// <summary>Lets the rollout go where nothing is missing any more.</summary>
    /// <returns>Why it cannot go although nothing is missing; null: it went, or something is missing still.</returns>
    private async Task<Error?> CompleteAsync(DashboardDb db, Picture picture, string by, string why, CancellationToken ct) =>
        IsComplete(picture)
            ? await LetGoAsync(db, picture.Row, by, why, ct) ?? await NoteAsync(db, picture.Row, "approved", by, $"The rollout of version {picture.Row.Version.Number} of {picture.Row.Model.Name} is approved: {why}", AlertSeverity.Info, ct)
            : null;

    /// <summary>Nothing is missing: evidence, required checks, approvals.</summary>
    private bool IsComplete(Picture picture) => picture.Row.Digest is not null && picture.Blocking.Count == 0 && picture.Standing(time.GetUtcNow()).IsComplete;

    private async Task<Error?> LetGoAsync(DashboardDb db, PromotionRequest row, string by, string why, CancellationToken ct, CommandSource source = CommandSource.Person)
    {
        if (await MovedAsync(db, row, ct) is { } moved)
            return moved;
        if (await CommandAsync(db, row, RolloutAction.Approve, by, Sentence(why), ct, source) is { } refused)
            return refused;
        (row.State, row.EndedAt, row.EndedBy) = (RequestState.Approved, time.GetUtcNow(), by);
        return null;
    }

    private static string Sentence(string words) => words.Length == 0 ? words : $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    private async Task<Error?> CommandAsync(DashboardDb db, PromotionRequest row, RolloutAction action, string by, string why, CancellationToken ct, CommandSource source = CommandSource.Person)
    {
        var revision = await db.Rollouts.Where(r => r.Id == row.RolloutId).Select(r => r.Revision).SingleAsync(ct);
        return (await rollouts.ApplyAsync(db, row.RolloutId, new(Guid.CreateVersion7(), revision, action, source, by, why), ct)).Error;
    }

    /// <summary>Whether another version is live than the one that the rollout and the evidence compare with: what people would approve is not what would happen.</summary>
    private static async Task<ChampionMoved?> MovedAsync(DashboardDb db, PromotionRequest row, CancellationToken ct)
    {
        var before = await db.Rollouts.Where(r => r.Id == row.RolloutId).Select(r => r.ChampionId).SingleAsync(ct);
        var live = await TargetHistory.LiveAsync(db, row.Environment, row.ModelId, ct);
        return before == live ? null : new(row.Model.Name, await db.ModelVersions.Where(v => v.Id == live).Select(v => (int?)v.Number).SingleOrDefaultAsync(ct));
    }

    /// <summary>Writes the audit entry of a step and puts its message in line.</summary>
    /// <param name="step">"proposed", "approved", …</param>
    /// <param name="incident">What the step began or ended.</param>
    private async Task<Error?> NoteAsync(DashboardDb db, PromotionRequest row, string step, string by, string summary, AlertSeverity severity, CancellationToken ct, object? before = null, object? after = null, Incident? incident = null)
    {
        var now = time.GetUtcNow();
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = by, Action = $"request.{step}", ModelName = row.Model.Name, Subject = row.Id.ToString(), Summary = summary,
            BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after ?? new { row.State, row.Digest }),
        });
        var facts = new { request = row.Id, model = row.Model.Name, version = row.Version.Number, row.Environment, row.State, by, row.ProposedBy, row.Digest, package = row.Version.Digest, plan = row.PlanDigest };
        await new DeliveryNotice($"request.{step}", summary, severity, row.Model.Name, $"/approvals/{row.Id}", JsonSerializer.SerializeToElement(facts, CanonicalJson.Options)).AddToAsync(db, row.ModelId, now, ct, incident);
        return null;
    }

    private void Publish(PromotionRequest row)
    {
        notifications.Publish(new(Topics.Requests, row.Model.Name, row.Id.ToString()));
        notifications.Publish(new(Topics.Deployments, row.Model.Name, row.RolloutId.ToString()));
        notifications.Publish(new(Topics.Alerts, row.Model.Name, AlertSubjects.Deliveries));
    }

    /// <summary>The account behind a caller, as reviewers know it.</summary>
    private static Result<Reviewer> Account(Picture picture, Actor by) =>
        by.PersonId is { } id && picture.People.FirstOrDefault(person => person.Id == id) is { } person ? person : new NoAccount(by.Name);

    private static Conflict? NotOpen(PromotionRequest row) => row.State == RequestState.Open ? null : new Conflict($"The request is {row.State.ToString().ToLowerInvariant()} already.");

    private static InvalidValue? Text(string field, string text, bool isNeeded) =>
        (isNeeded && string.IsNullOrWhiteSpace(text)) || text.Length > MaxText ? InvalidValue.Of(field, text.Length == 0 ? null : $"{text.Length} characters", $"text of {(isNeeded ? 1 : 0)} to {MaxText} characters") : null;

    private static NotFound Unknown(int id) => new("promotion request", id.ToString());
}

/// <summary>Another version is live by now than when this was proposed.</summary>
public sealed record ChampionMoved(string Model, int? Live)
    : Error(ErrorKind.Conflict, $"{(Live is null ? $"'{Shorten(Model)}' has no champion" : $"Version {Live} of '{Shorten(Model)}' is live")} by now, which is not what this request compares with; withdraw it and propose again.");
