using Dashboard.Core;
using Dashboard.Core.Deployments;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>
/// Promotes a version to champion and rolls back to the one before. What is promoted is loaded and checked first, then the change is committed, then it answers. A rollback goes the other way about:
/// the version before is in memory and answers at once, and then the change is committed.
/// </summary>
public sealed partial class ChampionSwitch(IDbContextFactory<DashboardDb> factory, ServingHost serving, RolloutStore rollouts, PolicyStore policies, PendingRollbacks pending, ModelClock clock, Notifications notifications, TimeProvider time)
{
    public const int MaxReason = 1000;

    /// <summary>Makes a version the champion.</summary>
    public async Task<Result<ChampionChanged>> PromoteAsync(SwitchOrder order, int number, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.AsNoTracking().Include(m => m.Versions).SingleOrDefaultAsync(m => m.Name == order.Model, ct) is not { } model)
            return new NotFound("model", order.Model);
        return model.Versions.Find(v => v.Number == number) is { } version
            ? await SwitchAsync(db, order, DeploymentKind.Promotion, model, version, ct)
            : NotFound.In("model", order.Model, "version", number.ToString());
    }

    /// <summary>The ids of the champions still in force, in order of promotion; the last one is live, a rollback returns to the one before it.</summary>
    private static async Task<IReadOnlyList<int>> StandingAsync(DashboardDb db, int modelId, CancellationToken ct) =>
        TargetHistory.Standing(await TargetHistory.ChangesAsync(db, RolloutTarget.Production, modelId, ct));

    private async Task<Result<ChampionChanged>> SwitchAsync(DashboardDb db, SwitchOrder order, DeploymentKind kind, RegisteredModel model, ModelVersion version, CancellationToken ct)
    {
        if (order.Reason.Length > MaxReason)
            return InvalidValue.Of("reason", $"{order.Reason.Length} characters", $"at most {MaxReason} characters");
        order = order with { EventTime = order.EventTime ?? await clock(order.Model, ct) };
        var changed = await serving.SwitchAsync(model.Id, version.Id, commit => CommitAsync(db, order, kind, model, version, commit), ct);
        if (changed.IsSuccess)
            notifications.Publish(new(Topics.Deployments, order.Model, version.Number.ToString(), order.EventTime));
        return changed;
    }

    private async Task<Result<ChampionChanged>> CommitAsync(DashboardDb db, SwitchOrder order, DeploymentKind kind, RegisteredModel model, ModelVersion version, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if ((await RolloutStore.ActiveAsync(db, ct)).Find(rollout => rollout.Model == order.Model && rollout.Environment == RolloutTarget.Production) is { } busy)
            return new TargetBusy(busy.State.Target, busy.State.Id, busy.State.Phase);
        var standing = await StandingAsync(db, model.Id, ct);
        var live = standing is [.., var top] ? model.Versions.Find(v => v.Id == top) : null;
        if (order.ExpectedChampion is { } expected && expected != (live?.Number ?? 0))
            return new Conflict($"The champion of '{order.Model}' is {Name(live?.Number)} by now, not {Name(expected == 0 ? null : expected)}; look again before changing it.")
            { Field = "expectedChampion", Value = expected.ToString(), Expected = (live?.Number ?? 0).ToString() };
        if (kind == DeploymentKind.Promotion && live?.Id == version.Id)
            return new Conflict($"Version {version.Number} is already the champion of '{order.Model}'.") { Field = "version", Value = version.Number.ToString(), Expected = "another version" };
        if (kind == DeploymentKind.Rollback && (standing.Count < 2 || standing[^2] != version.Id))
            return new Conflict($"The champion of '{order.Model}' has changed in the meantime; look again before rolling back.");

        if (kind == DeploymentKind.Promotion && (await policies.EffectiveAsync(db, model.Id, RolloutTarget.Production, ct)).Policy.RequireSignature
            && await PackageSignatures.TrustOfAsync(db, version.Digest, ct) is { IsTrusted: false } trust)
            return new SignatureMissing(order.Model, version.Number, trust.Words);

        var now = time.GetUtcNow();
        await ChampionRecord.WriteAsync(db, order.Model, kind, live, version, order.By, order.Reason, order.EventTime, now, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new ChampionChanged(order.Model, kind, live?.Number, version.Number, now);
    }

    private static string Name(int? number) => number is null ? "none" : $"version {number}";
}

/// <summary>The policy asks for a signature by a trusted publisher, and the package has none.</summary>
public sealed record SignatureMissing(string Model, int Version, string Why)
    : Error(ErrorKind.Conflict, $"The policy lets only signed packages of '{Shorten(Model)}' go live, and version {Version} has no signature that counts. {Why}");
