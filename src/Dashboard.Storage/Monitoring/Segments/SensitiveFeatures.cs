using Dashboard.Core;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>Which inputs of a model people marked as sensitive: between their values error rates are compared as figures of fairness.</summary>
public sealed class SensitiveFeatures(IDbContextFactory<DashboardDb> factory, ModelSignatures signatures, Notifications notifications, TimeProvider time)
{
    /// <summary>The marked inputs of a model, by name.</summary>
    public async Task<Result<IReadOnlyList<string>>> ListAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } id)
            return new NotFound("model", model);
        return await db.SensitiveFeatures.Where(s => s.ModelId == id).OrderBy(s => s.Feature).Select(s => s.Feature).ToListAsync(ct);
    }

    /// <summary>Marks exactly these inputs; marks on others are taken away. An input must be of the champion's signature or the newest version's, or marked already.</summary>
    public async Task<Result<IReadOnlyList<string>>> SetAsync(string model, IReadOnlyList<string> features, string by, CancellationToken ct)
    {
        var signature = await signatures.FindAsync(model, ct);
        if (!signature.IsSuccess)
            return signature.Error!;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var marked = await db.SensitiveFeatures.Where(s => s.ModelId == signature.Value.ModelId).ToListAsync(ct);
        var known = signature.Value.Versions.SelectMany(version => version.Manifest.Preprocessing.Inputs).Select(input => input.Name).Distinct(StringComparer.Ordinal).ToList();
        var wanted = features.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (wanted.Find(feature => !known.Contains(feature) && marked.TrueForAll(mark => mark.Feature != feature)) is { } stranger)
            return InvalidValue.Of("features", stranger, $"inputs of {model}: {string.Join(", ", known)}");
        db.RemoveRange(marked.Where(mark => !wanted.Contains(mark.Feature)));
        db.AddRange(wanted.Where(feature => marked.TrueForAll(mark => mark.Feature != feature))
            .Select(feature => new SensitiveFeature { ModelId = signature.Value.ModelId, Feature = feature, MarkedBy = by, MarkedAt = time.GetUtcNow() }));
        if (db.ChangeTracker.HasChanges())
        {
            var summary = wanted.Count == 0 ? $"No input of {model} is marked as sensitive any more." : $"Marked as sensitive inputs of {model}: {string.Join(", ", wanted)}.";
            db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = by, Action = "features.sensitive", ModelName = model, Summary = summary, BeforeJson = ActivityEntry.Json(marked.Select(mark => mark.Feature).Order(StringComparer.Ordinal)), AfterJson = ActivityEntry.Json(wanted) });
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            notifications.Publish(new(Topics.Segments, model));
        }

        return wanted;
    }
}
