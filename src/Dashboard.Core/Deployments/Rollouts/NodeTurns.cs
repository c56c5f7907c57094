using Dashboard.Core.Deployments.Plans;
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
        weight == TrafficWeight.None ? 0
        : weight == TrafficWeight.All ? nodes
        : Math.Clamp(((weight.Parts * nodes) + TrafficWeight.Whole - 1) / TrafficWeight.Whole, Math.Min(1, nodes), Math.Max(nodes - 1, 0));

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

    /// <summary>The steps that bring a version to one node after the other.</summary>
    /// <param name="nodes">Two or more; beyond <see cref="PlanCheck.MaxSteps"/> + 1 several take their turn together.</param>
    /// <param name="hold">See <see cref="RolloutStep"/>.</param>
    /// <param name="longest">See <see cref="RolloutStep"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two nodes.</exception>
    public static IReadOnlyList<RolloutStep> Steps(int nodes, TimeSpan hold, TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        var steps = Math.Min(nodes - 1, PlanCheck.MaxSteps);
        return [.. Enumerable.Range(1, steps).Select(step => new RolloutStep(TrafficWeight.OfPieces(step, steps + 1), hold, longest))];
    }
}
