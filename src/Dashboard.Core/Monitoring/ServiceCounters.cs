using System.Collections.Concurrent;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Monitoring;

/// <summary>
/// Counts requests, errors and latencies by arrival time while they happen. The request path looks up two references and increments one number;
/// the writer takes what has been counted several times a second.
/// </summary>
public sealed class ServiceCounters
{
    /// <summary>The finest window of the service's clock.</summary>
    public const int SlotSeconds = 5;

    /// <summary>Names of models that do not exist come from callers; beyond this many they are counted under <see cref="OtherModels"/>.</summary>
    private const int MostModels = 1000;

    public const string OtherModels = "";

    private static readonly long SlotTicks = TimeSpan.FromSeconds(SlotSeconds).Ticks;

    /// <summary>A slot is forgotten this long after it ended: nobody can still be counting into it.</summary>
    private static readonly long KeepTicks = TimeSpan.FromMinutes(2).Ticks;

    private readonly ConcurrentDictionary<string, ModelSlots> models = new(StringComparer.Ordinal);

    /// <summary>A request was answered.</summary>
    /// <param name="at">When it arrived.</param>
    /// <param name="microseconds">How long the answer took.</param>
    public void Answered(ServedModel model, DateTimeOffset at, double microseconds) =>
        Interlocked.Increment(ref Of(model.Name).At(SlotOf(at)).Latencies[ServiceWindow.BinOf(microseconds)]);

    /// <summary>A request was refused or failed.</summary>
    /// <param name="modelName">The model as it was asked for.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    public void Failed(string modelName, DateTimeOffset at, int status)
    {
        var failures = Of(modelName).At(SlotOf(at)).Failures;
        Interlocked.Increment(ref failures[Math.Clamp(status, 0, failures.Length - 1)]);
    }

    /// <summary>Takes what was counted since the last call. For the one writer.</summary>
    public IReadOnlyList<ServiceCount> Take(DateTimeOffset now)
    {
        var taken = new List<ServiceCount>();
        foreach (var (name, slots) in models)
            foreach (var (start, slot) in slots.All)
            {
                if (slot.Take() is { } window)
                    taken.Add(new(name, new DateTimeOffset(start * SlotTicks, TimeSpan.Zero), window));
                else if (now.UtcTicks - (start * SlotTicks) > KeepTicks)
                    slots.Forget(start);
            }

        return taken;
    }

    private static long SlotOf(DateTimeOffset at) => at.UtcTicks / SlotTicks;

    private ModelSlots Of(string name)
    {
        if (models.TryGetValue(name, out var slots))
            return slots;
        return models.GetOrAdd(models.Count < MostModels ? name : OtherModels, static _ => new());
    }

    private sealed class ModelSlots
    {
        private readonly ConcurrentDictionary<long, Slot> slots = new();
        private Slot? newest;

        public IEnumerable<KeyValuePair<long, Slot>> All => slots;

        public Slot At(long start)
        {
            var current = Volatile.Read(ref newest);
            if (current?.Start == start)
                return current;
            var slot = slots.GetOrAdd(start, static key => new(key));
            Volatile.Write(ref newest, slot);
            return slot;
        }

        public void Forget(long start)
        {
            if (Volatile.Read(ref newest)?.Start != start)
                slots.TryRemove(start, out _);
        }
    }

    private sealed class Slot(long start)
    {
        public long Start { get; } = start;

        public long[] Latencies { get; } = new long[ServiceWindow.LatencyBins];

        public long[] Failures { get; } = new long[600];

        public ServiceWindow? Take()
        {
            ServiceWindow? window = null;
            for (var bin = 0; bin < Latencies.Length; bin++)
                if (Latencies[bin] != 0 && Interlocked.Exchange(ref Latencies[bin], 0) is var count)
                    (window ??= new()).AddAnswered(bin, count);
            for (var status = 0; status < Failures.Length; status++)
                if (Failures[status] != 0 && Interlocked.Exchange(ref Failures[status], 0) is var count)
                    (window ??= new()).AddFailed(status, count);
            return window;
        }
    }
}

/// <summary>What was counted for a model in one slot of arrival time.</summary>
public sealed record ServiceCount(string Model, DateTimeOffset Start, ServiceWindow Window);
