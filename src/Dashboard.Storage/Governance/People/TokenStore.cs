using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.People;

/// <summary>A token as it is listed: without its secret, which is nowhere.</summary>
public sealed record TokenView(int Id, int? PersonId, string? Owner, string Name, string Start, Role Cap, IReadOnlyList<string>? Models, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <param name="Secret">Shown now and never again.</param>
public sealed record TokenMade(TokenView Token, string Secret);

/// <param name="Models">Null: wherever its owner has a role.</param>
public sealed record TokenDraft(string Name, Role Cap, IReadOnlyList<string>? Models, DateTimeOffset? ExpiresAt);

/// <summary>API tokens: made, listed, revoked.</summary>
public sealed class TokenStore(IDbContextFactory<DashboardDb> factory, AccessDirectory directory, TimeProvider time)
{
    public const int MaxName = 60;

    /// <summary>Tokens of a person, or all of them; those that work first, newest first.</summary>
    public async Task<IReadOnlyList<TokenView>> ListAsync(int? person, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var tokens = await db.ApiTokens.AsNoTracking().Where(t => person == null || t.PersonId == person).OrderBy(t => t.RevokedAt != null).ThenByDescending(t => t.Id).ToListAsync(ct);
        var names = await db.Users.ToDictionaryAsync(p => p.Id, p => p.UserName, ct);
        return [.. tokens.Select(token => View(token, token.PersonId is { } id ? names.GetValueOrDefault(id) : null))];
    }

    /// <summary>Makes a token for a person.</summary>
    public async Task<Result<TokenMade>> CreateAsync(int person, TokenDraft draft, CancellationToken ct)
    {
        if (draft.Name.Trim() is not { Length: > 0 and <= MaxName })
            return InvalidValue.Of("name", draft.Name, $"1 to {MaxName} characters");
        if (!Enum.IsDefined(draft.Cap))
            return InvalidValue.Of("role", draft.Cap.ToString(), string.Join(", ", Enum.GetNames<Role>()));
        if (draft.ExpiresAt <= time.GetUtcNow())
            return InvalidValue.Of("expiresAt", draft.ExpiresAt.Value.ToString("O", System.Globalization.CultureInfo.InvariantCulture), "a time to come");
        if (draft.Models is { Count: 0 })
            return InvalidValue.Of("models", "[]", "at least one model, or null for all");
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Users.FindAsync([person], ct) is not { } owner)
            return new NotFound("person", person.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var model in draft.Models ?? [])
            if (!await db.Models.AnyAsync(m => m.Name == model, ct))
                return new NotFound("model", model);
        var secret = Secret.MakeToken();
        var token = Make(person, draft, secret);
        db.ApiTokens.Add(token);
        db.Activity.Add(Entry(owner.UserName!, "token.made", $"{owner.UserName} made the token '{token.Name}', at most {token.Cap}{(draft.Models is null ? "" : $" on {string.Join(", ", draft.Models)}")}.", null));
        await db.SaveChangesAsync(ct);
        await directory.ReloadAsync(ct);
        return new TokenMade(View(token, owner.UserName), secret);
    }

    /// <summary>The installation's own administrator's token, once: a secret that the first start was given.</summary>
    /// <returns>Whether it was made now; false where there is one with this secret already.</returns>
    public async Task<bool> BootstrapAsync(string secret, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        // A later start with another secret does not open the door again: revoke and make tokens on the page or by the API.
        if (await db.ApiTokens.AnyAsync(t => t.PersonId == null, ct))
            return false;
        db.ApiTokens.Add(Make(null, new("bootstrap", Role.Administrator, null, null), secret));
        db.Activity.Add(Entry("bootstrap", "token.made", "The installation took its administrator's token from its settings.", null));
        await db.SaveChangesAsync(ct);
        await directory.ReloadAsync(ct);
        return true;
    }

    /// <summary>Ends a token; it stays listed.</summary>
    /// <param name="person">Only if it is theirs; null: whosever it is.</param>
    public async Task<Result<TokenView>> RevokeAsync(int id, int? person, string actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.ApiTokens.SingleOrDefaultAsync(t => t.Id == id && (person == null || t.PersonId == person), ct) is not { } token)
            return new NotFound("token", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (token.RevokedAt is null)
            db.Activity.Add(Entry(actor, "token.revoked", $"The token '{token.Name}' ({token.Start}…) was revoked.", id));
        token.RevokedAt ??= time.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await directory.ReloadAsync(ct);
        return View(token, token.PersonId is { } owner ? (await db.Users.FindAsync([owner], ct))?.UserName : null);
    }

    private ActivityEntry Entry(string actor, string action, string summary, int? id) => new() { At = time.GetUtcNow(), Actor = actor, Action = action, Subject = id?.ToString(System.Globalization.CultureInfo.InvariantCulture), Summary = summary };

    private ApiToken Make(int? person, TokenDraft draft, string secret) => new()
    {
        PersonId = person,
        Name = draft.Name.Trim(),
        Hash = Secret.Hash(secret),
        Start = secret[..Secret.Known],
        Cap = draft.Cap,
        ModelsJson = draft.Models is null ? null : CanonicalJson.Serialize(draft.Models.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        CreatedAt = time.GetUtcNow(),
        ExpiresAt = draft.ExpiresAt,
    };

    private static TokenView View(ApiToken t, string? owner) => new(t.Id, t.PersonId, owner, t.Name, t.Start, t.Cap, t.ModelsJson is null ? null : CanonicalJson.Deserialize<string[]>(t.ModelsJson), t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.RevokedAt);
}
