using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Nodes;

/// <summary>The last orders on disk, so that a node that starts while the control room is gone answers as it did. It holds hashes of tokens and is for the host's own user.</summary>
internal sealed class OrdersFile(DataDirectory directory)
{
    private readonly string path = Path.Combine(directory.Root, "node-orders.json");

    /// <summary>Null: there are none, or none that can be read.</summary>
    public NodeOrders? Read()
    {
        try
        {
            return File.Exists(path) ? CanonicalJson.Deserialize<NodeOrders>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            // They come anew from the control room.
            return null;
        }
    }

    public void Write(NodeOrders orders) => SecretFile.Write(path, CanonicalJson.Serialize(orders), SecretFile.OwnerOnly, overwrite: true);
}
