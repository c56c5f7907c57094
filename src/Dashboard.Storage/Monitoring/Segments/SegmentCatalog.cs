using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>A segment as it is defined for a model.</summary>
/// <param name="Model">The registered model's name.</param>
public sealed record DefinedSegment(int Id, int ModelId, string Model, string Name, string Expression);

/// <summary>A defined segment, bound to one version's signature.</summary>
public sealed record BoundSegment(int Id, string Name, Segment Segment);

/// <summary>All definitions at one moment, and each version's segments bound and ready to be asked.</summary>
public sealed class SegmentSnapshot
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<BoundSegment>> byVersion = new();

    internal SegmentSnapshot(long stamp, IReadOnlyList<DefinedSegment> defined) => (Stamp, Defined) = (stamp, defined);

    /// <summary>In order of their ids.</summary>
    public IReadOnlyList<DefinedSegment> Defined { get; }

    internal long Stamp { get; }

    /// <summary>The segments defined for the version's model, in order of their ids. One that does not fit the version's signature is left out: no prediction of the version belongs to it.</summary>
    public IReadOnlyList<BoundSegment> Of(MonitoredVersion version) =>
        byVersion.TryGetValue(version.VersionId, out var known) ? known : byVersion.GetOrAdd(version.VersionId, _ => Bind(version));

    private List<BoundSegment> Bind(MonitoredVersion version)
    {
        var bound = new List<BoundSegment>();
        foreach (var segment in Defined)
            if (segment.ModelId == version.ModelId && SegmentExpression.Compile(segment.Expression, version.Manifest.Preprocessing.Inputs) is { IsSuccess: true } compiled)
                bound.Add(new(segment.Id, segment.Name, compiled.Value));
        return bound;
    }
}

/// <summary>
/// Remembers the defined segments of each version, bound and ready to be asked, until a definition changes. For the writer, which asks with every batch:
/// what is remembered costs a look-up.
/// </summary>
public sealed class SegmentCatalog : IDisposable
{
    private readonly IDbContextFactory<DashboardDb> factory;
    private readonly IDisposable subscription;
    private SegmentSnapshot? known;
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

    /// <summary>Whatever was asked of one snapshot agrees with itself, even while definitions change.</summary>
    public SegmentSnapshot Current
    {
        get
        {
            // The stamp is read before the rows: what changes in between is read again the next time.
            var stamp = Interlocked.Read(ref changes);
            if (Volatile.Read(ref known) is { } current && current.Stamp == stamp)
                return current;
            var read = new SegmentSnapshot(stamp, Read());
            Volatile.Write(ref known, read);
            return read;
        }
    }

    /// <summary>Whether a definition may have changed since a snapshot was taken.</summary>
    public bool HasChangedSince(SegmentSnapshot? snapshot) => snapshot is null || snapshot.Stamp != Interlocked.Read(ref changes);

    /// <summary>The segments defined for the version's model, in order of their ids. One that does not fit the version's signature is left out: no prediction of the version belongs to it.</summary>
    public IReadOnlyList<BoundSegment> Of(MonitoredVersion version) => Current.Of(version);

    public void Dispose() => subscription.Dispose();

    private List<DefinedSegment> Read()
    {
        using var db = factory.CreateDbContext();
        return [.. db.Segments.AsNoTracking().OrderBy(segment => segment.Id)
            .Join(db.Models, segment => segment.ModelId, model => model.Id, (segment, model) => new DefinedSegment(segment.Id, segment.ModelId, model.Name, segment.Name, segment.Expression))];
    }
}
