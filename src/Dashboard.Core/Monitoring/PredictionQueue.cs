using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Dashboard.Core.Monitoring;

/// <summary>
/// What was predicted and waits to be logged. Bounded: when it is full a record is counted as not logged and the request goes on.
/// Writing takes no lock and wakes nobody; the one reader comes by several times a second.
/// </summary>
public sealed class PredictionQueue(int capacity = PredictionQueue.DefaultCapacity)
{
    public const int DefaultCapacity = 65_536;

    private readonly ConcurrentQueue<PredictionRecord> records = new();
    private int count;
    private long notLogged;

    /// <summary>How many more it would take now.</summary>
    public int Free => Math.Max(capacity - Count, 0);

    /// <summary>Records that wait; may exceed the capacity by the number of threads that write at this moment.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Records that found the queue full, since the process started.</summary>
    public long NotLogged => Volatile.Read(ref notLogged);

    /// <summary>Adds a record, or counts it as not logged.</summary>
    public bool TryWrite(PredictionRecord record)
    {
        if (Volatile.Read(ref count) >= capacity)
        {
            Interlocked.Increment(ref notLogged);
            return false;
        }

        Interlocked.Increment(ref count);
        records.Enqueue(record);
        return true;
    }

    /// <summary>Takes the oldest record. For the one reader.</summary>
    public bool TryRead([NotNullWhen(true)] out PredictionRecord? record)
    {
        if (!records.TryDequeue(out record))
            return false;
        Interlocked.Decrement(ref count);
        return true;
    }

    /// <summary>Counts records that were taken but could not be written.</summary>
    public void CountAsNotLogged(int lost) => Interlocked.Add(ref notLogged, lost);
}
