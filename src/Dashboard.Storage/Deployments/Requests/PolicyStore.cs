using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>Whether people sign in: a person alone needs nobody's approval.</summary>
public delegate bool HasAccounts();

/// <summary>A policy that holds somewhere.</summary>
/// <param name="Model">Whose it is; null: the installation's.</param>
/// <param name="Environment">Empty: of every environment.</param>
/// <param name="IsDefault">Nobody wrote one; this is what holds until then.</param>
public sealed record PolicyView(string? Model, string Environment, PromotionPolicy Policy, bool IsDefault, string? ChangedBy, DateTimeOffset? ChangedAt)
{
    public string Digest => Policy.Digest;
}

/// <summary>Direct promotion where approvals are asked for.</summary>
public sealed record ProposeInstead(string Model, int Needed)
    : Error(ErrorKind.Conflict, $"The policy asks for {(Needed == 1 ? "an approval" : $"{Needed} approvals")} before a version of '{Shorten(Model)}' goes live: propose it (POST /api/v1/models/{Shorten(Model)}/requests, or Propose on the version's page). Rolling back needs none.");

/// <summary>What promotions take. The nearest policy holds, whole: that of the model's environment, of the model, of the installation's environment, of the installation, or the default.</summary>
public sealed class PolicyStore(IDbContextFactory<DashboardDb> factory, EnvironmentNames environments, HasAccounts accounts, Notifications notifications, TimeProvider time)
{
    /// <summary>What holds for a model, or for the installation where none is named.</summary>
    public async Task<Result<PolicyView>> FindAsync(string? model, string environment, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (model is null)
            return await EffectiveAsync(db, null, environment, ct);
        return await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is { } id ? await EffectiveAsync(db, id, environment, ct) : new NotFound("model", model);
    }

    /// <summary>Every policy that somebody wrote: the installation's first, then by model and environment.</summary>
    public async Task<IReadOnlyList<PolicyView>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.PromotionPolicies.AsNoTracking().GroupJoin(db.Models, p => p.ModelId, m => m.Id, (p, m) => new { Row = p, Models = m }).SelectMany(p => p.Models.DefaultIfEmpty(), (p, m) => new { p.Row, Name = m == null ? null : m.Name }).ToListAsync(ct);
        return [.. rows.Select(p => View(p.Row, p.Name)).OrderBy(p => p.Model is not null).ThenBy(p => p.Model, StringComparer.Ordinal).ThenBy(p => p.Environment, StringComparer.Ordinal)];
    }

    /// <summary>Writes a policy for the installation, a model, or one environment of a model.</summary>
    public async Task<Result<PolicyView>> SetAsync(string? model, string environment, PromotionPolicy policy, string by, CancellationToken ct)
    {
        if ((policy.Check() ?? Place(environment)) is { } wrong)
            return wrong;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var modelId = model is null ? null : await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct);
        if (model is not null && modelId is null)
            return new NotFound("model", model);
        if (await UnknownPersonAsync(db, policy, ct) is { } unknown)
            return unknown;
        var row = await db.PromotionPolicies.SingleOrDefaultAsync(p => p.ModelId == modelId && p.Environment == environment, ct);
        var before = row?.Json;
        if (row is null)
            db.PromotionPolicies.Add(row = new() { ModelId = modelId, Environment = environment, Json = "", ChangedBy = by });
        (row.Json, row.ChangedBy, row.ChangedAt) = (policy.ToJson(), by, time.GetUtcNow());
        Note(db, "policy.changed", by, model, $"Changed the promotion policy of {Words(model, environment)}: {policy.ApprovalsNeeded} {(policy.ApprovalsNeeded == 1 ? "approval" : "approvals")}, four eyes {(policy.FourEyes ? "on" : "off")}.", before, row.Json);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        notifications.Publish(new(Topics.Requests, model));
        return View(row, model);
    }

    /// <summary>Takes a policy away; the next nearer one holds again.</summary>
    public async Task<Result<PolicyView>> RemoveAsync(string? model, string environment, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var modelId = model is null ? null : await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct);
        if (model is not null && modelId is null)
            return new NotFound("model", model);
        if (await db.PromotionPolicies.SingleOrDefaultAsync(p => p.ModelId == modelId && p.Environment == environment, ct) is not { } row)
            return new NotFound("policy", Words(model, environment)) { Message = $"Nobody has set a promotion policy for {Words(model, environment)}." };
        db.PromotionPolicies.Remove(row);
        Note(db, "policy.removed", by, model, $"Removed the promotion policy of {Words(model, environment)}.", row.Json, null);
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Requests, model));
        return await EffectiveAsync(db, modelId, environment, ct);
    }

    /// <summary>Why a version cannot be promoted without a request; null: it can, since no approval is asked for.</summary>
    /// <param name="mayBeNew">A model that is yet to come follows the installation's policy; otherwise one that is not there is an error.</param>
    public async Task<Error?> DirectRefusalAsync(string model, CancellationToken ct, bool mayBeNew = false)
    {
        var found = await FindAsync(model, RolloutTarget.Production, ct);
        if (mayBeNew && found.Error is NotFound)
            found = await FindAsync(null, RolloutTarget.Production, ct);
        return found.Error ?? (found.Value.Policy.ApprovalsNeeded > 0 ? new ProposeInstead(model, found.Value.Policy.ApprovalsNeeded) : null);
    }

    /// <summary>What holds, in the caller's context and transaction.</summary>
    internal async Task<PolicyView> EffectiveAsync(DashboardDb db, int? modelId, string environment, CancellationToken ct)
    {
        var rows = await db.PromotionPolicies.AsNoTracking().Where(p => (p.ModelId == null || p.ModelId == modelId) && (p.Environment == "" || p.Environment == environment)).ToListAsync(ct);
        if (rows.OrderByDescending(p => p.ModelId is not null).ThenByDescending(p => p.Environment.Length > 0).FirstOrDefault() is not { } nearest)
            return new(null, "", Default(environment), true, null, null);
        return View(nearest, nearest.ModelId is { } id ? await db.Models.Where(m => m.Id == id).Select(m => m.Name).SingleAsync(ct) : null);
    }

    private static PolicyView View(PolicyRow row, string? model) => new(model, row.Environment, CanonicalJson.Deserialize<PromotionPolicy>(row.Json), false, row.ChangedBy, row.ChangedAt);

    /// <summary>What is tried beside production asks nobody until a policy says so: its checks are what it is for.</summary>
    private PromotionPolicy Default(string environment) =>
        environment.Length == 0 || environment == RolloutTarget.Production ? PromotionPolicy.Default(accounts()) : PromotionPolicy.Default(accounts()) with { Approvals = [] };

    private InvalidValue? Place(string environment) =>
        environment.Length > 0 && !environments.Has(environment) ? InvalidValue.Of("environment", environment, $"{environments.Words}, or none for every environment") : null;

    private static async Task<InvalidValue?> UnknownPersonAsync(DashboardDb db, PromotionPolicy policy, CancellationToken ct)
    {
        var known = await db.Users.Select(p => p.Id).ToListAsync(ct);
        foreach (var (i, group) in policy.Groups.Index())
            if (group.People.Where(id => !known.Contains(id)).Select(id => (int?)id).FirstOrDefault() is { } stranger)
                return InvalidValue.Of($"groups[{i}].people", $"{stranger}", "numbers of people who have an account");
        return null;
    }

    private static string Words(string? model, string environment) => (model ?? "the installation") + (environment.Length == 0 ? "" : $" in {environment}");

    private void Note(DashboardDb db, string action, string by, string? model, string summary, string? before, string? after) =>
        db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = by, Action = action, ModelName = model, Summary = summary, BeforeJson = before, AfterJson = after });
}
