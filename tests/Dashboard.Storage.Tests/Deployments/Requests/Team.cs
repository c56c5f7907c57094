using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Tests.Deployments.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Deployments.Requests;

/// <summary>Flights with people: ann administers, ben and cem approve, dia contributes; dia trained version 2.</summary>
internal sealed class Team : IAsyncDisposable
{
    public static readonly RolloutPlan Canary = StandardPlans.Of(RolloutStrategy.Canary);

    private readonly Dictionary<string, Actor> actors = new(StringComparer.Ordinal);

    private Team(Flights flights) => Flights = flights;

    public Flights Flights { get; }

    public RequestStore Store => Flights.Installation.Get<RequestStore>();

    public PolicyStore Policies => Flights.Installation.Get<PolicyStore>();

    public Actor this[string name] => actors[name];

    public static async Task<Team> StartAsync()
    {
        var team = new Team(await Flights.StartAsync(3));
        foreach (var (name, role) in ((string, Role)[])[("ann", Role.Administrator), ("abe", Role.Administrator), ("ben", Role.Approver), ("cem", Role.Approver), ("dia", Role.Contributor)])
        {
            var person = (await team.Flights.Installation.Get<PeopleStore>().CreateAsync(new(name, null, role, new Dictionary<string, Role>()), "test", default)).Value;
            team.actors[name] = new Actor(ActorKind.Person, person.Id.ToString(), name, role, new Dictionary<string, Role>()) { PersonId = person.Id };
        }

        await team.MadeByAsync(2, "dia");
        return team;
    }

    /// <summary>Says who brought a version in.</summary>
    public async Task MadeByAsync(int version, string name)
    {
        await using var db = await Flights.Installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        await db.ModelVersions.Where(v => v.Model.Name == "flights" && v.Number == version).ExecuteUpdateAsync(set => set.SetProperty(v => v.CreatedBy, name));
    }

    public async Task<int> ProposeAsync(int version = 2, string by = "dia", RolloutPlan? plan = null) =>
        (await Store.ProposeAsync(new("flights", version, "production", plan ?? Canary, "it is better"), this[by], default)).Value;

    /// <summary>Proposed, and its evidence is there.</summary>
    /// <param name="failed">Checks that failed; the others passed.</param>
    public async Task<int> ReadyAsync(int version = 2, string by = "dia", params string[] failed)
    {
        var id = await ProposeAsync(version, by);
        await GatherAsync(id, failed);
        return id;
    }

    public async Task GatherAsync(int id, params string[] failed) => Assert.Null((await Store.StoreEvidenceAsync(id, Evidence(failed), default)).Error);

    public async Task<RequestDetail> SeeAsync(int id, string by) => (await Store.FindAsync(id, this[by], default)).Value;

    public async Task<Result<int>> ApproveAsync(int id, string by) => await Store.ApproveAsync(id, (await SeeAsync(id, by)).Digest ?? "", "", this[by], default);

    public ValueTask DisposeAsync() => Flights.DisposeAsync();

    private RequestEvidence Evidence(string[] failed) => new(Flights.Time.Now, new string('a', 64), 1, new string('b', 64), null, "nothing", [], VersionChanges.None, null, null, new(1, 1, null, null),
        [.. CheckNames.All.Select(name => failed.Contains(name) ? CheckResult.Failed(name, "no") : CheckResult.Passed(name, "yes"))]);
}
