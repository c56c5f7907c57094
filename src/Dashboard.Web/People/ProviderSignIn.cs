using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace Dashboard.Web.People;

/// <summary>Sign-in with any OAuth 2 or OpenID provider: authorization code with PKCE, and who it is from the user information endpoint.</summary>
internal static partial class ProviderSignIn
{
    public const string Scheme = "Provider";
    public const string CallbackPath = "/sign-in/callback";

    public static void AddProvider(this AuthenticationBuilder authentication, OAuthSettings provider) => authentication.AddOAuth(Scheme, options =>
    {
        (options.ClientId, options.ClientSecret, options.CallbackPath) = (provider.ClientId, provider.ClientSecret, CallbackPath);
        (options.AuthorizationEndpoint, options.TokenEndpoint, options.UserInformationEndpoint) = (provider.AuthorizationEndpoint, provider.TokenEndpoint, provider.UserInformationEndpoint);
        options.UsePkce = true;
        options.SignInScheme = AccessControl.Scheme;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Scope.Clear();
        foreach (var scope in provider.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            options.Scope.Add(scope);
        options.Events.OnCreatingTicket = context => IdentifyAsync(context, provider);
        options.Events.OnRemoteFailure = context =>
        {
            LogFailure(context.HttpContext.RequestServices.GetRequiredService<ILogger<OAuthHandler<OAuthOptions>>>(), context.Failure?.GetType().Name ?? "unknown");
            context.Response.Redirect("/sign-in?fault=provider");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    });

    public static void MapProvider(this IEndpointRouteBuilder routes) => routes.MapGet("/sign-in/provider",
        (string? to) => Results.Challenge(new() { RedirectUri = SignInEndpoints.Local(to) }, [Scheme])).ExcludeFromDescription().RequireRateLimiting(SignInEndpoints.Throttle);

    private static async Task IdentifyAsync(OAuthCreatingTicketContext context, OAuthSettings provider)
    {
        var ct = context.HttpContext.RequestAborted;
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.UserInformationEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new("dashboard", null));
        using var response = await context.Backchannel.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
            throw new AuthenticationFailureException($"The provider's user information endpoint answered {(int)response.StatusCode}.");
        using var about = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
        if (Text(about.RootElement, provider.SubjectClaim) is not { } subject)
            throw new AuthenticationFailureException($"The provider's answer has no '{provider.SubjectClaim}'.");
        var signedIn = await context.HttpContext.RequestServices.GetRequiredService<SignIn>().ByProviderAsync(provider.Name, subject, Text(about.RootElement, provider.NameClaim) ?? subject, provider.DefaultRole, ct);
        if (signedIn.Error is { } error)
            throw new AuthenticationFailureException(error.Message);
        context.Principal = new ClaimsPrincipal(SignInEndpoints.Identity(ActorKind.Person, signedIn.Value.PersonId, signedIn.Value.Name, signedIn.Value.Stamp));
        context.Properties.IsPersistent = true;
    }

    /// <summary>Providers write ids as text or as numbers.</summary>
    private static string? Text(JsonElement about, string claim) => about.ValueKind == JsonValueKind.Object && about.TryGetProperty(claim, out var value) ? value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    } : null;

    [LoggerMessage(LogLevel.Warning, "A sign-in by the provider failed: {Reason}")]
    private static partial void LogFailure(ILogger logger, string reason);
}
