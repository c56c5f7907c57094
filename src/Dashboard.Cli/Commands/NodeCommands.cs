using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Cli.Tables;
using Dashboard.Storage.Deployments.Rollouts;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard node …</c>: the hosts that serve beside a control room.</summary>
internal static class NodeCommands
{
    private const string Why = "Nodes follow a running host";

    public static Command All() => new("node", "Serving nodes of a running host.") { Add(), List(), Remove() };

    private static Command Add()
    {
        var name = Name();
        var environment = new Option<string>("--environment") { Description = "Which environment it serves.", DefaultValueFactory = _ => RolloutTarget.Production };
        var command = new Command("add", "Add a node. Its key is printed once.") { name, environment };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.AddNodeAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(environment), ct), (added, text) =>
        {
            text.WriteLine($"Node {added.Node.Name} is added to {added.Node.Environment}. On its machine start the host with");
            text.WriteLine($"  Dashboard__Node__ControlRoom={host.Place} Dashboard__Node__Name={added.Node.Name} Dashboard__Node__Key={added.Key}");
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List nodes and how they stand.");
        command.Asks(Why, async (host, _, outcome, ct) => outcome.Of(await host.NodesAsync(ct), (nodes, text) =>
        {
            if (nodes.Length == 0)
            {
                text.WriteLine($"No nodes beside {host.Place}.");
                return;
            }

            var grid = new Grid("NODE", "ENVIRONMENT", "STATE", ">REQUESTS/S", ">FAILED", "PROBLEM");
            foreach (var node in nodes)
                grid.Add(node.Name, node.Environment, node.State, $"{node.RequestsPerSecond:0.0}", $"{node.Failed}", node.Problems is [var problem, ..] ? problem : "");
            grid.WriteTo(text);
        }));
        return command;
    }

    private static Command Remove()
    {
        var name = Name();
        var command = new Command("remove", "Remove a node: its key is worth nothing any more.") { name };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.RemoveNodeAsync(parsed.GetRequiredValue(name), ct), (removed, text) => text.WriteLine($"Node {removed.Name} is removed.")));
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "Name of the node." };
}
