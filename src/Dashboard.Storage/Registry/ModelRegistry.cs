using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Registry;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry.Cards;
using Dashboard.Storage.Registry.Signing;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Registry;

/// <summary>Registered models, their versions, aliases and tags. The champion is not moved here: that is a deployment.</summary>
public sealed class ModelRegistry(IDbContextFactory<DashboardDb> factory, PackageStore packages, Notifications notifications, TimeProvider time)
{
    /// <summary>All models by name, with versions, aliases and tags.</summary>
    public async Task<IReadOnlyList<RegisteredModel>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Models.AsNoTracking().AsSplitQuery().Include(m => m.Versions.OrderBy(v => v.Number)).Include(m => m.Aliases).Include(m => m.Tags).OrderBy(m => m.Name).ToListAsync(ct);
    }

    /// <summary>The names of all models, in order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Models.Select(m => m.Name).OrderBy(name => name).ToListAsync(ct);
    }

    /// <summary>A model with versions, aliases and tags, or null.</summary>
    public async Task<RegisteredModel?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Models.AsNoTracking().AsSplitQuery().Include(m => m.Versions.OrderBy(v => v.Number)).Include(m => m.Aliases).Include(m => m.Tags).SingleOrDefaultAsync(m => m.Name == name, ct);
    }

    /// <summary>A version by its number, or by an alias, <c>latest</c> or <c>v3</c>, with its model.</summary>
    public async Task<Result<ModelVersion>> FindVersionAsync(string model, string reference, CancellationToken ct)
    {
        var found = await FindAsync(model, ct);
        return found is null ? new NotFound("model", model) : found.FindVersion(reference);
    }

    public async Task<Result<RegisteredModel>> CreateAsync(string name, ModelSettings settings, string by, bool isDemo, CancellationToken ct)
    {
        if ((ModelNames.CheckModel(name) ?? settings.Check()) is { } fault)
            return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Models.AnyAsync(m => m.Name == name, ct))
            return new Conflict($"There is already a model '{name}'.") { Field = "name", Value = name, Expected = "a name that is free" };
        var model = Add(db, name, settings, by, isDemo);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        notifications.Publish(new(Topics.Registry, name));
        return model;
    }

    /// <summary>Changes the settings of a model.</summary>
    public async Task<Result<RegisteredModel>> UpdateAsync(string name, ModelSettings settings, string by, CancellationToken ct)
    {
        if (settings.Check() is { } fault)
            return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        var model = await db.Models.SingleOrDefaultAsync(m => m.Name == name, ct);
        if (model is null)
            return new NotFound("model", name);
        var before = ModelSettings.Of(model);
        settings.Apply(model);
        Note(db, "model.changed", by, name, null, string.Create(CultureInfo.InvariantCulture, $"Changed the settings of {name}: windows of {settings.WindowSeconds} s, drift by {(settings.DriftPeriodSeconds is { } period ? BlockPeriod.Of(period).Value.ToString() : "the reference’s blocks")}, {settings.HarmfulMargin:P0} more loss is harmless."), before, settings);
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Registry, name));
        return model;
    }

    /// <summary>Gives a model these tags and no others.</summary>
    /// <returns>The tags as they are now, in order.</returns>
    public async Task<Result<IReadOnlyList<string>>> SetTagsAsync(string name, IReadOnlyCollection<string> tags, string by, CancellationToken ct)
    {
        if (ModelNames.CheckTags(tags) is { } fault)
            return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        var model = await db.Models.Include(m => m.Tags).SingleOrDefaultAsync(m => m.Name == name, ct);
        if (model is null)
            return new NotFound("model", name);
        string[] wanted = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] before = [.. model.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)];
        if (!wanted.SequenceEqual(before))
        {
            model.Tags.RemoveAll(tag => !wanted.Contains(tag.Tag, StringComparer.Ordinal));
            model.Tags.AddRange(wanted.Except(model.Tags.Select(tag => tag.Tag), StringComparer.Ordinal).ToList().ConvertAll(tag => new ModelTag { Tag = tag }));
            Note(db, "model.tagged", by, name, null, wanted.Length == 0 ? $"Took the tags from {name}." : $"Tagged {name} with {string.Join(", ", wanted)}.", before, wanted);
            await db.SaveChangesAsync(ct);
            notifications.Publish(new(Topics.Registry, name));
        }

        return wanted;
    }

    /// <summary>Keeps the package and makes it the next version of the model; the model is made where there is none. A package that the model has already is that version; it gains the signatures that came along.</summary>
    public async Task<Result<ModelVersion>> RegisterAsync(NewVersion incoming, CancellationToken ct)
    {
        var (name, package) = (incoming.ModelName, incoming.Package);
        if ((ModelNames.CheckModel(name) ?? (incoming.Alias is null ? null : ModelNames.CheckAlias(incoming.Alias))) is { } fault)
            return fault;
        await packages.WriteAsync(package, ct);

        await using var db = await factory.CreateDbContextAsync(ct);
        // SQLite takes its write lock here, so two registrations cannot read the same last number.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var model = await db.Models.SingleOrDefaultAsync(m => m.Name == name, ct) ?? Add(db, name, new(), incoming.By, incoming.IsDemo);
        await db.SaveChangesAsync(ct);
        if (await db.ModelVersions.Include(v => v.Model).SingleOrDefaultAsync(v => v.ModelId == model.Id && v.Digest == package.Digest, ct) is { } known)
        {
            var stale = await PackageSignatures.KeepAsync(db, package, name, known.Number, incoming.By, time.GetUtcNow(), ct);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            StaleRequest.Publish(stale, notifications);
            return known;
        }

        var last = await db.ModelVersions.Where(v => v.ModelId == model.Id).MaxAsync(v => (int?)v.Number, ct) ?? 0;
        var version = new ModelVersion
        {
            Model = model,
            Number = last + 1,
            Digest = package.Digest,
            ManifestJson = CanonicalJson.Serialize(package.Manifest),
            RunId = incoming.RunId,
            Source = incoming.Source,
            CreatedBy = incoming.By,
            CreatedAt = time.GetUtcNow(),
            ComparisonJson = incoming.ComparisonJson,
        };
        db.ModelVersions.Add(version);
        Note(db, "version.registered", incoming.By, name, version.Number.ToString(), $"Registered version {version.Number} of {name} ({incoming.Source}).", null, new { version.Digest, version.RunId, version.Source });
        await db.SaveChangesAsync(ct);
        await PackageSignatures.KeepAsync(db, package, name, version.Number, incoming.By, version.CreatedAt, ct);
        await CardNotes.TakeOverAsync(db, version, ct);
        if (incoming.Alias is not null)
            await PointAsync(db, version, incoming.Alias, incoming.By, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        notifications.Publish(new(Topics.Registry, name, version.Number.ToString()));
        return version;
    }

    /// <summary>Points an alias at a version; it leaves the version it pointed at before.</summary>
    public async Task<Result<ModelVersion>> SetAliasAsync(string name, string alias, int number, string by, CancellationToken ct)
    {
        if (ModelNames.CheckAlias(alias) is { } fault)
            return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == name && v.Number == number, ct);
        if (version is null)
            return NotFound.In("model", name, "version", number.ToString());
        await PointAsync(db, version, alias, by, ct);
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Registry, name, number.ToString()));
        return version;
    }

    /// <summary>Removes an alias.</summary>
    /// <returns>The version that it pointed at.</returns>
    public async Task<Result<ModelVersion>> RemoveAliasAsync(string name, string alias, string by, CancellationToken ct)
    {
        if (ModelNames.CheckAlias(alias) is { } fault)
            return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        var pointer = await db.ModelAliases.Include(a => a.Version).ThenInclude(v => v.Model).SingleOrDefaultAsync(a => a.Version.Model.Name == name && a.Alias == alias, ct);
        if (pointer is null)
            return NotFound.In("model", name, "alias", alias);
        db.ModelAliases.Remove(pointer);
        Note(db, "alias.removed", by, name, pointer.Version.Number.ToString(), $"Removed the alias {alias} from version {pointer.Version.Number} of {name}.", Pointer(alias, pointer.Version.Number), Pointer(alias, null));
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Registry, name, pointer.Version.Number.ToString()));
        return pointer.Version;
    }

    /// <summary>Deletes a model with its versions, aliases, deployments and the packages that no other model uses.</summary>
    public async Task<Result<RegisteredModel>> DeleteAsync(string name, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var model = await db.Models.Include(m => m.Versions).SingleOrDefaultAsync(m => m.Name == name, ct);
        if (model is null)
            return new NotFound("model", name);
        var digests = model.Versions.Select(v => v.Digest).ToHashSet(StringComparer.Ordinal);
        db.Models.Remove(model);
        Note(db, "model.deleted", by, name, null, $"Deleted the model {name} with {model.Versions.Count} {(model.Versions.Count == 1 ? "version" : "versions")}.", ModelSettings.Of(model), null);
        await db.SaveChangesAsync(ct);
        digests.ExceptWith(await db.ModelVersions.Where(v => digests.Contains(v.Digest)).Select(v => v.Digest).ToListAsync(ct));
        await db.PackageSignatures.Where(s => digests.Contains(s.Digest)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        foreach (var digest in digests)
            packages.Delete(digest);
        notifications.Publish(new(Topics.Registry, name));
        notifications.Publish(new(Topics.Deployments, name));
        return model;
    }

    private RegisteredModel Add(DashboardDb db, string name, ModelSettings settings, string by, bool isDemo)
    {
        var model = new RegisteredModel { Name = name, CreatedAt = time.GetUtcNow(), IsDemo = isDemo };
        settings.Apply(model);
        db.Models.Add(model);
        AlertRules.AddDefaults(db, model, model.CreatedAt);
        Note(db, "model.created", by, name, null, $"Created the model {name}.", null, settings);
        return model;
    }

    private async Task PointAsync(DashboardDb db, ModelVersion version, string alias, string by, CancellationToken ct)
    {
        var pointer = await db.ModelAliases.Include(a => a.Version).SingleOrDefaultAsync(a => a.ModelId == version.ModelId && a.Alias == alias, ct);
        if (pointer?.VersionId == version.Id)
            return;
        var before = pointer?.Version.Number;
        if (pointer is null)
            db.ModelAliases.Add(new ModelAlias { ModelId = version.ModelId, Alias = alias, VersionId = version.Id });
        else
            pointer.VersionId = version.Id;
        Note(db, "alias.set", by, version.Model.Name, version.Number.ToString(), $"Made version {version.Number} of {version.Model.Name} the {alias}.", Pointer(alias, before), Pointer(alias, version.Number));
    }

    private static object Pointer(string alias, int? version) => new { alias, version };

    private void Note(DashboardDb db, string action, string by, string model, string? subject, string summary, object? before, object? after) => db.Activity.Add(new ActivityEntry
    {
        At = time.GetUtcNow(), Actor = by, Action = action, ModelName = model, Subject = subject, Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after),
    });
}
