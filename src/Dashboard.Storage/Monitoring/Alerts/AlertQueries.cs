using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>An alert as it stands now.</summary>
/// <param name="Situation">What was found against what is allowed.</param>
/// <param name="ChangedAt">When its state began, on people's clock.</param>
/// <param name="ReadAt">On the signal's clock.</param>
/// <param name="IncidentId">While it fires: the incident to which it belongs.</param>
/// <param name="SilencedUntil">Where a silence covers it: when the last of them ends.</param>
public sealed record AlertView(int RuleId, string Model, AlertRule Rule, AlertState State, string Situation, double? Value, long Sample, DateTimeOffset ChangedAt, DateTimeOffset ReadAt, int? IncidentId, DateTimeOffset? SilencedUntil);

/// <summary>A line of the history.</summary>
public sealed record EventView(long Id, DateTimeOffset At, DateTimeOffset? ModelAt, string Model, int? RuleId, string Rule, AlertSeverity Severity, AlertState From, AlertState To, TransitionReason Reason, string Situation, int? IncidentId);

/// <summary>What the navigation counts.</summary>
/// <param name="Failing">Channels whose messages do not go through.</param>
public sealed record AlertCounts(int Firing, int Failing);

/// <summary>What is firing and what was, for pages, charts and the API.</summary>
public sealed class AlertQueries(IDbContextFactory<DashboardDb> factory, SignalReader signals, TimeProvider time)
{
    /// <summary>Alerts as they stand; those that need attention first.</summary>
    public async Task<IReadOnlyList<AlertView>> NowAsync(string? model, AlertState? state, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = db.Alerts.AsNoTracking().Include(a => a.Rule).Include(a => a.Model).AsQueryable();
        if (model is not null)
            rows = rows.Where(a => a.Model.Name == model);
        if (state is not null)
            rows = rows.Where(a => a.State == state);
        var alerts = await rows.ToListAsync(ct);
        var firing = await db.AlertFirings.AsNoTracking().Where(f => f.ResolvedAt == null && f.RuleId != null).Select(f => new { f.RuleId, f.ModelId, f.IncidentId }).ToListAsync(ct);
        var silences = await db.Silences.AsNoTracking().Where(s => s.StartsAt <= now && s.EndsAt > now).ToListAsync(ct);
        // Which version stands for a model, without reading what is in it.
        var current = await db.Models.Select(m => new { m.Id, Version = m.Aliases.Where(a => a.Alias == ModelAlias.Champion).Select(a => (int?)a.VersionId).FirstOrDefault() ?? m.Versions.Max(v => (int?)v.Id) }).ToDictionaryAsync(m => m.Id, m => m.Version, ct);
        var views = alerts.Select(alert =>
        {
            var rule = alert.Rule.Definition;
            return new AlertView(alert.RuleId, alert.Model.Name, rule, alert.State, RuleWords.Situation(rule, alert.Value, alert.Sample, signals.MetricOf(current.GetValueOrDefault(alert.ModelId), rule.Signal)), alert.Value, alert.Sample, alert.ChangedAt, alert.ReadAt,
                firing.Find(f => f.RuleId == alert.RuleId && f.ModelId == alert.ModelId)?.IncidentId,
                silences.Where(s => s.Covers(alert.RuleId, alert.ModelId, rule.Severity)).Max(s => (DateTimeOffset?)s.EndsAt));
        });
        return [.. views.OrderBy(view => Order(view.State)).ThenByDescending(view => view.Rule.Severity).ThenByDescending(view => view.ChangedAt)];
    }

    /// <summary>How many alerts fire and how many channels fail.</summary>
    public async Task<AlertCounts> CountAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return new(await db.Alerts.CountAsync(a => a.State == AlertState.Firing, ct), await db.AlertChannels.CountAsync(c => c.Enabled && c.FailingSince != null, ct));
    }

    /// <summary>What happened, the newest first.</summary>
    /// <param name="olderThan">Only before this id, for the next page.</param>
    public async Task<IReadOnlyList<EventView>> HistoryAsync(string? model, int take, long? olderThan, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = db.AlertEvents.AsNoTracking();
        if (model is not null)
            rows = rows.Where(e => e.Model.Name == model);
        if (olderThan is not null)
            rows = rows.Where(e => e.Id < olderThan);
        return await rows.OrderByDescending(e => e.Id).Take(take)
            .Select(e => new EventView(e.Id, e.At, e.ModelAt, e.Model.Name, e.RuleId, e.RuleName, e.Severity, e.From, e.To, e.Reason, e.Situation, e.IncidentId)).ToListAsync(ct);
    }

    /// <summary>The times in which alerts of a model fired, oldest first: for the time axes of its charts.</summary>
    /// <param name="take">At most so many, the newest.</param>
    public async Task<IReadOnlyList<FiringView>> FiringsAsync(string model, int take, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.AlertFirings.AsNoTracking().Where(f => f.Incident.Model.Name == model).OrderByDescending(f => f.Id).Take(take).ToListAsync(ct);
        return [.. rows.AsEnumerable().Reverse().Select(row => FiringView.Of(row, model))];
    }

    private static int Order(AlertState state) => state switch { AlertState.Firing => 0, AlertState.Pending => 1, AlertState.NoData => 2, AlertState.Muted => 3, _ => 4 };
}
