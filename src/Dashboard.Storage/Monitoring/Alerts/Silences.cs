using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A silence, as pages and the API show it.</summary>
/// <param name="Rule">The rule's name; null: every rule.</param>
/// <param name="Model">Null: every model.</param>
/// <param name="Severity">Null: every severity.</param>
/// <param name="EndedBy">Who ended it before its time.</param>
public sealed record SilenceView(int Id, int? RuleId, string? Rule, string? Model, AlertSeverity? Severity, string Reason, string By, DateTimeOffset CreatedAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string? EndedBy)
{
    public bool IsActive(DateTimeOffset now) => StartsAt <= now && now < EndsAt;

    internal static SilenceView Of(Silence row) =>
        new(row.Id, row.RuleId, row.Rule?.Definition.Name, row.Model?.Name, row.Severity, row.Reason, row.By, row.CreatedAt, row.StartsAt, row.EndsAt, row.EndedBy);
}

/// <summary>What someone wants to be silent.</summary>
/// <param name="StartsAt">Null: now.</param>
public sealed record NewSilence(int? RuleId, string? Model, AlertSeverity? Severity, DateTimeOffset? StartsAt, DateTimeOffset EndsAt, string Reason, string By);

/// <summary>Silences: nobody is told of what they cover. Each has an end and a reason, so that none is forgotten.</summary>
public sealed class Silences(IDbContextFactory<DashboardDb> factory, Notifications notifications, TimeProvider time)
{
    public const int MaxReason = 500;

    /// <summary>From its start; a rule that should say nothing for longer is better switched off.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <summary>Silences that are active or to come, then the last ones that ended.</summary>
    /// <param name="ended">How many of those that ended.</param>
    public async Task<IReadOnlyList<SilenceView>> ListAsync(int ended, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        var silences = db.Silences.AsNoTracking().Include(s => s.Rule).Include(s => s.Model);
        var standing = await silences.Where(s => s.EndsAt > now).OrderBy(s => s.EndsAt).ToListAsync(ct);
        var past = await silences.Where(s => s.EndsAt <= now).OrderByDescending(s => s.EndsAt).Take(ended).ToListAsync(ct);
        return [.. standing.Concat(past).Select(SilenceView.Of)];
    }

    public async Task<SilenceView?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Silences.AsNoTracking().Include(s => s.Rule).Include(s => s.Model).SingleOrDefaultAsync(s => s.Id == id, ct) is { } row ? SilenceView.Of(row) : null;
    }

    public async Task<Result<SilenceView>> CreateAsync(NewSilence silence, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var start = silence.StartsAt ?? now;
        if (string.IsNullOrWhiteSpace(silence.Reason) || silence.Reason.Length > MaxReason)
            return InvalidValue.Of("reason", string.IsNullOrWhiteSpace(silence.Reason) ? null : $"{silence.Reason.Length} characters", $"text of 1 to {MaxReason} characters");
        if (silence.EndsAt <= now || silence.EndsAt <= start || silence.EndsAt - start > Longest)
            return InvalidValue.Of("endsAt", $"{silence.EndsAt:O}", $"a time that is not over, after the start and at most {Longest.TotalDays:0} days after it");
        if (silence is { RuleId: null, Model: null, Severity: null })
            return InvalidValue.Of("ruleId", null, "at least one of ruleId, model and severity: a silence of everything hides everything");
        await using var db = await factory.CreateDbContextAsync(ct);
        var rule = silence.RuleId is { } id ? await db.AlertRules.SingleOrDefaultAsync(r => r.Id == id, ct) : null;
        if (silence.RuleId is not null && rule is null)
            return new NotFound("alert rule", $"{silence.RuleId}") { Field = "ruleId", Value = $"{silence.RuleId}", Expected = "the id of an alert rule" };
        var model = silence.Model is { } name ? await db.Models.SingleOrDefaultAsync(m => m.Name == name, ct) : null;
        if (silence.Model is not null && model is null)
            return new NotFound("model", silence.Model) { Field = "model", Value = Error.Shorten(silence.Model), Expected = "the name of a registered model" };
        var row = new Silence { Rule = rule, Model = model, Severity = silence.Severity, Reason = silence.Reason.Trim(), By = silence.By, CreatedAt = now, StartsAt = start, EndsAt = silence.EndsAt };
        db.Silences.Add(row);
        Note(db, "silence.created", silence.By, row, $"Silenced {Words(row)} until {silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {row.Reason}", null, Facts(row));
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Alerts, silence.Model, AlertSubjects.Silences));
        return SilenceView.Of(row);
    }

    /// <summary>Ends a silence before its time.</summary>
    public async Task<Result<SilenceView>> EndAsync(int id, string by, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Silences.Include(s => s.Rule).Include(s => s.Model).SingleOrDefaultAsync(s => s.Id == id, ct) is not { } row)
            return new NotFound("silence", $"{id}");
        if (row.EndsAt <= now)
            return new Conflict($"Silence {id} has ended at {row.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        var before = Facts(row);
        (row.EndsAt, row.EndedBy) = (now, by);
        Note(db, "silence.ended", by, row, $"Ended the silence of {Words(row)}.", before, Facts(row));
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Alerts, row.Model?.Name, AlertSubjects.Silences));
        return SilenceView.Of(row);
    }

    private static string Words(Silence row)
    {
        var what = row.Rule is { } rule ? $"“{rule.Definition.Name}”" : row.Severity is { } severity ? $"{severity.ToString().ToLowerInvariant()} alerts" : "all alerts";
        return row.Rule is not null && row.Severity is { } narrowed ? $"{what} ({narrowed.ToString().ToLowerInvariant()}){Of(row)}" : what + Of(row);
    }

    private static string Of(Silence row) => row.Model is { } model ? $" of {model.Name}" : " of every model";

    private static object Facts(Silence row) => new { Rule = row.Rule?.Definition.Name, Model = row.Model?.Name, row.Severity, row.StartsAt, row.EndsAt, row.Reason, row.EndedBy };

    private void Note(DashboardDb db, string action, string by, Silence row, string summary, object? before, object? after) => db.Activity.Add(new ActivityEntry
    {
        At = time.GetUtcNow(), Actor = by, Action = action, ModelName = row.Model?.Name, Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after),
    });
}
