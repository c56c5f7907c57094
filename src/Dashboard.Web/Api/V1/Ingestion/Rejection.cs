using Dashboard.Core.Monitoring;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>An item that was not taken, and why.</summary>
/// <param name="Index">Its position in the body, from 0.</param>
public sealed record Rejection(long Index, string Field, string? Value, string Expected);

/// <summary>Rejected items: all counted, also for the model's data quality, the first hundred described.</summary>
/// <param name="quality">Null: they say nothing of the model's data in production.</param>
internal sealed class Rejections(QualityCounters? quality, int modelId, QualityKind kind, DateTimeOffset arrivedAt)
{
    private const int MostDescribed = 100;

    private readonly List<Rejection> described = [];

    public long Count { get; private set; }

    public IReadOnlyList<Rejection> Described => described;

    /// <summary>The rest of the body cannot be read.</summary>
    public void AddUnreadable() => quality?.Count(modelId, arrivedAt, kind, "body");

    public void Add(long index, ItemFault fault)
    {
        Count++;
        quality?.Count(modelId, arrivedAt, kind, fault.Field);
        if (described.Count < MostDescribed)
            described.Add(new(index, fault.Field, fault.Value is null ? null : Core.Error.Shorten(fault.Value), fault.Expected));
    }
}

/// <summary>What is wrong with one item.</summary>
internal sealed record ItemFault(string Field, string? Value, string Expected);
