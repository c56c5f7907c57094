using System.Collections.Concurrent;

namespace Dashboard.Core;

/// <summary>The rooms' topics, as they appear on the hub and in page subscriptions.</summary>
public static class Topics
{
    public const string Datasets = "datasets";
    public const string Jobs = "jobs";
    public const string Runs = "runs";
    public const string Registry = "registry";
    public const string Deployments = "deployments";

    /// <summary>Promotion requests and policies: apart from deployments, since asking changes nothing that answers.</summary>
    public const string Requests = "requests";

    /// <summary>A look at a rollout's traffic; its transitions are told as deployments.</summary>
    public const string Rollouts = "rollouts";
    /// <summary>A node was added or removed.</summary>
    public const string Nodes = "nodes";

    /// <summary>A node came or fell silent, did what it was to do, or had traffic.</summary>
    public const string NodeStanding = "nodeStanding";
    public const string Monitoring = "monitoring";
    public const string Segments = "segments";
    public const string Demo = "demo";

    /// <summary>The audit log was looked at or signed; what it gained is told by the topic of what happened.</summary>
    public const string Audit = "audit";

    /// <summary>An analysis of a model's change: apart from monitoring, whose answers its progress does not touch.</summary>
    public const string Analyses = "analyses";

    /// <summary>Alerts, incidents and messages; the subject says which part changed.</summary>
    public const string Alerts = "alerts";
}

/// <summary>Says that something changed; whoever cares reads again. Small on purpose: it carries no data.</summary>
/// <param name="Topic">One of <see cref="Topics"/>.</param>
/// <param name="Model">The registered model's name, when the change belongs to one.</param>
/// <param name="Subject">The id of the job, run, dataset or version that changed.</param>
/// <param name="UpTo">The newest event time that the change reaches.</param>
public sealed record Notification(string Topic, string? Model = null, string? Subject = null, DateTimeOffset? UpTo = null);

/// <summary>Carries notifications from the rooms to whoever subscribed. Handlers run on the publisher's thread and must return at once.</summary>
public sealed class Notifications
{
    private readonly ConcurrentDictionary<long, Action<Notification>> handlers = new();
    private long next;

    public void Publish(Notification notification)
    {
        foreach (var handler in handlers.Values)
            handler(notification);
    }

    /// <summary>Subscribe before reading the first snapshot, so that nothing falls between.</summary>
    public IDisposable Subscribe(Action<Notification> handler)
    {
        var key = Interlocked.Increment(ref next);
        handlers[key] = handler;
        return new Subscription(handlers, key);
    }

    private sealed class Subscription(ConcurrentDictionary<long, Action<Notification>> handlers, long key) : IDisposable
    {
        public void Dispose() => handlers.TryRemove(key, out _);
    }
}
