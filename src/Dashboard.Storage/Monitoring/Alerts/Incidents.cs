using System.Linq.Expressions;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A time in which an alert fired.</summary>
/// <param name="FiredModelAt">The same moment on the model's clock.</param>
/// <param name="ResolvedAt">Null: it fires still.</param>
public sealed record FiringView(int Id, int IncidentId, string Model, int? RuleId, AlertRule Rule, AlertSeverity Severity, string Situation, DateTimeOffset FiredAt, DateTimeOffset? FiredModelAt,
    DateTimeOffset? ResolvedAt, DateTimeOffset? ResolvedModelAt, TransitionReason? Resolution)
{
    internal static FiringView Of(AlertFiring row, string model) => new(row.Id, row.IncidentId, model, row.RuleId, row.Definition, row.Severity, row.Situation, row.FiredAt, row.FiredModelAt,
        row.ResolvedAt, row.ResolvedModelAt, row.Resolution);
}

public sealed record NoteView(DateTimeOffset At, string By, string Text, bool IsAcknowledgement);

/// <summary>An incident, as lists show it.</summary>
/// <param name="Title">What fired first.</param>
/// <param name="Alerts">How many different rules fired in it.</param>
/// <param name="QuietSince">Nothing of it fires any more, but it is not over for sure.</param>
/// <param name="RequestId">The promotion request whose approvals were gone round: no alert fires, and a review ends it. Null: alerts.</param>
public sealed record IncidentView(int Id, string Model, string Title, AlertSeverity Severity, string Situation, int Alerts, DateTimeOffset OpenedAt, DateTimeOffset? OpenedModelAt,
    DateTimeOffset? QuietSince, DateTimeOffset? ResolvedAt, TransitionReason? Resolution, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy, int FailedDeliveries, int? RequestId)
{
    internal static readonly Expression<Func<Incident, IncidentView>> Shape = row => new(row.Id, row.Model.Name, row.Title, row.Severity, row.Situation,
        row.Firings.Select(firing => firing.RuleName).Distinct().Count(), row.OpenedAt, row.OpenedModelAt, row.QuietSince, row.ResolvedAt, row.ResolvedAt == null ? null : row.Resolution,
        row.AcknowledgedAt, row.AcknowledgedBy, row.Deliveries.Count(delivery => delivery.Status == DeliveryStatus.Failed), row.RequestId);
}

/// <summary>An incident with everything that belongs to it.</summary>
public sealed record IncidentDetail(IncidentView Incident, IReadOnlyList<FiringView> Firings, IReadOnlyList<NoteView> Notes, IReadOnlyList<DeliveryView> Deliveries);

/// <summary>Incidents, and what people say to them.</summary>
public sealed class Incidents(IDbContextFactory<DashboardDb> factory, Notifications notifications, TimeProvider time)
{
    public const int MaxText = 4000;

    /// <summary>Of one incident that are shown, the newest.</summary>
    private const int MostFirings = 200;

    /// <summary>Incidents, the newest first.</summary>
    /// <param name="open">Only those that are open, or only those that are over; null: all.</param>
    public async Task<IReadOnlyList<IncidentView>> ListAsync(string? model, bool? open, int take, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var incidents = db.Incidents.AsNoTracking();
        if (model is not null)
            incidents = incidents.Where(i => i.Model.Name == model);
        if (open is { } isOpen)
            incidents = incidents.Where(i => i.ResolvedAt == null == isOpen);
        return await incidents.OrderByDescending(i => i.Id).Take(take).Select(IncidentView.Shape).ToListAsync(ct);
    }

    public async Task<IncidentDetail?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Incidents.AsNoTracking().Where(i => i.Id == id).Select(IncidentView.Shape).SingleOrDefaultAsync(ct) is not { } incident)
            return null;
        var firings = await db.AlertFirings.AsNoTracking().Where(f => f.IncidentId == id).OrderByDescending(f => f.Id).Take(MostFirings).ToListAsync(ct);
        var notes = await db.IncidentNotes.AsNoTracking().Where(n => n.IncidentId == id).OrderBy(n => n.Id).ToListAsync(ct);
        var deliveries = await db.AlertDeliveries.AsNoTracking().Include(d => d.Channel).Where(d => d.IncidentId == id).OrderBy(d => d.CreatedAt).ToListAsync(ct);
        return new(incident, [.. firings.AsEnumerable().Reverse().Select(f => FiringView.Of(f, incident.Model))], [.. notes.Select(n => new NoteView(n.At, n.By, n.Text, n.IsAcknowledgement))],
            [.. deliveries.Select(d => DeliveryView.Of(d, incident.Model))]);
    }

    /// <summary>Someone looks after it. Once; a note may say how.</summary>
    public async Task<Result<IncidentView>> AcknowledgeAsync(int id, string? note, string by, CancellationToken ct)
    {
        if (note?.Length > MaxText)
            return InvalidValue.Of("note", $"{note.Length} characters", $"at most {MaxText} characters");
        return await ChangeAsync(id, row =>
        {
            if (row.AcknowledgedBy is { } first)
                return new Conflict($"Incident {id} was acknowledged by {first}.");
            if (row.ResolvedAt is not null)
                return new Conflict($"Incident {id} is over; write a comment instead.");
            (row.AcknowledgedAt, row.AcknowledgedBy) = (time.GetUtcNow(), by);
            if (!string.IsNullOrWhiteSpace(note))
                row.Notes.Add(new() { At = time.GetUtcNow(), By = by, Text = note.Trim(), IsAcknowledgement = true });
            return null;
        }, "incident.acknowledged", by, "Acknowledged", ct);
    }

    /// <summary>Adds a comment; also to what is over.</summary>
    public async Task<Result<IncidentView>> CommentAsync(int id, string text, string by, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxText)
            return InvalidValue.Of("text", string.IsNullOrWhiteSpace(text) ? null : $"{text.Length} characters", $"text of 1 to {MaxText} characters");
        return await ChangeAsync(id, row =>
        {
            row.Notes.Add(new() { At = time.GetUtcNow(), By = by, Text = text.Trim() });
            return null;
        }, "incident.commented", by, "Commented on", ct);
    }

    private async Task<Result<IncidentView>> ChangeAsync(int id, Func<Incident, Error?> change, string action, string by, string verb, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Incidents.Include(i => i.Model).SingleOrDefaultAsync(i => i.Id == id, ct) is not { } row)
            return new NotFound("incident", $"{id}");
        if (change(row) is { } fault)
            return fault;
        db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = by, Action = action, ModelName = row.Model.Name, Subject = $"{id}", Summary = $"{verb} the incident “{row.Title}” of {row.Model.Name}." });
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Alerts, row.Model.Name, AlertSubjects.Incident(id)));
        return (await FindAsync(id, ct))!.Incident;
    }
}
