using Dashboard.Core.Governance.People;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Web.People;

/// <summary>Stands between routing and every endpoint: what <see cref="AccessTable"/> does not allow is answered here.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, AccessControl access)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            // Style sheets and scripts tell nothing, and what has no endpoint is not there.
            await next(context);
            return;
        }

        var actor = access.Of(context);
        var row = RowOf(endpoint, context.Request.Method);
        var verdict = AccessControl.Decide(row, actor, row is null ? null : ModelOf(row, context));
        if (actor is not null)
        {
            context.Features.Set(actor);
            if (!access.IsOpen && actor.Kind is ActorKind.Token or ActorKind.Node)
                context.User = new ActorPrincipal(actor);
        }

        var isPage = row?.Surface == Surface.Page;
        if (verdict == Verdict.Allowed)
            await next(context);
        else if (isPage && verdict == Verdict.SignInFirst && !context.Request.Headers.ContainsKey(HeaderNames.Authorization))
            context.Response.Redirect($"/sign-in?to={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
        else if (isPage && actor is not null)
        {
            // The page's frame says what is missing, with the menu of what is allowed beside it.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await next(context);
        }
        else
            await RefuseAsync(context, row, actor, verdict);
    }

    /// <summary>The row of an endpoint.</summary>
    public static AccessRow? RowOf(Endpoint endpoint, string method)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.RawText: { } route })
            return null;
        route = "/" + route.Trim('/');
        if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            return AccessTable.Find(Surface.Page, "*", route);
        if (endpoint.Metadata.GetMetadata<HubMetadata>() is not null)
            return AccessTable.Find(Surface.Hub, "*", route.EndsWith("/negotiate", StringComparison.Ordinal) ? route[..^"/negotiate".Length] : route);
        return AccessTable.Find(Surface.Endpoint, HttpMethods.IsHead(method) ? HttpMethods.Get : method, route);
    }

    private static string? ModelOf(AccessRow row, HttpContext context)
    {
        if (row.Reach != Reach.Model)
            return null;
        if (context.Request.RouteValues.TryGetValue(row.ModelKey, out var named))
            return named as string;
        // MLflow's scoring names the model beside the route; where it names none, whoever asks needs a role on the installation.
        return context.Request.Query["model"].ToString() is { Length: > 0 } query ? query : context.Request.Headers["X-Model"].ToString() is { Length: > 0 } header ? header : null;
    }

    private static Task RefuseAsync(HttpContext context, AccessRow? row, Actor? actor, Verdict verdict)
    {
        if (verdict == Verdict.SignInFirst)
        {
            context.Response.Headers.WWWAuthenticate = context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? "Bearer error=\"invalid_token\"" : "Bearer";
            return Results.Problem("Nobody is signed in; expected 'Authorization: Bearer dbt_…' with a token that is valid, or the cookie of a person who signed in.",
                statusCode: StatusCodes.Status401Unauthorized, title: "Sign in first").ExecuteAsync(context);
        }

        var message = row?.Needs is { } needs ? new NotAllowed(actor!.Name, needs, ModelOf(row, context)).Message : "This endpoint is open to nobody.";
        return Results.Problem(message, statusCode: StatusCodes.Status403Forbidden, title: "Not allowed").ExecuteAsync(context);
    }
}
