using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>Remembers what defined segments looked like among the rows that a version was measured on: neither a package nor an expression changes.</summary>
internal sealed class SegmentReferences(VersionCatalog versions, SegmentCatalog segments)
{
    private const int MostRemembered = 200;

    private readonly ConcurrentDictionary<(int VersionId, string Expression), SegmentReference> known = new();

    /// <summary>A model's segment by its name or its id.</summary>
    public Result<DefinedSegment> Find(string model, string nameOrId)
    {
        var defined = segments.Current.Defined.Where(segment => segment.Model == model).ToList();
        if (defined.Find(segment => segment.Name == nameOrId) is { } named)
            return named;
        return int.TryParse(nameOrId, out var id) && defined.Find(segment => segment.Id == id) is { } found ? found : NotFound.In("model", model, "segment", nameOrId);
    }

    /// <summary>A segment by its id; null where it was removed.</summary>
    public DefinedSegment? Find(int id) => segments.Current.Defined.FirstOrDefault(segment => segment.Id == id);

    /// <summary>The segment's rows in the version's reference. A segment that does not fit the version's signature has none.</summary>
    public SegmentReference Of(MonitoredVersion version, int segmentId)
    {
        if (segments.Of(version).FirstOrDefault(segment => segment.Id == segmentId) is not { } bound)
            return new(null, 0, 0);
        var key = (version.VersionId, bound.Segment.Expression.Text);
        if (known.TryGetValue(key, out var reference))
            return reference;
        if (known.Count >= MostRemembered)
            known.Clear();
        return known.GetOrAdd(key, _ => SegmentReference.Of(bound.Segment, version.Manifest.Preprocessing, version.Reference is null ? null : versions.ReferenceRowsOf(version), version.Layout, version.Reference?.Blocks.Layout));
    }
}
