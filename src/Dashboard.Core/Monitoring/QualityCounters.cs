using System.Collections.Concurrent;

namespace Dashboard.Core.Monitoring;

/// <summary>What can be wrong with what comes in. Predictions that were refused are told apart by what was wrong with them.</summary>
public enum QualityKind
{
    /// <summary>An observation whose id had come before.</summary>
    Duplicate,

    /// <summary>An observation that was not taken; the subject is the field at fault.</summary>
    ObservationRejected,

    /// <summary>Ground truth that was not taken; the subject is the field at fault.</summary>
    GroundTruthRejected,

    /// <summary>A prediction request whose field had a value of the wrong type or form.</summary>
    WrongType,

    /// <summary>A prediction request without a field that it needs.</summary>
    MissingField,

    /// <summary>A prediction request whose value lies outside what its type can hold.</summary>
    OutOfRange,

    /// <summary>A prediction request with a field that the model does not have.</summary>
    UnknownField,

    /// <summary>A prediction request that could not be read, or is too large.</summary>
    Malformed,
}

/// <summary>
/// Counts faults by hour of arrival while they happen. Taking note of one looks up two references and increments one number, without a lock; the writer takes what has been counted
/// several times a second. Names come from callers: a model has at most <see cref="MostSubjects"/> in an hour, others are counted together as <see cref="OtherSubjects"/>.
/// </summary>
public sealed class QualityCounters
{
    /// <summary>Most names of one model in an hour.</summary>
    public const int MostSubjects = 200;

    /// <summary>Stands for all names beyond <see cref="MostSubjects"/>.</summary>
    public const string OtherSubjects = "…";

    private const int MostNameLength = 100;

    /// <summary>An hour is forgotten this long after it ended: nobody can still be counting into it.</summary>
    private static readonly long KeepTicks = TimeSpan.FromMinutes(2).Ticks;

    private readonly ConcurrentDictionary<(int Model, long Hour), Slot> slots = new();

    /// <summary>Takes note of a fault.</summary>
    /// <param name="modelId">A registered model.</param>
    /// <param name="at">When it arrived.</param>
    /// <param name="subject">The field at fault; shortened where it is long.</param>
    public void Count(int modelId, DateTimeOffset at, QualityKind kind, string subject, long times = 1)
    {
        if (subject.Length > MostNameLength)
            subject = string.Concat(subject.AsSpan(0, MostNameLength - 1), OtherSubjects);
        slots.GetOrAdd((modelId, at.UtcTicks / TimeSpan.TicksPerHour), static _ => new()).Count(kind, subject, times);
    }

    /// <summary>Takes what was counted since the last call. For the one writer.</summary>
    public IReadOnlyList<QualityCount> Take(DateTimeOffset now)
    {
        if (slots.IsEmpty)
            return [];
        var taken = new List<QualityCount>();
        foreach (var (key, slot) in slots)
        {
            var start = new DateTimeOffset(key.Hour * TimeSpan.TicksPerHour, TimeSpan.Zero);
            var before = taken.Count;
            slot.Take(key.Model, start, taken);
            if (taken.Count == before && now.UtcTicks - start.UtcTicks - TimeSpan.TicksPerHour > KeepTicks)
                slots.TryRemove(key, out _);
        }

        return taken;
    }

    private sealed class Slot
    {
        private readonly ConcurrentDictionary<(QualityKind Kind, string Subject), Counter> counters = new();
        private int names;

        public void Count(QualityKind kind, string subject, long times)
        {
            if (!counters.TryGetValue((kind, subject), out var counter))
            {
                // Several threads at once may exceed the limit by their number.
                var isFull = Volatile.Read(ref names) >= MostSubjects;
                counter = counters.GetOrAdd((kind, isFull ? OtherSubjects : subject), static _ => new());
                if (!isFull)
                    Interlocked.Increment(ref names);
            }

            Interlocked.Add(ref counter.Value, times);
        }

        public void Take(int model, DateTimeOffset start, List<QualityCount> taken)
        {
            foreach (var ((kind, subject), counter) in counters)
                if (Interlocked.Exchange(ref counter.Value, 0) is var count && count > 0)
                    taken.Add(new(model, start, kind, subject, count));
        }
    }

    private sealed class Counter
    {
        public long Value;
    }
}

/// <summary>Faults of one kind in one hour of arrival.</summary>
/// <param name="Subject">The field at fault.</param>
public sealed record QualityCount(int ModelId, DateTimeOffset Start, QualityKind Kind, string Subject, long Count);
