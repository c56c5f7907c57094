using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Storage;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Web.Tests.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Tests.Hosting.Rollouts;

/// <summary>A real host with the model "constant": version 1 is champion, version 2 as good, version 3 wants an input that no caller sends. It looks at its rollouts ten times a second.</summary>
internal sealed class CanaryHost(TestHost host) : IAsyncDisposable
{
    public const string Model = "constant";

    /// <summary>Half of the traffic for a moment, judged by errors alone.</summary>
    public static readonly RolloutPlan Quick = StandardPlans.Of(RolloutStrategy.Canary) with
    {
        Steps = [new(TrafficWeight.OfPieces(1, 2), TimeSpan.FromSeconds(0.3), TimeSpan.FromMinutes(5))],
        Metrics = [StandardMetrics.Errors with { Margin = 0.2, MinimumSamples = 50 }],
        BakeTime = TimeSpan.FromSeconds(0.3),
    };

    private int asked;

    public TestHost Host => host;

    public RolloutStore Store => host.Get<RolloutStore>();

    public static async Task<CanaryHost> StartAsync(string? directory = null, params string[] settings)
    {
        var canary = await OpenAsync(directory, settings);
        for (var number = 1; number <= 2; number++)
            await ConstantModels.RegisterAsync(canary.Host, Model, number);
        await ConstantModels.RegisterAsync(canary.Host, Model, 3, "other");
        await ConstantModels.PromoteAsync(canary.Host, Model, 1);
        return canary;
    }

    /// <summary>A host in a directory that has the models.</summary>
    public static async Task<CanaryHost> OpenAsync(string? directory, params string[] settings) => new(await TestHost.StartInAsync(directory, ["--Dashboard:Rollouts:LookSeconds=0.1", .. settings]));

    /// <summary>An approved rollout, on its way.</summary>
    public async Task<Guid> RollOutAsync(int version, RolloutPlan plan, string environment = RolloutTarget.Production)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var state = (await Store.CreateAsync(db, new(Model, version, environment, plan, "ada", "better"), default)).Value;
        await db.SaveChangesAsync();
        foreach (var action in (RolloutAction[])[RolloutAction.Submit, RolloutAction.Approve])
            state = (await Store.ApplyAsync(state.Id, new(Guid.NewGuid(), state.Revision, action, CommandSource.Person, "ada"), default)).Value.State;
        return state.Id;
    }

    /// <summary>A request for an entity of its own.</summary>
    /// <returns>The version that answered; 0: refused.</returns>
    public async Task<int> AskAsync(string? entity = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{Model}/infer") { Content = new StringContent(ConstantModels.Request) };
        request.Headers.Add("X-Entity-Key", entity ?? $"person-{Interlocked.Increment(ref asked)}");
        using var response = await host.Client.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.BadRequest)
            return 0;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return int.Parse(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("model_version").GetString()!);
    }

    /// <summary>Asks until the rollout is where it is expected.</summary>
    public async Task<RolloutState> AskUntilAsync(Guid rollout, Func<RolloutState, bool> there)
    {
        for (var i = 0; i < 20_000; i++)
        {
            for (var k = 0; k < 10; k++)
                await AskAsync();
            var state = await StateAsync(rollout);
            if (there(state))
                return state;
            Assert.False(state.IsTerminal, $"{state.Phase}: {state.Reason}");
        }

        throw new InvalidOperationException($"The rollout is {(await StateAsync(rollout)).Phase}.");
    }

    /// <summary>Waits, without asking anything, until the rollout is where it is expected, and requests are shared out or copied as that says: what is stored comes into force a moment later.</summary>
    public async Task<RolloutState> WaitUntilAsync(Guid rollout, Func<RolloutState, bool> there)
    {
        for (var i = 0; i < 3600; i++)
        {
            var found = (await Store.FindAsync(rollout, default)).Value;
            if (there(found.State) && IsInForce(found))
                return found.State;
            await Task.Delay(50);
        }

        var last = await StateAsync(rollout);
        throw new InvalidOperationException($"The rollout is {last.Phase}: {last.Reason}");
    }

    private bool IsInForce(RolloutView rollout) => rollout.State.Phase is not (RolloutPhase.Step or RolloutPhase.Shadow)
        || (host.Get<ServingEnvironments>().Find(rollout.Environment)!.Router.Current.Models.GetValueOrDefault(Model)?.Split is { } split && split.Rollout == rollout.State.Id && split.Stage == rollout.State.Stage);

    public async Task<RolloutState> StateAsync(Guid rollout) => (await Store.FindAsync(rollout, default)).Value.State;

    /// <summary>Gives a command over HTTP at the present revision.</summary>
    public async Task<HttpResponseMessage> CommandAsync(Guid rollout, string command, string? reason = null, long? revision = null) =>
        await host.Client.PostAsJsonAsync($"/api/v1/models/{Model}/rollouts/{rollout}/{command}", new { revision = revision ?? (await StateAsync(rollout)).Revision, reason });

    public async Task<int> ChampionAsync() => (await host.Get<ModelRegistry>().FindVersionAsync(Model, ModelAlias.Champion, default)).Value.Number;

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
