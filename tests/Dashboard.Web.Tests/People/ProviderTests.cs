using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Dashboard.Web.Tests.People;

/// <summary>Sign-in with a provider, against a small one that speaks OAuth 2 with PKCE.</summary>
public sealed class ProviderTests : IAsyncLifetime
{
    private readonly Dictionary<string, (string Challenge, string Redirect)> codes = new(StringComparer.Ordinal);
    private WebApplication provider = null!;
    private bool answers = true;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        provider = builder.Build();
        provider.MapGet("/authorize", (HttpRequest request) =>
        {
            Assert.Equal(("code", "S256", "client"), (request.Query["response_type"].ToString(), request.Query["code_challenge_method"].ToString(), request.Query["client_id"].ToString()));
            var code = Guid.NewGuid().ToString("N");
            codes[code] = (request.Query["code_challenge"].ToString(), request.Query["redirect_uri"].ToString());
            return Results.Redirect(QueryHelpers.AddQueryString(request.Query["redirect_uri"].ToString(), new Dictionary<string, string?> { ["code"] = code, ["state"] = request.Query["state"] }));
        });
        provider.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var proof = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return codes.Remove(form["code"].ToString(), out var known) && known == (proof, form["redirect_uri"].ToString()) && form["client_secret"] == "hidden"
                ? Results.Json(new { access_token = "for-user-information", token_type = "Bearer" })
                : Results.BadRequest(new { error = "invalid_grant" });
        }).DisableAntiforgery();
        provider.MapGet("/userinfo", (HttpRequest request) => answers && request.Headers.Authorization == "Bearer for-user-information" ? Results.Json(new { sub = "subject-1", preferred_username = "mia" }) : Results.StatusCode(401));
        await provider.StartAsync();
    }

    public async Task DisposeAsync() => await provider.DisposeAsync();

    [Fact]
    public async Task Whoever_the_provider_vouches_for_gets_an_account_and_comes_back_to_it()
    {
        await using var team = await StartAsync("Viewer");
        for (var i = 0; i < 2; i++)
        {
            using var browser = new Browserless(team.Host.BaseAddress);
            Assert.Contains("Sign in with Example", await browser.Client.GetStringAsync("/sign-in"), StringComparison.Ordinal);

            var arrived = await ThroughProviderAsync(browser);

            Assert.Equal("/models", arrived.Headers.Location!.ToString());
            Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/models")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.GetAsync("/people")).StatusCode);
        }

        var mia = Assert.Single(await team.Host.Get<PeopleStore>().ListAsync(default), person => person.Name == "mia");
        Assert.Equal((Role.Viewer, false), (mia.Role, mia.HasPassword));
    }

    [Fact]
    public async Task Without_a_default_role_an_administrator_gives_one()
    {
        await using var team = await StartAsync("");
        using var browser = new Browserless(team.Host.BaseAddress);
        await ThroughProviderAsync(browser);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.GetAsync("/models")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_and_a_provider_that_fails_sign_nobody_in()
    {
        await using var team = await StartAsync("Viewer");
        using var browser = new Browserless(team.Host.BaseAddress);

        Assert.Equal("/sign-in?fault=provider", (await browser.Client.GetAsync("/sign-in/callback?code=made-up&state=made-up")).Headers.Location!.ToString());
        answers = false;
        Assert.Equal("/sign-in?fault=provider", (await ThroughProviderAsync(browser)).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Client.GetAsync("/models")).StatusCode);
    }

    private Task<Team> StartAsync(string role)
    {
        const string section = "--Dashboard:Authentication:OAuth:";
        var address = provider.Urls.First();
        return Team.StartAsync(section + "Name=Example", section + "ClientId=client", section + "ClientSecret=hidden", section + $"AuthorizationEndpoint={address}/authorize",
            section + $"TokenEndpoint={address}/token", section + $"UserInformationEndpoint={address}/userinfo", section + $"DefaultRole={role}");
    }

    /// <summary>Follows the redirects there and back.</summary>
    private static async Task<HttpResponseMessage> ThroughProviderAsync(Browserless browser)
    {
        var asked = await browser.Client.GetAsync("/sign-in/provider?to=/models");
        var vouched = await browser.Client.GetAsync(asked.Headers.Location);
        return await browser.Client.GetAsync(vouched.Headers.Location);
    }
}
