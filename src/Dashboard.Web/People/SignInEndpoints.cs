using System.Globalization;
using System.Security.Claims;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Web.People;

/// <summary>Signs in and out. Forms are posted by pages that need no circuit; each answer leads to a page.</summary>
internal static partial class SignInEndpoints
{
    /// <summary>The policy of the rate limiter.</summary>
    public const string Throttle = "sign-in";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<OAuthOffer>().Name is not null)
            routes.MapProvider();
        var forms = routes.MapGroup("").ExcludeFromDescription();
        forms.MapPost("/sign-in", ByPasswordAsync).RequireRateLimiting(Throttle);
        forms.MapPost("/sign-in/first", FirstAsync).RequireRateLimiting(Throttle);
        forms.MapGet("/sign-in/link", ByLinkAsync).RequireRateLimiting(Throttle);
        forms.MapGet("/display/{secret}", DisplayAsync).RequireRateLimiting(Throttle);
        forms.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>Gives the browser a cookie.</summary>
    internal static Task SignInAsync(HttpContext context, SignedIn person) => SignInAsync(context, ActorKind.Person, person.PersonId, person.Name, person.Stamp);

    /// <summary>What the cookie says; the roles are looked up at every request.</summary>
    internal static ClaimsIdentity Identity(ActorKind kind, int id, string name, string stamp) => new(
        [new(AccessControl.KindClaim, kind.ToString()), new(AccessControl.IdClaim, id.ToString(CultureInfo.InvariantCulture)), new(AccessControl.StampClaim, stamp), new(ClaimTypes.Name, name)], AccessControl.Scheme);

    /// <summary>Only a path of this host is gone to, wherever the address says.</summary>
    internal static string Local(string? to) => to is ['/', ..] && to is not ['/', '/' or '\\', ..] && !to.Any(char.IsControl) ? to : "/";

    private static async Task<IResult> ByPasswordAsync(HttpContext context, SignIn signIn, ILogger<SignIn> logger, CancellationToken ct, [FromForm] string? name = null, [FromForm] string? password = null, [FromForm] string? to = null)
    {
        var found = await signIn.ByPasswordAsync(name ?? "", password ?? "", ct);
        if (found.Error is { } error)
        {
            LogRefused(logger, error is LockedOut ? "locked" : "refused", context.Connection.RemoteIpAddress?.ToString());
            return Results.Redirect($"/sign-in?fault={(error is LockedOut ? "locked" : "refused")}&to={Uri.EscapeDataString(Local(to))}");
        }

        await SignInAsync(context, found.Value);
        return Results.Redirect(Local(to));
    }

    private static async Task<IResult> FirstAsync(HttpContext context, SignIn signIn, CancellationToken ct, [FromForm] string? code = null, [FromForm] string? name = null, [FromForm] string? password = null)
    {
        var made = await signIn.FirstAdministratorAsync(code ?? "", name ?? "", password ?? "", ct);
        if (made.Error is { } error)
            return Results.Redirect($"/sign-in/first?code={Uri.EscapeDataString(code ?? "")}&name={Uri.EscapeDataString(name ?? "")}&fault={error.Field ?? (error is Conflict ? "made" : "used")}");
        await SignInAsync(context, made.Value);
        return Results.Redirect("/");
    }

    private static async Task<IResult> ByLinkAsync(HttpContext context, SignIn signIn, CancellationToken ct, string? code = null)
    {
        var found = await signIn.ByLinkAsync(code ?? "", ct);
        if (found.Error is not null)
            return Results.Redirect("/sign-in?fault=used");
        await SignInAsync(context, found.Value);
        return Results.Redirect("/");
    }

    private static async Task<IResult> DisplayAsync(HttpContext context, string secret, AccessDirectory directory)
    {
        if (directory.Display(secret) is not { } display)
            return Results.Redirect("/sign-in?fault=display");
        await SignInAsync(context, ActorKind.Display, int.Parse(display.Id, CultureInfo.InvariantCulture), display.Name, "");
        return Results.Redirect("/wall" + QueryString.Create("models", string.Join(',', display.Models.Keys.Order(StringComparer.Ordinal))) + (context.Request.QueryString.HasValue ? "&" + context.Request.QueryString.Value![1..] : ""));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, [FromForm] string? to = null)
    {
        await context.SignOutAsync(AccessControl.Scheme);
        return Results.Redirect(to is null ? "/sign-in" : Local(to));
    }

    private static Task SignInAsync(HttpContext context, ActorKind kind, int id, string name, string stamp)
    {
        // A wall stays signed in until its link is revoked; a person as long as they come back within the cookie's time.
        var until = kind == ActorKind.Display ? context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().AddYears(1) : (DateTimeOffset?)null;
        return context.SignInAsync(AccessControl.Scheme, new(Identity(kind, id, name, stamp)), new() { IsPersistent = true, ExpiresUtc = until });
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in from {Address} was {Outcome}")]
    private static partial void LogRefused(ILogger logger, string outcome, string? address);
}
