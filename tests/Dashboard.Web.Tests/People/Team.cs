using System.Net.Http.Headers;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Tests.People;

/// <summary>A host with accounts, two models without versions, and somebody of every role with a token.</summary>
internal sealed class Team : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public const string Flights = "flights", Prices = "prices";

    private Team(TestHost host) => Host = host;

    public TestHost Host { get; }

    /// <summary>Tokens by role; null: somebody without a role.</summary>
    public Dictionary<string, string> Tokens { get; } = new(StringComparer.Ordinal);

    public static async Task<Team> StartAsync(params string[] settings)
    {
        var team = new Team(await TestHost.StartAsync(["--Dashboard:Authentication:Mode=Accounts", "--Dashboard:Authentication:SignInsPerMinute=1000", .. settings]));
        foreach (var model in (string[])[Flights, Prices])
            await team.Host.Get<ModelRegistry>().CreateAsync(model, new(), "test", isDemo: false, default);
        foreach (var role in (Role?[])[null, .. Enum.GetValues<Role>()])
            await team.AddAsync(role?.ToString().ToLowerInvariant() ?? "nothing", role);
        await team.AddAsync("flights-approver", null, (Flights, Role.Approver));
        return team;
    }

    /// <summary>A client with somebody's token; null: with none.</summary>
    public HttpClient Client(string? name)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Host.BaseAddress, Timeout = TimeSpan.FromMinutes(5) };
        if (name is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens[name]);
        return client;
    }

    public async Task<PersonView> AddAsync(string name, Role? role, params (string Model, Role Role)[] models)
    {
        var person = (await Host.Get<PeopleStore>().CreateAsync(new(name, Password, role, models.ToDictionary(grant => grant.Model, grant => grant.Role, StringComparer.Ordinal)), "test", default)).Value;
        Tokens[name] = (await Host.Get<TokenStore>().CreateAsync(person.Id, new("test", Role.Administrator, null, null), default)).Value.Secret;
        return person;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
