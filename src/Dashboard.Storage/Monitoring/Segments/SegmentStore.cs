using Dashboard.Core;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>A defined segment, as the API and the pages show it.</summary>
/// <param name="Problem">Why the champion's predictions cannot be asked whether they belong to it, as after an input was renamed; null while they can.</param>
public sealed record SegmentView(int Id, string Name, string Expression, string CreatedBy, DateTimeOffset CreatedAt, string? Problem);

/// <summary>The segments that people defined for their models.</summary>
public sealed class SegmentStore(IDbContextFactory<DashboardDb> factory, ModelSignatures signatures, Notifications notifications, TimeProvider time)
{
    public const int MostSegments = 50;

    private const int MaxName = 100;

    /// <summary>A model's segments by name.</summary>
    public async Task<Result<IReadOnlyList<SegmentView>>> ListAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } id)
            return new NotFound("model", model);
        var rows = await db.Segments.AsNoTracking().Where(s => s.ModelId == id).OrderBy(s => s.Name).ToListAsync(ct);
        var signature = await signatures.FindAsync(model, ct);
        return rows.ConvertAll(row => View(row, signature));
    }

    /// <summary>Defines a segment. Its name must be free and its expression must fit the champion's signature or the newest version's.</summary>
    public async Task<Result<SegmentView>> AddAsync(string model, string name, string expression, string by, CancellationToken ct)
    {
        var signature = await signatures.FindAsync(model, ct);
        if (!signature.IsSuccess)
            return signature.Error!;
        name = name.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            return InvalidValue.Of("name", name, $"1 to {MaxName} characters without line breaks");
        var parsed = signature.Value.Check(expression);
        if (!parsed.IsSuccess)
            return parsed.Error!;

        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var names = await db.Segments.Where(s => s.ModelId == signature.Value.ModelId).Select(s => s.Name).ToListAsync(ct);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
            return new Conflict($"'{model}' already has a segment '{name}'.") { Field = "name", Value = name, Expected = "a name that is free" };
        if (names.Count >= MostSegments)
            return new Conflict($"'{model}' has {names.Count} segments already; each costs a profile for every window.") { Field = "name", Value = name, Expected = $"at most {MostSegments} segments a model" };
        var row = new SegmentDefinition { ModelId = signature.Value.ModelId, Name = name, Expression = parsed.Value.Text, CreatedBy = by, CreatedAt = time.GetUtcNow() };
        db.Add(row);
        Note(db, "segment.added", by, model, name, $"Defined the segment {name} of {model}: {row.Expression}", null, Facts(row));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        notifications.Publish(new(Topics.Segments, model, name));
        return View(row, signature);
    }

    /// <summary>Removes a segment.</summary>
    /// <returns>What it was.</returns>
    public async Task<Result<SegmentView>> RemoveAsync(string model, int id, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var modelId = await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct);
        if (await db.Segments.SingleOrDefaultAsync(s => s.ModelId == modelId && s.Id == id, ct) is not { } row)
            return NotFound.In("model", model, "segment", id.ToString());
        db.Remove(row);
        Note(db, "segment.removed", by, model, row.Name, $"Removed the segment {row.Name} of {model}: {row.Expression}", Facts(row), null);
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Segments, model, row.Name));
        return View(row, await signatures.FindAsync(model, ct));
    }

    private static SegmentView View(SegmentDefinition row, Result<ModelSignature> signature)
    {
        var problem = signature.IsSuccess ? SegmentExpression.Compile(row.Expression, signature.Value.Inputs).Error?.Message : signature.Error!.Message;
        return new(row.Id, row.Name, row.Expression, row.CreatedBy, row.CreatedAt, problem);
    }

    private static object Facts(SegmentDefinition row) => new { row.Name, row.Expression };

    private void Note(DashboardDb db, string action, string by, string model, string subject, string summary, object? before, object? after) => db.Activity.Add(new ActivityEntry
    {
        At = time.GetUtcNow(), Actor = by, Action = action, ModelName = model, Subject = subject, Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after),
    });
}
