using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Tests.Registry;
using Microsoft.EntityFrameworkCore;
using Dashboard.Storage.Tests.Monitoring.Alerts;

namespace Dashboard.Storage.Tests.Deployments.Rollouts;

/// <summary>An installation with versions of one model, the first of them champion, and a clock that stands still.</summary>
internal sealed class Flights : IAsyncDisposable
{
    private Flights(TestInstallation installation, SettableTime time) => (Installation, Time) = (installation, time);

    public TestInstallation Installation { get; }

    public SettableTime Time { get; }

    public RolloutStore Store => Installation.Get<RolloutStore>();

    public static async Task<Flights> StartAsync(int versions = 2)
    {
        var time = new SettableTime();
        var flights = new Flights(await ChampionSwitchTests.StartAsync(versions, time: time), time);
        await flights.Installation.Get<ChampionSwitch>().PromoteAsync(new("flights", "ada"), 1, default);
        time.Now += TimeSpan.FromMinutes(1);
        return flights;
    }

    public async Task<Result<RolloutState>> CreateAsync(NewRollout order)
    {
        await using var db = await Installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var made = await Store.CreateAsync(db, order, default);
        if (made.IsSuccess)
            await db.SaveChangesAsync();
        return made;
    }

    public async Task<Guid> DraftAsync(int version, RolloutPlan plan) => (await CreateAsync(new("flights", version, "production", plan, "ada", "better"))).Value.Id;

    /// <summary>Drafted, approved and warm.</summary>
    public async Task<Guid> LiveAsync(int version, RolloutPlan plan)
    {
        var rollout = await DraftAsync(version, plan);
        foreach (var action in (RolloutAction[])[RolloutAction.Submit, RolloutAction.Approve, RolloutAction.Warmed])
            await DoAsync(rollout, action);
        return rollout;
    }

    public async Task DoAsync(Guid rollout, RolloutAction action, string reason = "because")
    {
        var state = (await Store.FindAsync(rollout, default)).Value.State;
        var source = RolloutCommand.AllowedFor(action)[0];
        var done = await Store.ApplyAsync(rollout, new(Guid.NewGuid(), state.Revision, action, source, "ada", reason), default);
        Assert.Null(done.Error);
        Assert.NotNull(done.Value.Transition);
    }

    public async Task<Result<RolloutChange>> TickAsync(Guid rollout) =>
        await Store.TickAsync(rollout, (await Store.FindAsync(rollout, default)).Value.State.Revision, null, null, default);

    public async Task<int> ChampionAsync() => (await Installation.Get<ModelRegistry>().FindVersionAsync("flights", ModelAlias.Champion, default)).Value.Number;

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}
