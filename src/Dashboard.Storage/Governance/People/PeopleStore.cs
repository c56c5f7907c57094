using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Governance.People;

/// <summary>A person as others see them.</summary>
public sealed record PersonView(int Id, string Name, Role? Role, IReadOnlyDictionary<string, Role> Models, bool Enabled, bool HasPassword, bool IsLockedOut, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt);

/// <param name="Password">Null: they sign in by a link or by a provider.</param>
public sealed record PersonDraft(string Name, string? Password, Role? Role, IReadOnlyDictionary<string, Role> Models);

/// <summary>People with their roles. At least one administrator is always left.</summary>
public sealed class PeopleStore(IServiceScopeFactory scopes, IDbContextFactory<DashboardDb> factory, AccessDirectory directory, TimeProvider time)
{
    public async Task<IReadOnlyList<PersonView>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var people = await db.Users.AsNoTracking().Include(p => p.Grants).ThenInclude(g => g.Model).AsSplitQuery().OrderBy(p => p.UserName).ToListAsync(ct);
        return [.. people.Select(View)];
    }

    public async Task<Result<PersonView>> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().Include(p => p.Grants).ThenInclude(g => g.Model).AsSplitQuery().SingleOrDefaultAsync(p => p.Id == id, ct) is { } person ? View(person) : Unknown(id);
    }

    public async Task<Result<PersonView>> CreateAsync(PersonDraft draft, string actor, CancellationToken ct)
    {
        var grants = await GrantsAsync(draft.Models, ct);
        if (grants.Error is { } unknown)
            return unknown;
        if (draft.Role is { } role && !Enum.IsDefined(role))
            return InvalidValue.Of("role", role.ToString(), string.Join(", ", Enum.GetNames<Role>()));
        if (PersonNames.Check(draft.Name.Trim()) is { } unfit)
            return unfit;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = new Person { UserName = draft.Name.Trim(), Role = draft.Role, CreatedAt = time.GetUtcNow(), CreatedBy = actor };
        person.Grants.AddRange(grants.Value);
        scope.ServiceProvider.GetRequiredService<DashboardDb>().Activity.Add(Entry(actor, "person.added", null, $"{draft.Name.Trim()} was added {(draft.Role is null && draft.Models.Count == 0 ? "without a role" : $"as {Words(draft.Role, draft.Models)}")}.", null, new { draft.Role, draft.Models }));
        var made = draft.Password is null ? await users.CreateAsync(person) : await users.CreateAsync(person, draft.Password);
        if (!made.Succeeded)
            return Refused(made, draft.Name);
        await directory.ReloadAsync(ct);
        return await FindAsync(person.Id, ct);
    }

    /// <summary>Changes what a person may do.</summary>
    public async Task<Result<PersonView>> ChangeAsync(int id, Role? role, IReadOnlyDictionary<string, Role> models, bool enabled, string actor, CancellationToken ct)
    {
        var grants = await GrantsAsync(models, ct);
        if (grants.Error is { } unknown)
            return unknown;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Users.Include(p => p.Grants).ThenInclude(g => g.Model).AsSplitQuery().SingleOrDefaultAsync(p => p.Id == id, ct) is not { } person)
            return Unknown(id);
        var before = View(person);
        var wasAdministrator = IsAdministrator(person.Role, person.Enabled);
        (person.Role, person.Enabled) = (role, enabled);
        if (!enabled)
            person.SecurityStamp = Secret.Make();
        person.Grants.Clear();
        await db.SaveChangesAsync(ct);
        person.Grants.AddRange(grants.Value);
        db.Activity.Add(Entry(actor, "person.changed", id, $"{person.UserName} is {(enabled ? Words(role, models) : "disabled")}.", new { before.Role, before.Models, before.Enabled }, new { role, models, enabled }));
        await db.SaveChangesAsync(ct);
        if (wasAdministrator && !await db.Users.AnyAsync(p => p.Role == Role.Administrator && p.Enabled, ct))
            return new LastAdministrator(person.UserName!);
        await transaction.CommitAsync(ct);
        await directory.ReloadAsync(ct);
        return await FindAsync(id, ct);
    }

    /// <summary>Removes a person with their tokens; what they did stays in the activity list by their name.</summary>
    public async Task<Result<PersonView>> DeleteAsync(int id, string actor, CancellationToken ct)
    {
        var found = await FindAsync(id, ct);
        if (found.Error is not null)
            return found;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Users.Where(p => p.Id == id).ExecuteDeleteAsync(ct);
        db.Activity.Add(Entry(actor, "person.removed", id, $"{found.Value.Name} was removed.", new { found.Value.Role, found.Value.Models }, null));
        await db.SaveChangesAsync(ct);
        if (IsAdministrator(found.Value.Role, found.Value.Enabled) && !await db.Users.AnyAsync(p => p.Role == Role.Administrator && p.Enabled, ct))
            return new LastAdministrator(found.Value.Name);
        await transaction.CommitAsync(ct);
        await directory.ReloadAsync(ct);
        return found;
    }

    /// <summary>Sets a password; everybody who was signed in as this person is signed out. What an administrator sets ends a lockout as well: whoever guessed at the old one has lost what they had.</summary>
    /// <param name="present">The present one; null: an administrator does it, or there is none.</param>
    public async Task<Result<PersonView>> SetPasswordAsync(int id, string? present, string password, string actor, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        if (await users.FindByIdAsync(id.ToString(CultureInfo.InvariantCulture)) is not { } person)
            return Unknown(id);
        if (present is not null && !await users.CheckPasswordAsync(person, present))
            return new WrongPassword();
        foreach (var validator in users.PasswordValidators)
            if (await validator.ValidateAsync(users, person, password) is { Succeeded: false } refused)
                return Refused(refused, person.UserName!);
        if (person.PasswordHash is not null)
            await users.RemovePasswordAsync(person);
        if (present is null)
            (person.LockoutEnd, person.AccessFailedCount) = (null, 0);
        scope.ServiceProvider.GetRequiredService<DashboardDb>().Activity.Add(Entry(actor, "person.password", id, $"The password of {person.UserName} was set.", null, null));
        var set = await users.AddPasswordAsync(person, password);
        if (!set.Succeeded)
            return Refused(set, person.UserName!);
        await directory.ReloadAsync(ct);
        return await FindAsync(id, ct);
    }

    private async Task<Result<List<ModelGrant>>> GrantsAsync(IReadOnlyDictionary<string, Role> models, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        List<ModelGrant> grants = [];
        foreach (var (name, role) in models)
        {
            if (!Enum.IsDefined(role))
                return InvalidValue.Of($"models.{name}", role.ToString(), string.Join(", ", Enum.GetNames<Role>()));
            if (await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == name, ct) is not { } model)
                return new NotFound("model", name);
            grants.Add(new() { ModelId = model.Id, Role = role });
        }

        return grants;
    }

    private ActivityEntry Entry(string actor, string action, int? id, string summary, object? before, object? after) =>
        new() { At = time.GetUtcNow(), Actor = actor, Action = action, Subject = id?.ToString(CultureInfo.InvariantCulture), Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after) };

    private static string Words(Role? role, IReadOnlyDictionary<string, Role> models) =>
        string.Join(", ", models.OrderBy(grant => grant.Key, StringComparer.Ordinal).Select(grant => $"{grant.Value} of {grant.Key}").Prepend(role?.ToString() ?? "without a role on the installation"));

    private static bool IsAdministrator(Role? role, bool enabled) => role == Role.Administrator && enabled;

    private static NotFound Unknown(int id) => new("person", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>A password is never repeated.</summary>
    private static InvalidValue Refused(IdentityResult result, string name)
    {
        var fault = result.Errors.First();
        return fault.Code.StartsWith("Password", StringComparison.Ordinal)
            ? new InvalidValue("password", null, PeopleSetup.PasswordWords) { Message = $"'password' is not accepted; expected {PeopleSetup.PasswordWords}.", Field = "password", Expected = PeopleSetup.PasswordWords }
            : InvalidValue.Of("name", name.Length == 0 ? null : name, fault.Code == nameof(IdentityErrorDescriber.DuplicateUserName) ? "a name that nobody has yet" : PersonNames.Words);
    }

    private PersonView View(Person p) => new(p.Id, p.UserName!, p.Role, p.Grants.ToDictionary(g => g.Model.Name, g => g.Role, StringComparer.Ordinal), p.Enabled, p.PasswordHash is not null, p.LockoutEnd > time.GetUtcNow(), p.CreatedAt, p.LastSeenAt);
}

/// <summary>Nobody could administer the installation any more.</summary>
public sealed record LastAdministrator(string Name) : Error(ErrorKind.Conflict, $"'{Name}' is the last administrator; make another one first.");

public sealed record WrongPassword() : Error(ErrorKind.Forbidden, "The present password is another one.");
