using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>
/// Which nodes have the new version while it is rolled out node after node. Nodes take their turn in the order of their names, and a step's weight is the share of them that has had it, rounded up: at
/// least one, and never all, since the comparison needs both versions' concurrent traffic.
/// </summary>
public static class NodeTurns
{
    /// <summary>How many nodes have the new version at a weight.</summary>
    /// <param name="nodes">How many there are, 0 or more.</param>
    public static int Count(TrafficWeight weight, int nodes) =>
        weight == TrafficWeight.All ? nodes
        // One alone cannot have both.
        : weight == TrafficWeight.None || nodes < 2 ? 0
        : Math.Clamp(((weight.Parts * nodes) + TrafficWeight.Whole - 1) / TrafficWeight.Whole, 1, nodes - 1);

    /// <summary>The nodes in the order of their turns.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> nodes) => [.. nodes.Order(StringComparer.Ordinal)];

    /// <summary>Whether a node has the new version.</summary>
    /// <param name="nodes">All nodes of the environment, in the order of their turns; a node that is not among them has it last.</param>
    public static bool HasNew(TrafficWeight weight, IReadOnlyList<string> nodes, string node)
    {
        for (var i = 0; i < nodes.Count; i++)
            if (nodes[i] == node)
                return i < Count(weight, nodes.Count);
        return weight == TrafficWeight.All;
    }
}
