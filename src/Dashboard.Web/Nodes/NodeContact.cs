using Dashboard.Web.Hosting;

namespace Dashboard.Web.Nodes;

/// <summary>
/// When the control room last answered this node. A node that is cut off goes on answering by its last orders, and a rollback does not reach it; where that must not be, it says after a while that it is not ready, so that
/// whatever shares callers out among nodes takes it out until the control room is back.
/// </summary>
internal sealed class NodeContact(NodeSettings node, TimeProvider time)
{
    private long heardAt = time.GetTimestamp();

    public void Heard() => Interlocked.Exchange(ref heardAt, time.GetTimestamp());

    /// <summary>Why the node is not ready; null: it heard of the control room lately, or need not.</summary>
    public string? CutOff => node.ReadyFor > TimeSpan.Zero && time.GetElapsedTime(Interlocked.Read(ref heardAt)) is var silent && silent > node.ReadyFor
        ? $"the control room has not answered for {silent.TotalSeconds:0} seconds, and Dashboard:Node:ReadySeconds is {node.ReadyFor.TotalSeconds:0.###}"
        : null;
}
