using Dashboard.Core;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>A new text for a part of a card.</summary>
/// <param name="Text">Empty takes the part away.</param>
/// <param name="Revision">The revision that the writer has read; 0 where the part had never been written.</param>
public sealed record CardEdit(CardPart Part, string Text, int Revision);

/// <summary>A part was changed since its writer read it. Nothing was stored.</summary>
/// <param name="Present">The text that stands there now.</param>
public sealed record CardChangedMeanwhile(CardPart Part, int Read, CardNote? Present) : Error(ErrorKind.Conflict, Say(Part, Read, Present))
{
    private static string Say(CardPart part, int read, CardNote? present) => present is { } note
        ? $"'{CardParts.Title(part)}' was changed by {note.By} since revision {read} was read; revision {note.Revision} stands there now. Nothing was stored: read it and send the change again."
        : $"'{CardParts.Title(part)}' has no revision {read}: nobody has written it yet. Nothing was stored.";
}

/// <summary>What people write in the cards of versions.</summary>
public sealed class CardNotes(IDbContextFactory<DashboardDb> factory, Notifications notifications, TimeProvider time)
{
    /// <summary>The texts that hold, by part; parts that nobody has written are absent.</summary>
    public async Task<IReadOnlyDictionary<CardPart, CardNote>> ListAsync(int versionId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await PresentAsync(db, versionId, ct);
    }

    /// <summary>All texts that a part has had, the newest first.</summary>
    public async Task<IReadOnlyList<CardNote>> HistoryAsync(int versionId, CardPart part, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.CardNotes.AsNoTracking().Where(n => n.VersionId == versionId && n.Part == part).OrderByDescending(n => n.Revision).ToListAsync(ct);
        return rows.ConvertAll(row => row.Note);
    }

    /// <summary>Writes parts of a version's card: all of them, or none where one is refused.</summary>
    /// <returns>The texts that hold now; <see cref="CardChangedMeanwhile"/> where another was faster.</returns>
    public async Task<Result<IReadOnlyDictionary<CardPart, CardNote>>> WriteAsync(string model, int number, IReadOnlyList<CardEdit> edits, string by, CancellationToken ct)
    {
        foreach (var edit in edits)
            if (CardParts.Check(edit.Part, edit.Text) is { } fault)
                return fault;
        await using var db = await factory.CreateDbContextAsync(ct);
        // SQLite takes its write lock here; elsewhere the key refuses the slower of two.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.ModelVersions.Where(v => v.Model.Name == model && v.Number == number).Select(v => (int?)v.Id).SingleOrDefaultAsync(ct) is not { } versionId)
            return await db.Models.AnyAsync(m => m.Name == model, ct) ? NotFound.In("model", model, "version", $"{number}") : new NotFound("model", model);
        var present = await PresentAsync(db, versionId, ct);
        foreach (var edit in edits)
        {
            var before = present.GetValueOrDefault(edit.Part);
            if ((before?.Revision ?? 0) != edit.Revision)
                return new CardChangedMeanwhile(edit.Part, edit.Revision, before) { Field = $"{CardParts.Field(edit.Part)}.revision", Value = $"{edit.Revision}", Expected = $"{before?.Revision ?? 0}" };
            var text = edit.Text.ReplaceLineEndings("\n").Trim();
            // The same text again confirms what was taken over; otherwise it changes nothing.
            if (text == (before?.Text ?? "") && before?.TakenOverFrom is null)
                continue;
            var row = new CardNoteRow { VersionId = versionId, Part = edit.Part, Revision = edit.Revision + 1, Text = text, By = by, At = time.GetUtcNow() };
            db.CardNotes.Add(row);
            db.Activity.Add(new ActivityEntry { At = row.At, Actor = by, Action = "card.changed", ModelName = model, Subject = $"{number}", Summary = Say(model, number, edit.Part, before, text) });
        }

        if (db.ChangeTracker.HasChanges())
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            notifications.Publish(new(Topics.Registry, model, $"{number}"));
        }

        return Result(await PresentAsync(db, versionId, ct));
    }

    /// <summary>Gives a version that is being registered, part by part, the texts of the newest earlier version that has one.</summary>
    internal static async Task TakeOverAsync(DashboardDb db, ModelVersion version, CancellationToken ct)
    {
        var earlier = await (from note in db.CardNotes.AsNoTracking()
                             join other in db.ModelVersions on note.VersionId equals other.Id
                             where other.ModelId == version.ModelId && other.Number < version.Number
                             orderby other.Number descending, note.Revision descending
                             select new { other.Number, Row = note }).ToListAsync(ct);
        foreach (var part in earlier.GroupBy(one => one.Row.Part))
        {
            // Of each version the text that holds; a version whose text was taken away has none to give.
            if (part.GroupBy(one => one.Number).Select(ofVersion => ofVersion.First()).FirstOrDefault(one => one.Row.Text.Length > 0) is { } source)
                db.CardNotes.Add(new() { VersionId = version.Id, Part = part.Key, Revision = 1, Text = source.Row.Text, By = source.Row.By, At = source.Row.At, TakenOverFrom = source.Number });
        }
    }

    private static async Task<Dictionary<CardPart, CardNote>> PresentAsync(DashboardDb db, int versionId, CancellationToken ct)
    {
        var rows = await db.CardNotes.AsNoTracking().Where(n => n.VersionId == versionId).OrderBy(n => n.Revision).ToListAsync(ct);
        return rows.GroupBy(row => row.Part).ToDictionary(part => part.Key, part => part.Last().Note);
    }

    private static Result<IReadOnlyDictionary<CardPart, CardNote>> Result(Dictionary<CardPart, CardNote> present) => present;

    private static string Say(string model, int number, CardPart part, CardNote? before, string text)
    {
        var subject = $"the card of version {number} of {model}, {CardParts.Title(part).ToLowerInvariant()}";
        if (text.Length == 0)
            return $"Took from {subject}: “{Error.Shorten(before!.Text)}”";
        if (before is { TakenOverFrom: { } from } && before.Text == text)
            return $"Confirmed on {subject}, as taken over from version {from}: “{Error.Shorten(text)}”";
        return before is { Text.Length: > 0 } ? $"Changed on {subject}: “{Error.Shorten(before.Text)}” became “{Error.Shorten(text)}”" : $"Wrote on {subject}: “{Error.Shorten(text)}”";
    }
}
