using Dashboard.Core.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>
/// The open incidents of one model during one change of its alerts: what begins to fire joins or opens one, what ends leaves it quiet, and channels get their messages as rows.
/// Nothing is written here; the caller saves all of it, alerts and messages, in one transaction.
/// </summary>
internal sealed class IncidentBook
{
    private readonly DashboardDb db;
    private readonly IncidentPolicy policy;
    private readonly int modelId;
    private readonly DateTimeOffset now;
    private readonly DateTimeOffset? modelNow;
    private readonly List<Incident> open;
    private readonly HashSet<(int Incident, int Rule)> fired;
    private readonly List<AlertChannel> channels;

    private IncidentBook(DashboardDb db, IncidentPolicy policy, int modelId, DateTimeOffset now, DateTimeOffset? modelNow, List<Incident> open, HashSet<(int, int)> fired, List<AlertChannel> channels) =>
        (this.db, this.policy, this.modelId, this.now, this.modelNow, this.open, this.fired, this.channels) = (db, policy, modelId, now, modelNow, open, fired, channels);

    /// <summary>Incidents that were changed.</summary>
    public HashSet<Incident> Touched { get; } = [];

    public static async Task<IncidentBook> OpenAsync(DashboardDb db, IncidentPolicy policy, int modelId, DateTimeOffset now, DateTimeOffset? modelNow, CancellationToken ct)
    {
        // Of what flaps for days there are many firings: those that are under way, and which rules there were, are enough.
        var standing = await db.Incidents.AsSplitQuery().Include(i => i.Firings.Where(f => f.ResolvedAt == null)).Include(i => i.Deliveries)
            .Where(i => i.ModelId == modelId && i.RequestId == null && i.ResolvedAt == null).OrderBy(i => i.Id).ToListAsync(ct);
        var pairs = standing.Count == 0 ? [] : await db.AlertFirings.Where(f => f.Incident.ModelId == modelId && f.Incident.ResolvedAt == null && f.RuleId != null)
            .Select(f => new { f.IncidentId, RuleId = f.RuleId!.Value }).Distinct().ToListAsync(ct);
        var listening = await db.AlertChannels.Where(c => c.Enabled && (c.ModelId == null || c.ModelId == modelId)).ToListAsync(ct);
        return new(db, policy, modelId, now, modelNow, standing, [.. pairs.Select(pair => (pair.IncidentId, pair.RuleId))], listening);
    }

    /// <summary>An alert begins to fire.</summary>
    public Incident Fire(StoredRule rule, AlertRule definition, string situation)
    {
        var incident = open.LastOrDefault(one => policy.Takes(one.OpenedAt, fired.Contains((one.Id, rule.Id)), now)) ?? Open(definition, situation);
        incident.Firings.Add(new()
        {
            RuleId = rule.Id, ModelId = modelId, RuleName = definition.Name, DefinitionJson = rule.DefinitionJson, Severity = definition.Severity,
            FiredAt = now, FiredModelAt = modelNow, Situation = situation,
        });
        incident.QuietSince = null;
        if (IncidentPolicy.Escalates(incident.Severity, definition.Severity))
        {
            incident.Severity = definition.Severity;
            Tell(incident, now);
        }

        Touched.Add(incident);
        return incident;
    }

    /// <summary>An alert stops firing.</summary>
    public Incident End(int ruleId, TransitionReason reason)
    {
        var incident = open.Find(one => one.Firings.Exists(firing => firing.RuleId == ruleId && firing.ResolvedAt is null))
            ?? throw new InvalidOperationException($"The alert of rule {ruleId} on model {modelId} stops firing, but no open incident holds it.");
        var firing = incident.Firings.Find(one => one.RuleId == ruleId && one.ResolvedAt is null)!;
        (firing.ResolvedAt, firing.ResolvedModelAt, firing.Resolution) = (now, modelNow, reason);
        Touched.Add(incident);
        if (incident.Firings.Exists(one => one.ResolvedAt is null))
            return incident;
        incident.QuietSince = now;
        incident.Resolution = reason;
        // A person's word needs no waiting: it will not come back by itself.
        if (reason is TransitionReason.Silenced or TransitionReason.Withdrawn)
            Close(incident);
        return incident;
    }

    /// <summary>Closes what has been quiet for long enough.</summary>
    public void Settle()
    {
        foreach (var incident in open.Where(one => one.ResolvedAt is null && policy.IsOver(one.QuietSince, now)).ToList())
            Close(incident);
    }

    private Incident Open(AlertRule first, string situation)
    {
        var incident = new Incident { ModelId = modelId, Title = first.Name, Situation = situation, Severity = first.Severity, OpenedAt = now, OpenedModelAt = modelNow };
        db.Incidents.Add(incident);
        open.Add(incident);
        Tell(incident, now + policy.Wait);
        return incident;
    }

    /// <summary>A message of the present severity to each channel that wants it. One that still waits to be sent will say it by itself.</summary>
    private void Tell(Incident incident, DateTimeOffset at)
    {
        foreach (var channel in channels.Where(channel => incident.Severity >= channel.MinimumSeverity))
        {
            var before = incident.Deliveries.Where(delivery => delivery.ChannelId == channel.Id && delivery.Kind is DeliveryKind.Opened or DeliveryKind.Escalated).ToList();
            if (!before.Exists(IsUnsent))
                Add(incident, channel, before.Count == 0 ? DeliveryKind.Opened : DeliveryKind.Escalated, at);
        }
    }

    private void Close(Incident incident)
    {
        incident.ResolvedAt = now;
        Touched.Add(incident);
        open.Remove(incident);
        foreach (var channel in channels.Where(channel => channel.TellsEnd && incident.Deliveries.Exists(delivery => delivery.ChannelId == channel.Id && delivery.Kind != DeliveryKind.Resolved && !IsUnsent(delivery) && delivery.Status != DeliveryStatus.Cancelled)))
            Add(incident, channel, DeliveryKind.Resolved, now);
        // Nobody needs to hear of the beginning of what is over.
        foreach (var delivery in incident.Deliveries.Where(delivery => delivery.Kind != DeliveryKind.Resolved && IsUnsent(delivery)))
            (delivery.Status, delivery.EndedAt, delivery.Answer) = (DeliveryStatus.Cancelled, now, "It was over before it was sent.");
    }

    private static bool IsUnsent(AlertDelivery delivery) => delivery is { Status: DeliveryStatus.Waiting, Attempts: 0 };

    private void Add(Incident incident, AlertChannel channel, DeliveryKind kind, DateTimeOffset at) => incident.Deliveries.Add(new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"), ChannelId = channel.Id, Kind = kind, Severity = incident.Severity, Status = DeliveryStatus.Waiting, CreatedAt = now, NextAt = at,
    });
}
