using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>What monitoring needs to know of a version: how to read its log, where its bins are, what it learnt from.</summary>
/// <param name="Digest">Of its package.</param>
/// <param name="Reference">Null where the model came without one, or where it cannot be read: then there is no drift.</param>
public sealed record MonitoredVersion(int ModelId, int VersionId, int Number, string Digest, ModelManifest Manifest, ProfileLayout Layout, ReferenceProfile? Reference)
{
    private readonly ConcurrentDictionary<BlockPeriod, BlockCalibrations> calibrations = new();

    /// <summary>What performance is estimated with before labels arrive; null where the package carries nothing for it.</summary>
    public PerformanceEstimator? Estimator { get; init; }

    /// <summary>Why there is no estimator and what to give, as a sentence for people; null where there is one.</summary>
    public string? WhyNoEstimates { get; init; }

    /// <summary>Each encoded feature's share of the version's importance, 0 to 1; empty where it is not known.</summary>
    public IReadOnlyDictionary<string, double> Importance { get; } = Manifest.Importance.Sum(one => one.MeanAbsoluteShap) is var sum and > 0
        ? Manifest.Importance.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal)
        : new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>What blocks of a period are held against.</summary>
    /// <exception cref="InvalidOperationException">The version has no reference.</exception>
    public BlockCalibrations CalibrationsFor(BlockPeriod period) => calibrations.GetOrAdd(period, static (period, self) =>
        new(self.Reference?.Blocks ?? throw new InvalidOperationException($"Version {self.Number} has no reference."), period, self.Importance), this);

    /// <summary>Encodes logged inputs as the model saw them.</summary>
    internal FeatureEncoder Encoder { get; } = new(Manifest.Preprocessing);

    /// <summary>The categories that the model does not know, as they came; null without any.</summary>
    internal List<UnknownValue>? UnknownValues(ReadOnlySpan<InputValue> inputs, ReadOnlySpan<float> features)
    {
        List<UnknownValue>? found = null;
        for (var i = 0; i < features.Length; i++)
            if (FeatureEncoder.IsUnknownCategory(features[i]) && inputs[Manifest.Preprocessing.Features[i].Input].Text is { } text)
                (found ??= []).Add(new(i, text));
        return found;
    }
}

/// <summary>Remembers versions, whose packages never change, and the window length of models, which may.</summary>
public sealed class VersionCatalog : IDisposable
{
    private readonly IDbContextFactory<DashboardDb> factory;
    private readonly DataDirectory directory;
    private readonly ConcurrentDictionary<int, MonitoredVersion> versions = new();
    private readonly ConcurrentDictionary<int, int> windowSeconds = new();
    private readonly IDisposable subscription;
    private volatile bool mayBeGone;

    public VersionCatalog(IDbContextFactory<DashboardDb> factory, DataDirectory directory, Notifications notifications)
    {
        this.factory = factory;
        this.directory = directory;
        subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic != Topics.Registry)
                return;
            windowSeconds.Clear();
            mayBeGone = true;
        });
    }

    /// <summary>The version behind a served model. Reads its reference the first time.</summary>
    public MonitoredVersion Of(ServedModel model) => versions.TryGetValue(model.VersionId, out var known)
        ? known
        : Remember(Read(model.ModelId, model.VersionId, model.Number, model.Digest, model.Manifest));

    /// <summary>A version by its key; null where it was deleted.</summary>
    public MonitoredVersion? Find(int versionId)
    {
        if (versions.TryGetValue(versionId, out var known))
            return known;
        using var db = factory.CreateDbContext();
        var row = db.ModelVersions.AsNoTracking().SingleOrDefault(version => version.Id == versionId);
        return row is null ? null
            : Remember(Read(row.ModelId, row.Id, row.Number, row.Digest, CanonicalJson.Deserialize<ModelManifest>(row.ManifestJson)));
    }

    /// <summary>The sample of held-out rows that a version came with, read anew each time: it is large, and seldom asked for.</summary>
    /// <returns>Null where the package has none, or none that fits the model.</returns>
    public ReferenceRows? ReferenceRowsOf(MonitoredVersion version)
    {
        if (ReadFile(version.Digest, version.Manifest.ReferenceRowsFile) is not { } bytes)
            return null;
        var read = ReferenceRows.Deserialize(bytes);
        return read.IsSuccess && read.Value.Check(version.Manifest) is null ? read.Value : null;
    }

    /// <summary>The bins in which two versions' predictions are compared while one is rolled out; null where nothing fixes them.</summary>
    public PredictionBins? BinsOf(ServedModel champion, ServedModel challenger) => RolloutComparison.Bins(champion, challenger, Of(champion).Layout.Output);

    /// <summary>The length of a model's finest window.</summary>
    public int WindowSeconds(int modelId)
    {
        if (windowSeconds.TryGetValue(modelId, out var known))
            return known;
        using var db = factory.CreateDbContext();
        var seconds = db.Models.Where(model => model.Id == modelId).Select(model => (int?)model.WindowSeconds).SingleOrDefault() ?? 60;
        return windowSeconds[modelId] = seconds;
    }

    public void Dispose() => subscription.Dispose();

    /// <summary>Remembers a version. Those that were deleted are forgotten here: only here does their number grow.</summary>
    private MonitoredVersion Remember(MonitoredVersion version)
    {
        if (mayBeGone)
        {
            mayBeGone = false;
            using var db = factory.CreateDbContext();
            var present = db.ModelVersions.Select(row => row.Id).ToHashSet();
            foreach (var gone in versions.Keys.Where(id => !present.Contains(id)))
                versions.TryRemove(gone, out _);
        }

        return versions.GetOrAdd(version.VersionId, version);
    }

    private MonitoredVersion Read(int modelId, int versionId, int number, string digest, ModelManifest manifest)
    {
        var reference = ReadReference(digest, manifest);
        var fits = reference is not null
            && reference.Layout.Features.Select(bins => bins.Name).SequenceEqual(manifest.Preprocessing.Features.Select(feature => feature.Name))
            && reference.Layout.Output.Task == manifest.Task
            && reference.Layout.Output.Classes.SequenceEqual(manifest.Classes);
        var layout = fits ? reference!.Layout : ProfileLayout.WithoutReference(manifest);
        var (estimator, whyNot) = PackageEstimator.Read(manifest, layout.Output, name => ReadFile(digest, name));
        return new(modelId, versionId, number, digest, manifest, layout, fits ? reference : null) { Estimator = estimator, WhyNoEstimates = whyNot };
    }

    private ReferenceProfile? ReadReference(string digest, ModelManifest manifest)
    {
        if (ReadFile(digest, manifest.ReferenceFile) is not { } bytes)
            return null;
        var read = ReferenceProfile.Deserialize(bytes);
        return read.IsSuccess ? read.Value : null;
    }

    private byte[]? ReadFile(string digest, string? name)
    {
        if (name is null)
            return null;
        var path = Path.Combine(directory.Packages, digest, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}
