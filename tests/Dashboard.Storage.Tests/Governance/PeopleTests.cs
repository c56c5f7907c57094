using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Governance;

public sealed class PeopleTests : IAsyncLifetime
{
    private const string Password = "correct horse battery staple";

    private TestInstallation installation = null!;

    private PeopleStore People => installation.Get<PeopleStore>();
    private TokenStore Tokens => installation.Get<TokenStore>();
    private AccessDirectory Directory => installation.Get<AccessDirectory>();
    private SignIn SignIn => installation.Get<SignIn>();

    public async Task InitializeAsync()
    {
        installation = await TestInstallation.StartAsync();
        foreach (var model in (string[])["flights", "prices"])
            await installation.Get<ModelRegistry>().CreateAsync(model, new(), "test", isDemo: false, default);
    }

    public async Task DisposeAsync() => await installation.DisposeAsync();

    [Theory]
    [InlineData("policy")]
    [InlineData("Demonstration")]
    [InlineData("host")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Nobody_is_called_like_what_acts_by_itself_or_longer_than_a_line(string name)
    {
        var refused = Assert.IsType<InvalidValue>((await People.CreateAsync(new(name, Password, Role.Viewer, new Dictionary<string, Role>()), "test", default)).Error);

        Assert.Equal(("name", name), (refused.Field, refused.Value));
    }

    [Fact]
    public async Task Whoever_a_provider_vouches_for_gets_a_name_that_is_free_whatever_the_provider_is_called()
    {
        Assert.Null((await People.CreateAsync(new("mia", Password, Role.Viewer, new Dictionary<string, Role>()), "test", default)).Error);
        var names = new List<string>();
        foreach (var (subject, name) in ((string, string)[])[("1", "mia"), ("2", "mia"), ("3", "policy"), ("4", "Zoë Blum"), ("5", new string('x', 300)), ("6", new string('x', 300))])
            names.Add((await SignIn.ByProviderAsync("the provider", subject, name, Role.Viewer, default)).Value.Name);

        Assert.Equal(["mia@the-provider", "mia-2@the-provider", "policy@the-provider", "Zo--Blum", new string('x', 60), new string('x', 47) + "@the-provider"], names);
        Assert.Equal("mia@the-provider", (await SignIn.ByProviderAsync("the provider", "1", "mia", Role.Viewer, default)).Value.Name);
    }

    [Fact]
    public async Task Somebody_signs_in_with_their_password_and_has_the_roles_of_now()
    {
        var mia = await AddAsync("mia", Role.Viewer, ("flights", Role.Approver));

        var signedIn = (await SignIn.ByPasswordAsync("MIA", Password, default)).Value;

        Assert.Equal((mia.Id, "mia"), (signedIn.PersonId, signedIn.Name));
        var actor = Directory.Person(mia.Id, signedIn.Stamp)!;
        Assert.Equal((Role.Approver, Role.Viewer), (actor.On("flights"), actor.On("prices")));
        await People.ChangeAsync(mia.Id, Role.Contributor, new Dictionary<string, Role>(), enabled: true, "root", default);
        Assert.Equal(Role.Contributor, Directory.Person(mia.Id, signedIn.Stamp)!.On("flights"));
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_get_the_same_answer_and_five_lock_the_account()
    {
        await AddAsync("mia", Role.Viewer);

        Assert.Equal(new SignInRefused(), (await SignIn.ByPasswordAsync("nobody", Password, default)).Error);
        for (var i = 0; i < 4; i++)
            Assert.Equal(new SignInRefused(), (await SignIn.ByPasswordAsync("mia", "wrong", default)).Error);
        Assert.Equal(new LockedOut(), (await SignIn.ByPasswordAsync("mia", "wrong", default)).Error);
        Assert.Equal(new LockedOut(), (await SignIn.ByPasswordAsync("mia", Password, default)).Error);
        var locked = Assert.Single(await People.ListAsync(default));
        Assert.True(locked.IsLockedOut);

        Assert.False((await People.SetPasswordAsync(locked.Id, null, $"new {Password}", "root", default)).Value.IsLockedOut);
        Assert.True((await SignIn.ByPasswordAsync("mia", $"new {Password}", default)).IsSuccess);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task A_weak_password_is_refused_and_not_repeated(string password)
    {
        var error = (await People.CreateAsync(new("mia", password, Role.Viewer, new Dictionary<string, Role>()), "test", default)).Error!;

        Assert.Equal((ErrorKind.Invalid, "password"), (error.Kind, error.Field));
        Assert.DoesNotContain(password, error.Message, StringComparison.Ordinal);
        Assert.Empty(await People.ListAsync(default));
    }

    [Fact]
    public async Task A_name_is_given_once_and_a_grant_needs_a_model()
    {
        await AddAsync("mia", Role.Viewer);

        Assert.Equal("name", (await People.CreateAsync(new("Mia", Password, null, new Dictionary<string, Role>()), "test", default)).Error!.Field);
        Assert.Equal(ErrorKind.NotFound, (await People.CreateAsync(new("leo", Password, null, new Dictionary<string, Role> { ["unknown"] = Role.Viewer }), "test", default)).Error!.Kind);
    }

    [Fact]
    public async Task Another_password_and_a_disabled_account_end_what_was_signed_in_before()
    {
        await AddAsync("root", Role.Administrator);
        var mia = await AddAsync("mia", Role.Viewer);
        var before = (await SignIn.ByPasswordAsync("mia", Password, default)).Value;

        Assert.Equal(new WrongPassword(), (await People.SetPasswordAsync(mia.Id, "not it at all", "another good password", "mia", default)).Error);
        Assert.True((await People.SetPasswordAsync(mia.Id, Password, "another good password", "mia", default)).IsSuccess);
        Assert.Null(Directory.Person(mia.Id, before.Stamp));

        var after = (await SignIn.ByPasswordAsync("mia", "another good password", default)).Value;
        Assert.NotNull(Directory.Person(mia.Id, after.Stamp));
        await People.ChangeAsync(mia.Id, Role.Viewer, new Dictionary<string, Role>(), enabled: false, "root", default);
        Assert.Null(Directory.Person(mia.Id, after.Stamp));
        Assert.Equal(new SignInRefused(), (await SignIn.ByPasswordAsync("mia", "another good password", default)).Error);
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        var root = await AddAsync("root", Role.Administrator);

        Assert.Equal(new LastAdministrator("root"), (await People.ChangeAsync(root.Id, Role.Viewer, new Dictionary<string, Role>(), enabled: true, "root", default)).Error);
        Assert.Equal(new LastAdministrator("root"), (await People.ChangeAsync(root.Id, Role.Administrator, new Dictionary<string, Role>(), enabled: false, "root", default)).Error);
        Assert.Equal(new LastAdministrator("root"), (await People.DeleteAsync(root.Id, "root", default)).Error);
        Assert.Equal(Role.Administrator, Assert.Single(await People.ListAsync(default)).Role);
        await AddAsync("second", Role.Administrator);
        Assert.True((await People.DeleteAsync(root.Id, "root", default)).IsSuccess);
    }

    [Fact]
    public async Task A_role_on_a_model_goes_with_the_model()
    {
        var mia = await AddAsync("mia", null, ("flights", Role.Approver));

        await installation.Get<ModelRegistry>().DeleteAsync("flights", "test", default);
        await installation.Get<ModelRegistry>().CreateAsync("flights", new(), "test", isDemo: false, default);

        Assert.Empty((await People.FindAsync(mia.Id, default)).Value.Models);
    }

    [Fact]
    public async Task A_token_works_within_its_scope_until_it_ends_and_its_secret_is_nowhere()
    {
        var mia = await AddAsync("mia", Role.Approver);
        var made = (await Tokens.CreateAsync(mia.Id, new("ci", Role.Contributor, ["flights"], null), default)).Value;

        Assert.Matches("^dbt_[A-Za-z0-9_-]{43}$", made.Secret);
        var actor = Directory.Token(made.Secret)!;
        Assert.Equal((ActorKind.Token, "mia (ci)", mia.Id), (actor.Kind, actor.Name, actor.PersonId));
        Assert.Equal((Role.Contributor, null), (actor.On("flights"), actor.On("prices")));
        Assert.Null(Directory.Token(made.Secret[..^1] + (made.Secret[^1] == 'A' ? 'B' : 'A')));
        await Directory.WriteSeenAsync(default);
        var used = Assert.Single(await Tokens.ListAsync(mia.Id, default)).LastUsedAt!.Value;
        Assert.Equal(0, used.UtcTicks % TimeSpan.TicksPerMinute);

        await using (var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            var stored = await db.ApiTokens.SingleAsync();
            Assert.DoesNotContain(made.Secret[14..], stored.Hash + stored.Start, StringComparison.Ordinal);
        }

        Assert.True((await Tokens.RevokeAsync(made.Token.Id, mia.Id, "root", default)).IsSuccess);
        Assert.Null(Directory.Token(made.Secret));
    }

    [Fact]
    public async Task A_token_ends_with_its_time_with_its_owners_role_and_with_its_owner()
    {
        await AddAsync("root", Role.Administrator);
        var mia = await AddAsync("mia", Role.Approver);
        Assert.Equal("expiresAt", (await Tokens.CreateAsync(mia.Id, new("old", Role.Viewer, null, DateTimeOffset.UtcNow.AddMinutes(-1)), default)).Error!.Field);
        var secret = (await Tokens.CreateAsync(mia.Id, new("short", Role.Administrator, null, DateTimeOffset.UtcNow.AddDays(1)), default)).Value.Secret;
        await using (var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
            await db.ApiTokens.ExecuteUpdateAsync(set => set.SetProperty(t => t.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)));
        await Directory.ReloadAsync(default);
        Assert.Null(Directory.Token(secret));

        var lasting = (await Tokens.CreateAsync(mia.Id, new("lasting", Role.Administrator, null, null), default)).Value.Secret;
        Assert.Equal(Role.Approver, Directory.Token(lasting)!.Everywhere);
        await People.ChangeAsync(mia.Id, Role.Viewer, new Dictionary<string, Role>(), enabled: true, "root", default);
        Assert.Equal(Role.Viewer, Directory.Token(lasting)!.Everywhere);
        await People.DeleteAsync(mia.Id, "root", default);
        Assert.Null(Directory.Token(lasting));
    }

    [Fact]
    public async Task The_bootstrap_token_is_taken_once()
    {
        Assert.True(await Tokens.BootstrapAsync("dbt_first-secret-of-automation", default));
        Assert.False(await Tokens.BootstrapAsync("dbt_another-secret-of-somebody", default));

        Assert.Equal(Role.Administrator, Directory.Token("dbt_first-secret-of-automation")!.Everywhere);
        Assert.Null(Directory.Token("dbt_another-secret-of-somebody"));
    }

    [Fact]
    public async Task A_link_works_once_and_the_first_administrator_is_made_once()
    {
        var links = installation.Get<SignInLinks>();
        var code = await links.CreateAsync(null, default);

        Assert.Equal("password", (await SignIn.FirstAdministratorAsync(code, "root", "short", default)).Error!.Field);
        Assert.True(await links.IsOpenAsync(code, default));
        Assert.Equal("root", (await SignIn.FirstAdministratorAsync(code, "root", Password, default)).Value.Name);
        Assert.False(await links.IsOpenAsync(code, default));
        Assert.Equal(ErrorKind.Conflict, (await SignIn.FirstAdministratorAsync(code, "second", Password, default)).Error!.Kind);
        Assert.Equal(new LinkUsed(), (await SignIn.ByLinkAsync(code, default)).Error);

        var root = Assert.Single(await People.ListAsync(default));
        var signIn = await links.CreateAsync(root.Id, default);
        var both = await Task.WhenAll(SignIn.ByLinkAsync(signIn, default), SignIn.ByLinkAsync(signIn, default));
        Assert.Single(both, result => result.IsSuccess);
    }

    [Fact]
    public async Task A_display_link_watches_its_models_until_it_is_revoked()
    {
        var displays = installation.Get<DisplayLinks>();
        var made = (await displays.CreateAsync("Hall", ["flights"], "root", default)).Value;

        var actor = Directory.Display(made.Secret)!;
        Assert.Equal((ActorKind.Display, Role.Viewer, null), (actor.Kind, actor.On("flights"), actor.On("prices")));
        Assert.NotNull(Directory.Display(made.Display.Id));
        await displays.RevokeAsync(made.Display.Id, "root", default);
        Assert.Null(Directory.Display(made.Secret));
        Assert.Null(Directory.Display(made.Display.Id));
    }

    [Fact]
    public async Task Whoever_a_provider_vouches_for_gets_one_account_and_never_a_local_one_of_the_same_name()
    {
        var local = await AddAsync("mia", Role.Administrator);

        var first = (await SignIn.ByProviderAsync("oauth", "subject-1", "mia", null, default)).Value;
        var again = (await SignIn.ByProviderAsync("oauth", "subject-1", "mia (renamed)", Role.Approver, default)).Value;

        Assert.NotEqual(local.Id, first.PersonId);
        Assert.Equal(first.PersonId, again.PersonId);
        Assert.Null(Directory.Person(first.PersonId, first.Stamp)!.Everywhere);
    }

    private async Task<PersonView> AddAsync(string name, Role? role, params (string Model, Role Role)[] models) =>
        (await People.CreateAsync(new(name, Password, role, models.ToDictionary(grant => grant.Model, grant => grant.Role, StringComparer.Ordinal)), "test", default)).Value;
}
