using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting;
using Dashboard.Web.Nodes;
using Dashboard.Web.Tests.Hosting.Rollouts;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Hosting.Nodes;

public sealed class NodeRoutesTests
{
    [Fact]
    public async Task A_rollback_does_not_wait_for_another_version_that_cannot_be_fetched()
    {
        await using var room = await CanaryHost.StartAsync();
        var node = new NodeSettings(new("http://127.0.0.1:9/"), "eu-1", "", "", "", TimeSpan.Zero);
        using var client = new ControlRoomClient(node, room.Host.Get<DataDirectory>(), new(node, TimeProvider.System));
        var router = new Router();
        var routes = new NodeRoutes(client, room.Host.Get<PackageStore>(), router, room.Host.Get<AccessDirectory>(), new PredictionQueue(), TimeProvider.System);
        List<VersionOrder> versions = [];
        foreach (var number in (int[])[1, 2])
        {
            var version = (await room.Host.Get<ModelRegistry>().FindVersionAsync(CanaryHost.Model, $"{number}", default)).Value;
            versions.Add(new(version.Id, number, version.Digest));
        }

        NodeOrders Orders(int champion, int? previous, params VersionOrder[] more) =>
            new NodeOrders("production", [new RouteOrder(1, CanaryHost.Model, champion, previous, null, false, [.. versions, .. more], null).Marked()], []).Marked();
        routes.Follow(Orders(2, 1));
        Assert.Empty(await routes.LoadMissingAsync(default));
        routes.Follow(Orders(2, 1));
        Assert.Equal(2, router.Current.Models[CanaryHost.Model].Champion!.Number);

        routes.Follow(Orders(1, null, new VersionOrder(999, 9, new string('f', 64))));

        Assert.Equal(1, router.Current.Models[CanaryHost.Model].Champion!.Number);
        Assert.Empty(routes.Standing(node, 0).Routes);
        Assert.Equal(9, Assert.Single(await routes.LoadMissingAsync(default)).Version);
        Assert.Contains("Version 9", Assert.Single(routes.Standing(node, 0).Problems), StringComparison.Ordinal);
    }
}
