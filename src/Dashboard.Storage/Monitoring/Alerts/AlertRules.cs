using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A rule, as pages and the API show it.</summary>
/// <param name="Model">Null: every model.</param>
public sealed record RuleView(int Id, string? Model, AlertRule Rule, string Sentence, bool Enabled, bool IsDefault, string ChangedBy, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public static RuleView Of(StoredRule row)
    {
        var rule = row.Definition;
        return new(row.Id, row.Model?.Name, rule, RuleWords.Sentence(rule), row.Enabled, row.IsDefault, row.ChangedBy, row.CreatedAt, row.ChangedAt);
    }
}

/// <summary>The rules of alerts: made with each model, changed by people. A rule that is changed in what it judges, switched off or removed takes back what it said.</summary>
public sealed class AlertRules(IDbContextFactory<DashboardDb> factory, AlertLedger ledger, Notifications notifications, TimeProvider time)
{
    /// <summary>Most rules of an installation: each is evaluated with every look at its models.</summary>
    public const int MostRules = 5000;

    /// <summary>Rules of a model together with those of every model, or all; by name.</summary>
    public async Task<IReadOnlyList<RuleView>> ListAsync(string? model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.AlertRules.AsNoTracking().Include(r => r.Model).Where(r => model == null || r.ModelId == null || r.Model!.Name == model).ToListAsync(ct);
        return [.. rows.Select(RuleView.Of).OrderBy(r => r.Model, StringComparer.Ordinal).ThenBy(r => r.Id)];
    }

    public async Task<RuleView?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.AlertRules.AsNoTracking().Include(r => r.Model).SingleOrDefaultAsync(r => r.Id == id, ct) is { } row ? RuleView.Of(row) : null;
    }

    /// <summary>The rules that watch a model now, as the evaluation takes them.</summary>
    public async Task<IReadOnlyList<StoredRule>> EnabledAsync(int modelId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.AlertRules.AsNoTracking().Where(r => r.Enabled && (r.ModelId == null || r.ModelId == modelId)).ToListAsync(ct);
    }

    /// <summary>Adds a rule for one model, or for every model.</summary>
    public async Task<Result<RuleView>> CreateAsync(string? model, AlertRule rule, bool enabled, string by, CancellationToken ct)
    {
        if (rule.Check() is { } fault)
            return fault;
        Result<RuleView> result = new NotFound("model", model ?? "");
        await ledger.AloneAsync(async db =>
        {
            var found = await ScopeAsync(db, model, ct);
            if (found.Error is { } unknown)
            {
                result = unknown;
                return;
            }

            if (await db.AlertRules.CountAsync(ct) >= MostRules)
            {
                result = new Conflict($"There are {MostRules} rules already; remove some first.");
                return;
            }

            if (await TakenAsync(db, found.Value, rule.Name, except: null, ct) is { } taken)
            {
                result = taken;
                return;
            }

            var row = Row(rule, by, time.GetUtcNow());
            (row.ModelId, row.Enabled) = (found.Value.Model?.Id, enabled);
            db.AlertRules.Add(row);
            Note(db, "alert-rule.created", by, model, rule, "Added", null, Facts(rule, model, enabled));
            await db.SaveChangesAsync(ct);
            result = RuleView.Of(row);
        }, ct);
        if (result.IsSuccess)
            Publish(model);
        return result;
    }

    /// <summary>Changes a rule.</summary>
    public async Task<Result<RuleView>> UpdateAsync(int id, string? model, AlertRule rule, bool enabled, string by, CancellationToken ct)
    {
        if (rule.Check() is { } fault)
            return fault;
        Result<RuleView> result = new NotFound("alert rule", $"{id}");
        await ledger.AloneAsync(async db =>
        {
            if (await db.AlertRules.Include(r => r.Model).SingleOrDefaultAsync(r => r.Id == id, ct) is not { } row)
                return;
            var found = await ScopeAsync(db, model, ct);
            if (found.Error is { } unknown)
            {
                result = unknown;
                return;
            }

            if (await TakenAsync(db, found.Value, rule.Name, except: id, ct) is { } taken)
            {
                result = taken;
                return;
            }

            // Another name alone changes nothing that was said.
            if (row.Definition with { Name = rule.Name } != rule || row.ModelId != found.Value.Model?.Id || !enabled)
                await ledger.WithdrawAsync(db, row, ct);
            var before = Facts(row.Definition, row.Model?.Name, row.Enabled);
            (row.DefinitionJson, row.ModelId, row.Enabled, row.ChangedBy, row.ChangedAt) = (CanonicalJson.Serialize(rule), found.Value.Model?.Id, enabled, by, time.GetUtcNow());
            Note(db, "alert-rule.changed", by, model, rule, enabled ? "Changed" : "Switched off", before, Facts(rule, model, enabled));
            await db.SaveChangesAsync(ct);
            row.Model = found.Value.Model;
            result = RuleView.Of(row);
        }, ct);
        if (result.IsSuccess)
            Publish(model);
        return result;
    }

    /// <summary>Removes a rule. What it said stays in the history.</summary>
    public async Task<Result<RuleView>> DeleteAsync(int id, string by, CancellationToken ct)
    {
        Result<RuleView> result = new NotFound("alert rule", $"{id}");
        await ledger.AloneAsync(async db =>
        {
            if (await db.AlertRules.Include(r => r.Model).SingleOrDefaultAsync(r => r.Id == id, ct) is not { } row)
                return;
            result = RuleView.Of(row);
            await ledger.WithdrawAsync(db, row, ct);
            db.AlertRules.Remove(row);
            Note(db, "alert-rule.removed", by, row.Model?.Name, row.Definition, "Removed", Facts(row.Definition, row.Model?.Name, row.Enabled), null);
            await db.SaveChangesAsync(ct);
        }, ct);
        if (result.IsSuccess)
            Publish(result.Value.Model);
        return result;
    }

    /// <summary>Gives the default rules to models from before there were rules; those that have or had theirs are left alone.</summary>
    public async Task EnsureDefaultsAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var model in await db.Models.Where(m => !m.HasDefaultRules).ToListAsync(ct))
            AddDefaults(db, model, time.GetUtcNow());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Adds the default rules to a model that is being made, in its own transaction.</summary>
    internal static void AddDefaults(DashboardDb db, RegisteredModel model, DateTimeOffset now)
    {
        model.HasDefaultRules = true;
        foreach (var rule in DefaultRules.All)
        {
            var row = Row(rule, "system", now);
            (row.Model, row.IsDefault) = (model, true);
            db.AlertRules.Add(row);
        }
    }

    private static StoredRule Row(AlertRule rule, string by, DateTimeOffset now) => new() { DefinitionJson = CanonicalJson.Serialize(rule), ChangedBy = by, CreatedAt = now, ChangedAt = now };

    private static async Task<Result<Scope>> ScopeAsync(DashboardDb db, string? model, CancellationToken ct) =>
        model is null ? new Scope(null)
        : await db.Models.SingleOrDefaultAsync(m => m.Name == model, ct) is { } found ? new Scope(found)
        : new NotFound("model", model) { Field = "model", Value = Error.Shorten(model), Expected = "the name of a registered model, or nothing for every model" };

    /// <summary>Two rules of one name could not be told apart in a message.</summary>
    private static async Task<Conflict?> TakenAsync(DashboardDb db, Scope scope, string name, int? except, CancellationToken ct)
    {
        var modelId = scope.Model?.Id;
        var others = await db.AlertRules.AsNoTracking().Where(r => r.ModelId == modelId && r.Id != except).ToListAsync(ct);
        return others.Exists(other => string.Equals(other.Definition.Name, name, StringComparison.OrdinalIgnoreCase))
            ? new Conflict($"There is a rule “{name}” {(scope.Model is { } model ? $"of {model.Name}" : "of every model")} already.") { Field = "name", Value = Error.Shorten(name), Expected = "a name that no other rule of it has" }
            : null;
    }

    private static object Facts(AlertRule rule, string? model, bool enabled) => new { model, enabled, rule };

    private void Note(DashboardDb db, string action, string by, string? model, AlertRule rule, string verb, object? before, object? after) => db.Activity.Add(new ActivityEntry
    {
        At = time.GetUtcNow(), Actor = by, Action = action, ModelName = model, Summary = $"{verb} the alert rule “{rule.Name}” {(model is null ? "of every model" : $"of {model}")}.",
        BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after),
    });

    private void Publish(string? model)
    {
        notifications.Publish(new(Topics.Alerts, model, AlertSubjects.Rules));
        notifications.Publish(new(Topics.Alerts, model, AlertSubjects.State));
        notifications.Publish(new(Topics.Alerts, model, AlertSubjects.Deliveries));
    }

    private readonly record struct Scope(RegisteredModel? Model);
}
