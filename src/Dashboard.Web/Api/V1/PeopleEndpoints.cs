using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;

namespace Dashboard.Web.Api.V1;

/// <summary>People with their roles, tokens and display links, for automation. A token is made by its owner on their own page only: nobody makes one in another's name.</summary>
internal static class PeopleEndpoints
{
    private const string Any = "*/*";
    private static readonly Dictionary<string, Role> None = [];

    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/people").WithTags("People");
        people.MapGet("", async (PeopleStore store, CancellationToken ct) => await store.ListAsync(ct)).Produces<PersonView[]>().WithSummary("People with their roles");
        people.MapPost("", CreateAsync).Accepts<PersonBody>("application/json", Any).Produces<PersonView>(StatusCodes.Status201Created).ProducesProblem(400).WithSummary("Add a person; without a password they sign in by a provider");
        people.MapGet("/{id:int}", async (int id, PeopleStore store, CancellationToken ct) => (await store.FindAsync(id, ct)).Match(Results.Ok, Problems.ToProblem)).Produces<PersonView>().ProducesProblem(404).WithSummary("One person");
        people.MapPut("/{id:int}", ChangeAsync).Accepts<PersonBody>("application/json", Any).Produces<PersonView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Set what a person may do: role on the installation, roles on models, enabled");
        people.MapDelete("/{id:int}", async (int id, HttpContext context, PeopleStore store, CancellationToken ct) => (await store.DeleteAsync(id, Actor.Of(context), ct)).Match(_ => Results.NoContent(), Problems.ToProblem)).Produces(StatusCodes.Status204NoContent).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a person with their tokens");
        people.MapPut("/{id:int}/password", PasswordAsync).Accepts<PasswordBody>("application/json", Any).Produces<PersonView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Set a person's password; whoever was signed in as them is signed out");
        routes.MapGet("/tokens", async (TokenStore store, CancellationToken ct) => await store.ListAsync(null, ct)).WithTags("People").Produces<TokenView[]>().WithSummary("Tokens of everybody, without their secrets");
        routes.MapDelete("/tokens/{id:int}", async (int id, HttpContext context, TokenStore store, CancellationToken ct) => (await store.RevokeAsync(id, null, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem)).WithTags("People").Produces<TokenView>().ProducesProblem(404).WithSummary("Revoke a token");
        var displays = routes.MapGroup("/display-links").WithTags("People");
        displays.MapGet("", async (DisplayLinks store, CancellationToken ct) => await store.ListAsync(ct)).Produces<DisplayView[]>().WithSummary("Links for wall screens, without their secrets");
        displays.MapPost("", DisplayAsync).Accepts<DisplayBody>("application/json", Any).Produces<DisplayMade>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).WithSummary("Make a link for a wall screen: /display/{secret}, shown once");
        displays.MapDelete("/{id:int}", async (int id, HttpContext context, DisplayLinks store, CancellationToken ct) => (await store.RevokeAsync(id, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem)).Produces<DisplayView>().ProducesProblem(404).WithSummary("Revoke a display link");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, PeopleStore store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<PersonBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        var body = read.Value;
        return (await store.CreateAsync(new(body.Name ?? "", body.Password, body.Role, body.Models ?? None), Actor.Of(context), ct)).Match(made => Results.Created($"/api/v1/people/{made.Id}", made), Problems.ToProblem);
    }

    private static async Task<IResult> ChangeAsync(int id, HttpContext context, PeopleStore store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<PersonBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        return (await store.ChangeAsync(id, read.Value.Role, read.Value.Models ?? None, read.Value.Enabled ?? true, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> PasswordAsync(int id, HttpContext context, PeopleStore store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<PasswordBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        return (await store.SetPasswordAsync(id, null, read.Value.Password ?? "", Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> DisplayAsync(HttpContext context, DisplayLinks store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<DisplayBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        return (await store.CreateAsync(read.Value.Name ?? "", read.Value.Models ?? [], Actor.Of(context), ct)).Match(made => Results.Created($"/api/v1/display-links/{made.Display.Id}", made), Problems.ToProblem);
    }
}

/// <param name="Role">On the installation; null: none.</param>
/// <param name="Models">Roles on single models, by name.</param>
internal sealed record PersonBody(string? Name, string? Password, Role? Role, Dictionary<string, Role>? Models, bool? Enabled);

internal sealed record PasswordBody(string? Password);

internal sealed record DisplayBody(string? Name, string[]? Models);
