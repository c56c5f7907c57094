using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Serving;

/// <summary>Brings a version from its package into memory: the package's hashes against the digest that was approved, the model against its manifest, and warm.</summary>
public sealed class VersionLoader(IDbContextFactory<DashboardDb> factory, PackageStore packages)
{
    /// <inheritdoc cref="LoadVersion"/>
    public async Task<Result<ServedModel>> LoadAsync(int modelId, int versionId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.AsNoTracking().Where(v => v.Id == versionId && v.ModelId == modelId)
            .Select(v => new { v.Model.Name, v.Number, v.Digest }).SingleOrDefaultAsync(ct);
        if (version is null)
            return new NotFound("model version", versionId.ToString());
        return await LoadAsync(packages, modelId, version.Name, versionId, version.Number, version.Digest, ct);
    }

    /// <summary>The same of a version that somebody else keeps, whose package is here.</summary>
    public static async Task<Result<ServedModel>> LoadAsync(PackageStore packages, int modelId, string model, int versionId, int number, string digest, CancellationToken ct)
    {
        var package = await packages.ReadAsync(digest, ct);
        if (!package.IsSuccess)
            return package.Error!;
        var read = XGBoostModelReader.Read(package.Value.Model);
        if (!read.IsSuccess)
            return read.Error!;
        var served = new ServedModel(modelId, model, versionId, number, digest, package.Value.Manifest, read.Value.Scorer);
        return SelfCheck.Run(served) is { } unfit ? unfit : served;
    }
}
