using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>Asks rows of the log whether they are looked for, the cheap questions first. For one search on one thread.</summary>
internal sealed class PredictionMatch(PredictionFilter filter, IReadOnlyList<SegmentExpression> segments, VersionCatalog versions)
{
    private readonly Dictionary<int, Candidate?> candidates = [];

    // Scores are single numbers: 0.6 as a person types it means the score that reads 0.6.
    private readonly float low = (float)(filter.Minimum ?? double.NegativeInfinity);
    private readonly float high = (float)(filter.Maximum ?? double.PositiveInfinity);
    private InputValue[] inputs = new InputValue[64];

    /// <summary>A version whose predictions may be looked for.</summary>
    /// <param name="Segments">Bound to its signature.</param>
    /// <param name="Class">The position of the class looked for, or -1.</param>
    private sealed record Candidate(MonitoredVersion Version, Segment[] Segments, int Class);

    /// <summary>The version of a row whose own columns do not rule it out yet; null where they do.</summary>
    public MonitoredVersion? Version(int versionId, bool hasTruth)
    {
        if (filter.Truth is { } truth && hasTruth == (truth == TruthState.Unknown))
            return null;
        if (!candidates.TryGetValue(versionId, out var candidate))
            candidates[versionId] = candidate = Bind(versionId);
        return candidate?.Version;
    }

    /// <summary>Whether a row that passed <see cref="Version"/> is looked for.</summary>
    public bool Holds(MonitoredVersion version, ReadOnlySpan<byte> payload, double? label)
    {
        var (_, bound, wanted) = candidates[version.VersionId]!;
        var manifest = version.Manifest;
        if (filter.Minimum is not null || filter.Maximum is not null || wanted >= 0 || filter.Truth is TruthState.Right or TruthState.Wrong)
        {
            var outputs = PredictionPayload.Outputs(payload);
            var score = PredictionEntry.ScoreOf(manifest.Task, outputs);
            if (!(score >= low && score <= high))
                return false;
            var predicted = manifest.Decide(outputs);
            if (wanted >= 0 && predicted != wanted)
                return false;
            if (filter.Truth is TruthState.Right or TruthState.Wrong && (predicted == (int)label!.Value) != (filter.Truth == TruthState.Right))
                return false;
        }

        if (bound.Length == 0)
            return true;
        var count = manifest.Preprocessing.Inputs.Count;
        if (inputs.Length < count)
            inputs = new InputValue[count];
        PredictionPayload.Inputs(payload, inputs.AsSpan(0, count));
        foreach (var segment in bound)
            if (!segment.Contains(inputs.AsSpan(0, count)))
                return false;
        return true;
    }

    /// <summary>Null for a version none of whose predictions can be looked for.</summary>
    private Candidate? Bind(int versionId)
    {
        if (versions.Find(versionId) is not { } version || (filter.Version is { } number && number != version.Number))
            return null;
        if (filter.Truth is TruthState.Right or TruthState.Wrong && version.Manifest.Task == ModelTask.Regression)
            return null;
        var bound = new Segment[segments.Count];
        for (var i = 0; i < bound.Length; i++)
        {
            var segment = segments[i].Bind(version.Manifest.Preprocessing.Inputs);
            if (!segment.IsSuccess)
                return null;
            bound[i] = segment.Value;
        }

        var wanted = filter.Class is null ? -1 : version.Manifest.Classes.ToList().IndexOf(filter.Class);
        return filter.Class is not null && wanted < 0 ? null : new(version, bound, wanted);
    }
}
