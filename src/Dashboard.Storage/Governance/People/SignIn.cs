using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Governance.People;

/// <param name="Stamp">What a later password, or the account's end, makes invalid.</param>
public sealed record SignedIn(int PersonId, string Name, string Stamp);

/// <summary>Makes sure who somebody is: by password, by a link, by a provider.</summary>
public sealed class SignIn(IServiceScopeFactory scopes, SignInLinks links, PeopleStore people, AccessDirectory directory, TimeProvider time)
{
    private static readonly Person Nobody = new() { UserName = "nobody", CreatedBy = "" };
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(Nobody, Secret.Make());

    /// <summary>By name and password. Wrong names take as long as wrong passwords, and get the same answer.</summary>
    public async Task<Result<SignedIn>> ByPasswordAsync(string name, string password, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await users.FindByNameAsync(name);
        if (person?.PasswordHash is null)
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            return new SignInRefused();
        }

        if (await users.IsLockedOutAsync(person))
            return new LockedOut();
        if (!await users.CheckPasswordAsync(person, password))
        {
            await users.AccessFailedAsync(person);
            return await users.IsLockedOutAsync(person) ? new LockedOut() : new SignInRefused();
        }

        if (!person.Enabled)
            return new SignInRefused();
        await users.ResetAccessFailedCountAsync(person);
        // A hash of an older form is made anew by the check, with a new stamp.
        await directory.ReloadAsync(ct);
        return Of(person);
    }

    /// <summary>By a link that works once.</summary>
    public async Task<Result<SignedIn>> ByLinkAsync(string code, CancellationToken ct)
    {
        var used = await links.UseAsync(code, ct);
        if (used.Error is { } error)
            return error;
        return used.Value is { } person ? await OfAsync(person) : new LinkUsed();
    }

    /// <summary>Makes the first administrator by the link that the first start printed.</summary>
    public async Task<Result<SignedIn>> FirstAdministratorAsync(string code, string name, string password, CancellationToken ct)
    {
        if (directory.HasAdministrator)
            return new Conflict("There is an administrator already; ask them for an account.");
        var used = await links.UseAsync(code, ct);
        if (used.Error is { } error)
            return error;
        if (used.Value is not null)
            return new LinkUsed();
        var made = await people.CreateAsync(new(name, password, Role.Administrator, new Dictionary<string, Role>(StringComparer.Ordinal)), name.Trim(), ct);
        if (made.Error is { } refused)
        {
            await links.GiveBackAsync(code, ct);
            return refused;
        }

        return await OfAsync(made.Value.Id);
    }

    /// <summary>By what a provider vouches for. Whoever comes for the first time gets an account.</summary>
    /// <param name="subject">The provider's own id of the person, which never changes.</param>
    /// <param name="role">Of an account that is made now; null: an administrator gives one.</param>
    public async Task<Result<SignedIn>> ByProviderAsync(string provider, string subject, string name, Role? role, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await users.FindByLoginAsync(provider, subject);
        if (person is null)
        {
            // A local account of that name is another person as far as anybody knows.
            var free = "";
            foreach (var candidate in PersonNames.From(name, provider, users.Options.User.AllowedUserNameCharacters))
                if (await users.FindByNameAsync(free = candidate) is null)
                    break;
            person = new Person { UserName = free, Role = role, CreatedAt = time.GetUtcNow(), CreatedBy = provider };
            scope.ServiceProvider.GetRequiredService<DashboardDb>().Activity.Add(new ActivityEntry { At = person.CreatedAt, Actor = free, Action = "person.added", Summary = $"{free} came by {provider} for the first time." });
            var made = await users.CreateAsync(person);
            if (!made.Succeeded)
                return InvalidValue.Of("name", name, string.Join(' ', made.Errors.Select(error => error.Description)));
            await users.AddLoginAsync(person, new(provider, subject, provider));
            await directory.ReloadAsync(ct);
        }

        return person.Enabled ? Of(person) : new SignInRefused();
    }

    private async Task<Result<SignedIn>> OfAsync(int id)
    {
        await using var scope = scopes.CreateAsyncScope();
        var person = await scope.ServiceProvider.GetRequiredService<UserManager<Person>>().FindByIdAsync(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return person is { Enabled: true } ? Of(person) : new SignInRefused();
    }

    private static SignedIn Of(Person person) => new(person.Id, person.UserName!, person.SecurityStamp!);
}

public sealed record SignInRefused() : Error(ErrorKind.Forbidden, "Name and password do not match an account.");

public sealed record LockedOut() : Error(ErrorKind.Forbidden, "Too many wrong passwords: this account is locked for a quarter of an hour. An administrator can set a new password.");
