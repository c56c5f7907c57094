using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>What a person may name when speaking of a model: the inputs and classes of the champion, then those of the newest version where that is another.</summary>
public sealed record ModelSignature(int ModelId, string Model, IReadOnlyList<MonitoredVersion> Versions)
{
    /// <summary>The champion, or the newest version where there is no champion.</summary>
    public MonitoredVersion Leading => Versions[0];

    public IReadOnlyList<FeatureInput> Inputs => Leading.Manifest.Preprocessing.Inputs;

    /// <summary>Parses a segment and binds it to the champion's signature, or else to the newest version's.</summary>
    /// <returns>The expression, or what stands against the first of the two.</returns>
    public Result<SegmentExpression> Check(string text)
    {
        var parsed = SegmentExpression.Parse(text);
        if (!parsed.IsSuccess)
            return parsed;
        return Versions.Any(version => parsed.Value.Bind(version.Manifest.Preprocessing.Inputs).IsSuccess) ? parsed : parsed.Value.Bind(Inputs).Error!;
    }
}

/// <summary>Finds the signature of a model.</summary>
public sealed class ModelSignatures(IDbContextFactory<DashboardDb> factory, VersionCatalog versions)
{
    public async Task<Result<ModelSignature>> FindAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } id)
            return new NotFound("model", model);
        var champion = await db.ModelAliases.Where(a => a.ModelId == id && a.Alias == ModelAlias.Champion).Select(a => (int?)a.VersionId).SingleOrDefaultAsync(ct);
        var newest = await db.ModelVersions.Where(v => v.ModelId == id).OrderByDescending(v => v.Number).Select(v => (int?)v.Id).FirstOrDefaultAsync(ct);
        var known = new[] { champion, newest }.OfType<int>().Distinct().Select(versions.Find).OfType<MonitoredVersion>().ToList();
        return known.Count > 0
            ? new ModelSignature(id, model, known)
            : new Conflict($"'{model}' has no version yet whose inputs could be named.") { Field = "model", Value = model, Expected = "a model with a version" };
    }
}
