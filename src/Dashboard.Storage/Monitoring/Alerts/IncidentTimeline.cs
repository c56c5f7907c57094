using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Blocks;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

public enum TimelineKind { Alert, Deployment, Version, Data, Training, Drift, Rule, Message, Note }

/// <summary>Something that happened around an incident.</summary>
/// <param name="At">When.</param>
/// <param name="Offset">Relative to the incident's beginning, on the clock that <paramref name="At"/> is on; negative before it.</param>
/// <param name="By">Who did it, where somebody did.</param>
/// <param name="Subject">The id of the job, version or dataset version that it is about.</param>
/// <param name="OnModelClock">The time is one of events, not of arrival.</param>
public sealed record TimelineItem(DateTimeOffset At, TimeSpan Offset, TimelineKind Kind, string Text, string? By = null, string? Subject = null, bool OnModelClock = false);

/// <summary>
/// What changed around an incident, on one axis: deployments, versions, data, trainings, drift, other alerts, and what people did about it. Offsets make times of both clocks comparable,
/// since the incident's beginning is known on each.
/// </summary>
public sealed class IncidentTimeline(IDbContextFactory<DashboardDb> factory, MonitoringQueries queries, TimeProvider time)
{
    /// <summary>Causes are looked for so long before an incident.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromDays(7);

    private static readonly TimeSpan After = TimeSpan.FromHours(1);
    private const int Most = 200;

    /// <summary>Items in order of their offset.</summary>
    public async Task<IReadOnlyList<TimelineItem>> OfAsync(IncidentDetail detail, CancellationToken ct)
    {
        var incident = detail.Incident;
        var (from, to) = (incident.OpenedAt - Before, incident.ResolvedAt is { } end ? end + After : time.GetUtcNow());
        await using var db = await factory.CreateDbContextAsync(ct);
        var activity = await db.Activity.AsNoTracking().Where(a => (a.ModelName == incident.Model || (a.ModelName == null && a.Action.StartsWith("dataset."))) && a.At >= from && a.At <= to && !a.Action.StartsWith("incident."))
            .OrderByDescending(a => a.Id).Take(Most).ToListAsync(ct);
        var events = await db.AlertEvents.AsNoTracking().Where(e => e.Model.Name == incident.Model && e.At >= from && e.At <= to).OrderByDescending(e => e.Id).Take(Most).ToListAsync(ct);
        TimelineItem Item(DateTimeOffset at, TimelineKind kind, string text, string? by = null, string? subject = null) => new(at, at - incident.OpenedAt, kind, text, by, subject);
        IEnumerable<TimelineItem> items =
        [
            .. activity.Select(entry => Item(entry.At, KindOf(entry.Action), entry.Summary, entry.Actor, entry.Subject)),
            .. events.Select(line => Item(line.At, TimelineKind.Alert, Words(line), subject: line.IncidentId is { } other && other != incident.Id ? $"{other}" : null)),
            .. detail.Notes.Select(note => Item(note.At, TimelineKind.Note, note.IsAcknowledgement ? $"Acknowledged: {note.Text}" : note.Text, note.By)),
            .. incident.AcknowledgedAt is { } at && !detail.Notes.Any(note => note.IsAcknowledgement) ? [Item(at, TimelineKind.Note, "Acknowledged.", incident.AcknowledgedBy)] : (TimelineItem[])[],
            .. detail.Deliveries.Where(delivery => delivery.EndedAt is not null && delivery.Status != DeliveryStatus.Cancelled).Select(delivery => Item(delivery.EndedAt!.Value, TimelineKind.Message, Words(delivery))),
            .. await DriftAsync(incident, ct),
        ];
        return [.. items.OrderBy(item => item.Offset)];
    }

    private async Task<IReadOnlyList<TimelineItem>> DriftAsync(IncidentView incident, CancellationToken ct)
    {
        if (incident.OpenedModelAt is not { } opened || await queries.DriftAsync(incident.Model, null, opened - Before, opened.AddTicks(10), ct) is not { } drift)
            return [];
        var items = new List<TimelineItem>();
        // Of each run of blocks in which an input moved, the beginning: a day without it ends the run.
        HashSet<string> before = [];
        foreach (var block in drift.Judged.Where(block => block.IsCalibrated))
        {
            HashSet<string> moved = [.. block.Moved];
            if (moved.Except(before).ToList() is { Count: > 0 } begun && block.End <= opened)
                items.Add(new(block.Start, block.Start - opened, TimelineKind.Drift, $"{string.Join(", ", begun.Select(name => name == BlockLayout.Prediction ? "the predictions" : name))} began to move.", OnModelClock: true));
            before = moved;
        }

        if (drift.Concept?.Since is { } harmful && harmful >= opened - Before && harmful <= opened)
            items.Add(new(harmful, harmful - opened, TimelineKind.Drift, $"The {drift.Concept.LossName} rose above what is tolerated.", OnModelClock: true));
        return items;
    }

    private static TimelineKind KindOf(string action) => action[..(action.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? dot : action.Length)] switch
    {
        "model" when action is "model.promoted" or "model.rolled-back" => TimelineKind.Deployment,
        "model" or "version" or "alias" => TimelineKind.Version,
        "dataset" => TimelineKind.Data,
        "job" or "trainings" => TimelineKind.Training,
        "request" or "rollout" => TimelineKind.Deployment,
        _ => TimelineKind.Rule,
    };

    private static string Words(AlertEvent line) => (line.From, line.To) switch
    {
        (_, AlertState.Firing) => $"“{line.RuleName}” fires. {line.Situation}",
        (_, AlertState.Muted) => $"“{line.RuleName}” is muted. {line.Situation}",
        (AlertState.Firing, _) when line.Reason == TransitionReason.Withdrawn => $"“{line.RuleName}” was taken back: its rule changed.",
        (AlertState.Firing or AlertState.Muted, AlertState.NoData) => $"“{line.RuleName}” ended: there are no more data to judge by.",
        _ => $"“{line.RuleName}” is over. {line.Situation}",
    };

    private static string Words(DeliveryView delivery) => delivery.Status == DeliveryStatus.Delivered
        ? $"{delivery.Channel} was told {delivery.Kind switch { DeliveryKind.Resolved => "that it is over", DeliveryKind.Escalated => "that it has become worse", DeliveryKind.Notice => "of a step of the request", _ => "that it began" }}."
        : $"{delivery.Channel} could not be told: {delivery.Answer}";
}
