using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Nodes;

namespace Dashboard.Web.Components.Pages.Environments;

/// <summary>How nodes are shown.</summary>
internal static class NodeDisplay
{
    public static (StateKind Kind, string Word, string Icon) Of(NodeState state) => state switch
    {
        NodeState.Current => (StateKind.Ok, "As ordered", "check"),
        NodeState.Behind => (StateKind.Warn, "Catching up", "clock"),
        NodeState.Silent => (StateKind.Bad, "Silent", "bad"),
        _ => (StateKind.None, "Not heard of", "none"),
    };
}
