namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>An item that was not taken, and why.</summary>
/// <param name="Index">Its position in the body, from 0.</param>
public sealed record Rejection(long Index, string Field, string? Value, string Expected);

/// <summary>Rejected items: all counted, the first hundred described.</summary>
internal sealed class Rejections
{
    private const int MostDescribed = 100;

    private readonly List<Rejection> described = [];

    public long Count { get; private set; }

    public IReadOnlyList<Rejection> Described => described;

    public void Add(long index, ItemFault fault)
    {
        Count++;
        if (described.Count < MostDescribed)
            described.Add(new(index, fault.Field, fault.Value is null ? null : Core.Error.Shorten(fault.Value), fault.Expected));
    }
}

/// <summary>What is wrong with one item.</summary>
internal sealed record ItemFault(string Field, string? Value, string Expected);
