using System.Net;
using System.Net.Http.Json;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Governance.People;
using Dashboard.Web.People;

namespace Dashboard.Web.Tests.People;

public sealed class SignInTests
{
    [Fact]
    public async Task Somebody_signs_in_looks_and_signs_out()
    {
        await using var team = await Team.StartAsync();
        using var browser = new Browserless(team.Host.BaseAddress);
        Assert.Equal("/sign-in?to=%2Fmodels%3Frange%3D7d", (await browser.Client.GetAsync("/models?range=7d")).Headers.Location!.ToString());

        var answer = await browser.SignInAsync("viewer", Team.Password, "/models?range=7d");

        Assert.Equal((HttpStatusCode.Redirect, "/models?range=7d"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/models")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.GetAsync("/people")).StatusCode);
        await browser.PostAsync("/account", "/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Client.GetAsync("/models")).StatusCode);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    public async Task Signing_in_never_leads_to_another_host(string to)
    {
        await using var team = await Team.StartAsync();
        using var browser = new Browserless(team.Host.BaseAddress);

        Assert.Equal("/", (await browser.SignInAsync("viewer", Team.Password, to)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_from_other_sites()
    {
        await using var team = await Team.StartAsync();
        using var browser = new Browserless(team.Host.BaseAddress);

        var answer = await browser.SignInAsync("viewer", Team.Password);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("dashboard=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var team = await Team.StartAsync();
        using var browser = new Browserless(team.Host.BaseAddress);
        using var form = new FormUrlEncodedContent([new("name", "viewer"), new("password", Team.Password)]);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Client.PostAsync("/sign-in", form)).StatusCode);
        Assert.DoesNotContain(browser.Cookies, cookie => cookie.Name == "dashboard");
    }

    [Fact]
    public async Task Attempts_are_throttled_by_address_and_accounts_are_locked()
    {
        await using var team = await Team.StartAsync("--Dashboard:Authentication:SignInsPerMinute=6");
        using var browser = new Browserless(team.Host.BaseAddress);
        for (var i = 0; i < 4; i++)
            Assert.Equal("/sign-in?fault=refused&to=%2F", (await browser.SignInAsync("viewer", "wrong")).Headers.Location!.ToString());
        Assert.Equal("/sign-in?fault=locked&to=%2F", (await browser.SignInAsync("viewer", "wrong")).Headers.Location!.ToString());
        Assert.Equal("/sign-in?fault=locked&to=%2F", (await browser.SignInAsync("viewer", Team.Password)).Headers.Location!.ToString());

        var throttled = await browser.SignInAsync("approver", Team.Password);

        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (throttled.StatusCode, throttled.Headers.GetValues("Retry-After").Single()));
    }

    [Fact]
    public async Task Pages_and_answers_carry_the_security_headers()
    {
        await using var team = await Team.StartAsync();
        foreach (var path in (string[])["/sign-in", "/api/v1/models", "/css/base.css"])
        {
            using var answer = await team.Host.Client.GetAsync(path);
            Assert.Equal(SecurityHeaders.Policy, answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("SAMEORIGIN", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        }

        Assert.DoesNotContain("unsafe-eval", SecurityHeaders.Policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", SecurityHeaders.Policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_link_makes_one_administrator_and_a_sign_in_link_works_once()
    {
        await using var host = await TestHost.StartAsync("--Dashboard:Authentication:Mode=Accounts");
        using var browser = new Browserless(host.BaseAddress);
        var code = await host.Get<SignInLinks>().CreateAsync(null, default);
        var page = $"/sign-in/first?code={code}";

        var weak = await browser.PostAsync(page, "/sign-in/first", ("code", code), ("name", "root"), ("password", "short"));
        Assert.EndsWith("&fault=password", weak.Headers.Location!.ToString(), StringComparison.Ordinal);
        var made = await browser.PostAsync(page, "/sign-in/first", ("code", code), ("name", "root"), ("password", Team.Password));
        Assert.Equal("/", made.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/people")).StatusCode);
        Assert.DoesNotContain("<form", await host.Client.GetStringAsync(page), StringComparison.Ordinal);

        var link = await host.Get<SignInLinks>().CreateAsync((await host.Get<PeopleStore>().ListAsync(default)).Single().Id, default);
        using var first = new Browserless(host.BaseAddress);
        using var second = new Browserless(host.BaseAddress);
        Assert.Equal("/", (await first.Client.GetAsync($"/sign-in/link?code={link}")).Headers.Location!.ToString());
        Assert.Equal("/sign-in?fault=used", (await second.Client.GetAsync($"/sign-in/link?code={link}")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await first.Client.GetAsync("/people")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await second.Client.GetAsync("/people")).StatusCode);
    }

    [Fact]
    public async Task The_bootstrap_token_administers_from_the_first_start_on()
    {
        var token = Secret.MakeToken();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, token + "\n");
        await using var host = await TestHost.StartAsync("--Dashboard:Authentication:Mode=Accounts", $"--Dashboard:BootstrapToken={file}");
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);

        using var made = await host.Client.PostAsJsonAsync("/api/v1/people", new { name = "mia", password = Team.Password, role = "approver" });

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(Role.Approver, (await host.Get<PeopleStore>().ListAsync(default)).Single().Role);
        File.Delete(file);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_refused_and_what_it_did_carries_its_owners_name()
    {
        await using var team = await Team.StartAsync();
        using var client = team.Client("contributor");
        using (await client.PostAsJsonAsync("/api/v1/models", new { name = "made-by-token" }))
            Assert.Contains(await team.Host.Get<ActivityLog>().ListAsync("made-by-token", 10, null, default), entry => entry.Actor == "contributor (test)");

        var id = (await team.Host.Get<TokenStore>().ListAsync(null, default)).Single(token => token.Owner == "contributor").Id;
        await team.Host.Get<TokenStore>().RevokeAsync(id, null, "root", default);

        using var refused = await client.GetAsync("/api/v1/models");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("invalid_token", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var inQuery = await team.Host.Client.GetAsync($"/api/v1/models?access_token={team.Tokens["viewer"]}");
        Assert.Equal(HttpStatusCode.Unauthorized, inQuery.StatusCode);
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_from_the_next_request_on()
    {
        await using var team = await Team.StartAsync();
        using var browser = new Browserless(team.Host.BaseAddress);
        var mia = await team.AddAsync("mia", Role.Administrator);
        await browser.SignInAsync("mia", Team.Password);
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/people")).StatusCode);

        await team.Host.Get<PeopleStore>().ChangeAsync(mia.Id, Role.Viewer, new Dictionary<string, Role>(), enabled: true, "root", default);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.GetAsync("/people")).StatusCode);
        await team.Host.Get<PeopleStore>().ChangeAsync(mia.Id, Role.Viewer, new Dictionary<string, Role>(), enabled: false, "root", default);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_display_link_opens_the_wall_of_its_models_and_nothing_else()
    {
        await using var team = await Team.StartAsync();
        var made = (await team.Host.Get<DisplayLinks>().CreateAsync("Hall", [Team.Flights], "test", default)).Value;
        using var screen = new Browserless(team.Host.BaseAddress);

        Assert.Equal("/wall?models=flights", (await screen.Client.GetAsync($"/display/{made.Secret}")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await screen.Client.GetAsync("/wall?models=flights")).StatusCode);
        Assert.DoesNotContain(">prices<", await screen.Client.GetStringAsync("/wall"), StringComparison.Ordinal);
        foreach (var path in (string[])["/", "/models/flights", "/api/v1/models", "/api/v1/models/flights", "/people", "/account"])
            Assert.Equal(HttpStatusCode.Forbidden, (await screen.Client.GetAsync(path)).StatusCode);
        await team.Host.Get<DisplayLinks>().RevokeAsync(made.Display.Id, "root", default);
        Assert.Equal(HttpStatusCode.Redirect, (await screen.Client.GetAsync("/wall")).StatusCode);
    }
}
