using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Segments;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>A defined segment, bound to one version's signature.</summary>
public sealed record BoundSegment(int Id, string Name, Segment Segment);

/// <summary>
/// Remembers the defined segments of each version, bound and ready to be asked, until a definition changes. For the writer, which asks with every batch:
/// what is remembered costs a look-up.
/// </summary>
public sealed class SegmentCatalog : IDisposable
{
    private readonly IDbContextFactory<DashboardDb> factory;
    private readonly ConcurrentDictionary<int, (long Stamp, IReadOnlyList<BoundSegment> Segments)> byVersion = new();
    private readonly IDisposable subscription;
    private long changes;

    public SegmentCatalog(IDbContextFactory<DashboardDb> factory, Notifications notifications)
    {
        this.factory = factory;
        subscription = notifications.Subscribe(notification =>
        {
            // A deleted model's segments went with it.
            if (notification.Topic is Topics.Segments or Topics.Registry)
                Interlocked.Increment(ref changes);
        });
    }

    /// <summary>The segments defined for the version's model, in order of their ids. One that does not fit the version's signature is left out: no prediction of the version belongs to it.</summary>
    public IReadOnlyList<BoundSegment> Of(MonitoredVersion version)
    {
        // The stamp is read before the rows: what changes in between is read again the next time.
        var stamp = Interlocked.Read(ref changes);
        if (byVersion.TryGetValue(version.VersionId, out var known) && known.Stamp == stamp)
            return known.Segments;
        var segments = Read(version);
        byVersion[version.VersionId] = (stamp, segments);
        return segments;
    }

    public void Dispose() => subscription.Dispose();

    private List<BoundSegment> Read(MonitoredVersion version)
    {
        using var db = factory.CreateDbContext();
        var bound = new List<BoundSegment>();
        foreach (var row in db.Segments.AsNoTracking().Where(s => s.ModelId == version.ModelId).OrderBy(s => s.Id))
            if (SegmentExpression.Compile(row.Expression, version.Manifest.Preprocessing.Inputs) is { IsSuccess: true } segment)
                bound.Add(new(row.Id, row.Name, segment.Value));
        return bound;
    }
}
