using System.Collections.Concurrent;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Counting;

/// <summary>
/// How many different entities went to each version: the first <see cref="Most"/> that come, told apart by 64 bits of their key's hash (at that many two are taken for one with a probability of
/// 2·10⁻⁹), later ones not at all. The mismatch test may stop whenever it likes as long as what it counts does not depend on the version, and who comes first does not; at so many it sees a split
/// that is off by a few tenths of a percentage point. For any number of threads; about 8 MB when full.
/// </summary>
internal sealed class EntityTally
{
    public const int Most = 1 << 18;

    private const int Shards = 16;

    private readonly HashSet<ulong>[] seen = [.. Enumerable.Range(0, Shards).Select(_ => new HashSet<ulong>())];
    private readonly long[] counts = new long[2];
    private int total;
    private ConcurrentQueue<(Arm Arm, ulong Entity)>? fresh;

    /// <summary>From now on new entities are kept for <see cref="TakeNew"/> as well.</summary>
    public void KeepNew() => fresh ??= new();

    /// <summary>Entities that were new since the last call. For one reader.</summary>
    public IEnumerable<(Arm Arm, ulong Entity)> TakeNew()
    {
        while (fresh is { } kept && kept.TryDequeue(out var one))
            yield return one;
    }

    /// <summary>Counts an entity where it is new.</summary>
    public void Add(Arm arm, ulong entity)
    {
        if (Volatile.Read(ref total) >= Most)
            return;
        var shard = seen[entity >> 60];
        lock (shard)
        {
            if (!shard.Add(entity))
                return;
        }

        Interlocked.Increment(ref total);
        Interlocked.Increment(ref counts[(int)arm]);
        fresh?.Enqueue((arm, entity));
    }

    public long Of(Arm arm) => Interlocked.Read(ref counts[(int)arm]);
}
