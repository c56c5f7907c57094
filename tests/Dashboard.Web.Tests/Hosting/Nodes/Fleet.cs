using System.Net;
using System.Text.Json;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Tests.Hosting.Rollouts;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>A control room with the models of <see cref="CanaryHost"/>, and real nodes that follow it, each a host of its own with a folder of its own.</summary>
internal sealed class Fleet(CanaryHost room) : IAsyncDisposable
{
    private readonly Dictionary<string, TestHost> nodes = [];
    private int asked;

    /// <summary>One node after the other, each for a moment, judged by errors alone.</summary>
    public static RolloutPlan Rolling(int nodes) => CanaryHost.Quick with
    {
        Strategy = RolloutStrategy.Rolling, AutomaticPromotion = true,
        Steps = [.. StandardPlans.Of(RolloutStrategy.Rolling, null, nodes).Steps.Select(step => step with { Hold = TimeSpan.FromSeconds(0.3), Longest = TimeSpan.FromMinutes(5) })],
    };

    public CanaryHost Room => room;

    public NodeDirectory Directory => room.Host.Get<NodeDirectory>();

    public static async Task<Fleet> StartAsync(string[] nodes, params string[] settings)
    {
        var fleet = new Fleet(await CanaryHost.StartAsync(null, settings));
        foreach (var node in nodes)
            await fleet.AddAsync(node);
        return fleet;
    }

    /// <summary>Starts a node and waits until it does what it is to do.</summary>
    /// <param name="place">environment/name, or a name.</param>
    public async Task<TestHost> AddAsync(string place, string? directory = null, params string[] settings)
    {
        var name = place.Split('/')[^1];
        nodes[name] = await TestHost.StartInAsync(directory, [$"--Dashboard:Node:ControlRoom={room.Host.BaseAddress}", $"--Dashboard:Node:Name={name}", .. place.Contains('/') ? [$"--Dashboard:Node:Environment={place.Split('/')[0]}"] : Array.Empty<string>(), .. settings]);
        await UntilAsync(() => StateOf(name) == NodeState.Current, () => $"{name} is {StateOf(name)}");
        return nodes[name];
    }

    public Task<string> AddressAsync(string name) => Task.FromResult(nodes[name].BaseAddress.ToString());

    public NodeState? StateOf(string name) => Directory.Read().FirstOrDefault(reading => reading.Node.Name == name)?.State;

    public async Task StopAsync(string name)
    {
        if (nodes.Remove(name, out var node))
            await node.DisposeAsync();
    }

    /// <summary>A request to a node for an entity of its own.</summary>
    /// <returns>The version that answered; 0: refused.</returns>
    public async Task<int> AskAsync(string name, string? entity = null, string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{CanaryHost.Model}/infer")
        {
            Content = new StringContent(id is null ? ConstantModels.Request : ConstantModels.Request.Replace("{\"inputs\"", $"{{\"id\":\"{id}\",\"inputs\"", StringComparison.Ordinal)),
        };
        request.Headers.Add("X-Entity-Key", entity ?? $"person-{Interlocked.Increment(ref asked)}");
        using var response = await (name == "control-room" ? room.Host : nodes[name]).Client.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.BadRequest)
            return 0;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return int.Parse(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("model_version").GetString()!);
    }

    /// <summary>Asks every node until the rollout is where it is expected.</summary>
    /// <param name="seen">What each answer came from, and when.</param>
    public async Task<RolloutState> AskUntilAsync(Guid rollout, IReadOnlyList<string> askedNodes, Func<RolloutState, bool> there, Action<RolloutState, string, int>? seen = null)
    {
        for (var i = 0; i < 20_000; i++)
        {
            var before = await room.StateAsync(rollout);
            foreach (var node in askedNodes)
                for (var k = 0; k < 5; k++)
                {
                    var version = await AskAsync(node);
                    seen?.Invoke(before, node, version);
                }

            var state = await room.StateAsync(rollout);
            if (there(state))
                return state;
            Assert.False(state.IsTerminal, $"{state.Phase}: {state.Reason}");
        }

        throw new InvalidOperationException($"The rollout is {(await room.StateAsync(rollout)).Phase}.");
    }

    public static async Task UntilAsync(Func<bool> isSo, Func<string> otherwise)
    {
        for (var i = 0; i < 3600; i++)
        {
            if (isSo())
                return;
            await Task.Delay(50);
        }

        throw new InvalidOperationException(otherwise());
    }

    public static Task UntilAsync(Func<Task<bool>> isSo, string otherwise) => UntilAsync(isSo, () => otherwise);

    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> otherwise)
    {
        for (var i = 0; i < 3600; i++)
        {
            if (await isSo())
                return;
            await Task.Delay(50);
        }

        throw new InvalidOperationException(otherwise());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Values)
            await node.DisposeAsync();
        await room.DisposeAsync();
    }
}
