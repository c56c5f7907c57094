using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>What one rule read of a model.</summary>
/// <param name="Read">The rule as it was when it was read: if it has changed since, the reading is of no use.</param>
/// <param name="Metric">The metric's key, where the rule leaves it to the model.</param>
public sealed record RuleReading(StoredRule Read, SignalReading Reading, string? Metric);

/// <summary>
/// The one place where alerts change. A change of states, their history, incidents and the messages that follow are one transaction: after a crash either all of it happened or nothing,
/// and the next evaluation goes on from there. Changes follow each other; nothing waits long, since nothing is read or sent in here.
/// </summary>
public sealed class AlertLedger(IDbContextFactory<DashboardDb> factory, IncidentPolicy policy, Notifications notifications, TimeProvider time) : IDisposable
{
    /// <summary>A reading that changes nothing is kept this often, so that pages show what is true now without a write for each look.</summary>
    public static readonly TimeSpan ReadingInterval = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>Takes in what rules read of a model: steps each alert and keeps what follows.</summary>
    /// <param name="modelNow">The model's newest event.</param>
    public async Task TakeAsync(int modelId, string model, DateTimeOffset? modelNow, IReadOnlyList<RuleReading> readings, CancellationToken ct)
    {
        await AloneAsync(async db =>
        {
            var now = time.GetUtcNow();
            if (!await db.Models.AnyAsync(m => m.Id == modelId, ct))
                return;
            var rules = await db.AlertRules.Where(r => r.Enabled && (r.ModelId == null || r.ModelId == modelId)).ToDictionaryAsync(r => r.Id, ct);
            var alerts = await db.Alerts.Where(a => a.ModelId == modelId).ToDictionaryAsync(a => a.RuleId, ct);
            var silences = await db.Silences.AsNoTracking().Where(s => s.StartsAt <= now && s.EndsAt > now).ToListAsync(ct);
            var book = new Lazy<Task<IncidentBook>>(() => IncidentBook.OpenAsync(db, policy, modelId, now, modelNow, ct));
            var (changed, refreshed) = (false, false);
            foreach (var reading in readings.Where(reading => rules.TryGetValue(reading.Read.Id, out var rule) && rule.ChangedAt == reading.Read.ChangedAt))
            {
                var (rule, definition) = (rules[reading.Read.Id], reading.Read.Definition);
                var alert = alerts.GetValueOrDefault(rule.Id);
                var status = alert?.Status ?? AlertStatus.Unread(reading.Reading.At);
                var silenced = silences.Exists(silence => silence.Covers(rule.Id, modelId, definition.Severity));
                var step = AlertMachine.Step(definition, status, reading.Reading, silenced);
                if (alert is null)
                    db.Alerts.Add(alert = new() { RuleId = rule.Id, ModelId = modelId, ChangedAt = now });
                changed |= await ApplyAsync(db, book, rule, definition, alert, step, reading.Metric, now, modelNow);
                refreshed |= Keep(db, alert, step, now);
            }

            await SaveAsync(db, model, book, changed, refreshed, ct);
        }, ct);
    }

    /// <summary>Closes the incidents that have been quiet for long enough.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - policy.Settle;
        await using var reading = await factory.CreateDbContextAsync(ct);
        var quiet = await reading.Incidents.Where(i => i.ResolvedAt == null && i.QuietSince != null && i.QuietSince <= before).Select(i => new { i.ModelId, i.Model.Name }).Distinct().ToListAsync(ct);
        foreach (var model in quiet)
        {
            await AloneAsync(async db =>
            {
                var book = await IncidentBook.OpenAsync(db, policy, model.ModelId, time.GetUtcNow(), null, ct);
                book.Settle();
                await SaveAsync(db, model.Name, new(Task.FromResult(book)), changed: false, refreshed: false, ct);
            }, ct);
        }
    }

    /// <summary>Does something to rules while no evaluation is under way.</summary>
    /// <param name="work">Saves what it changed.</param>
    internal async Task AloneAsync(Func<DashboardDb, Task> work, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            await work(db);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes back what a rule says, of every model. For <see cref="AloneAsync"/>; the caller removes or changes the rule in the same saving.</summary>
    internal async Task WithdrawAsync(DashboardDb db, StoredRule rule, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var alert in await db.Alerts.Include(a => a.Model).Where(a => a.RuleId == rule.Id).ToListAsync(ct))
        {
            var modelNow = await db.AlertFirings.Where(f => f.ModelId == alert.ModelId && f.RuleId == rule.Id).MaxAsync(f => (DateTimeOffset?)f.FiredModelAt, ct);
            var book = new Lazy<Task<IncidentBook>>(() => IncidentBook.OpenAsync(db, policy, alert.ModelId, now, modelNow, ct));
            var step = AlertMachine.Withdraw(alert.Status, alert.ReadAt);
            await ApplyAsync(db, book, rule, rule.Definition, alert, step, null, now, modelNow);
            db.Alerts.Remove(alert);
        }
    }

    public void Dispose() => gate.Dispose();

    private static async Task<bool> ApplyAsync(DashboardDb db, Lazy<Task<IncidentBook>> book, StoredRule rule, AlertRule definition, StoredAlert alert, AlertStep step, string? metric, DateTimeOffset now, DateTimeOffset? modelNow)
    {
        foreach (var transition in step.Transitions)
        {
            var situation = RuleWords.Situation(definition, step.Status.Last.Value, step.Status.Last.Sample, metric);
            var incident = transition.Fires ? (await book.Value).Fire(rule, definition, situation)
                : transition.Resolves ? (await book.Value).End(rule.Id, transition.Reason)
                : null;
            if (transition.Fires || transition.Resolves || transition.To == AlertState.Muted || transition.From == AlertState.Muted)
                db.AlertEvents.Add(new()
                {
                    At = now, ModelAt = modelNow, ModelId = alert.ModelId, RuleId = rule.Id, RuleName = definition.Name, Severity = definition.Severity,
                    From = transition.From, To = transition.To, Reason = transition.Reason, Situation = situation, Incident = incident,
                });
        }

        return step.Transitions.Count > 0;
    }

    /// <summary>Writes an alert's status to its row where that is worth a write.</summary>
    private static bool Keep(DashboardDb db, StoredAlert alert, AlertStep step, DateTimeOffset now)
    {
        var (status, before) = (step.Status, alert.Status);
        var isNew = db.Entry(alert).State == EntityState.Added;
        if (!isNew && step.Transitions.Count == 0 && status with { Last = default } == before with { Last = default } && (status.Last == before.Last || now - alert.KeptAt < ReadingInterval))
            return false;
        if (step.Transitions.Count > 0)
            alert.ChangedAt = now;
        (alert.State, alert.Since, alert.BreachedSince, alert.ClearSince, alert.EmptySince) = (status.State, status.Since, status.BreachedSince, status.ClearSince, status.EmptySince);
        (alert.ReadAt, alert.Value, alert.Sample, alert.KeptAt) = (status.Last.At, status.Last.Value, status.Last.Sample, now);
        return true;
    }

    private async Task SaveAsync(DashboardDb db, string model, Lazy<Task<IncidentBook>> book, bool changed, bool refreshed, CancellationToken ct)
    {
        if (!db.ChangeTracker.HasChanges())
            return;
        await db.SaveChangesAsync(ct);
        if (changed || refreshed)
            notifications.Publish(new(Topics.Alerts, model, changed ? AlertSubjects.State : AlertSubjects.Reading));
        if (!book.IsValueCreated)
            return;
        var touched = (await book.Value).Touched;
        foreach (var incident in touched)
            notifications.Publish(new(Topics.Alerts, model, AlertSubjects.Incident(incident.Id)));
        if (touched.Count > 0)
            notifications.Publish(new(Topics.Alerts, model, AlertSubjects.Deliveries));
    }
}
