using System.Collections.Concurrent;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Monitoring;

/// <summary>
/// Counts requests, errors and latencies by arrival time while they happen. The request path looks up two references and increments one number;
/// the writer takes what has been counted several times a second, and whoever watches reads it at any time: those two wait for one another, requests never do.
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

    /// <summary>What <see cref="Read"/> calls recent.</summary>
    private static readonly long RecentTicks = TimeSpan.FromMinutes(1).Ticks;

    private readonly ConcurrentDictionary<string, ModelSlots> models = new(StringComparer.Ordinal);
    private readonly Lock turns = new();

    /// <summary>The models that anything was counted for.</summary>
    public IEnumerable<string> Models => models.Keys;

    /// <summary>A request was answered.</summary>
    /// <param name="at">When it arrived.</param>
    /// <param name="microseconds">How long the answer took.</param>
    /// <param name="rows">How many predictions it asked for.</param>
    public void Answered(ServedModel model, DateTimeOffset at, double microseconds, int rows = 1)
    {
        var slot = Of(model.Name).At(SlotOf(at));
        Interlocked.Increment(ref slot.Latencies[ServiceWindow.BinOf(microseconds)]);
        if (rows > 1)
            Interlocked.Add(ref slot.FurtherRows, rows - 1);
    }

    /// <summary>Predictions that were made elsewhere came in.</summary>
    public void Observed(string modelName, DateTimeOffset at, int rows) => Interlocked.Add(ref Of(modelName).At(SlotOf(at)).FurtherRows, rows);

    /// <summary>A request was refused or failed.</summary>
    /// <param name="modelName">The model as it was asked for.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    public void Failed(string modelName, DateTimeOffset at, int status)
    {
        var failures = Of(modelName).At(SlotOf(at)).Failures;
        Interlocked.Increment(ref failures[Math.Clamp(status, 0, failures.Length - 1)]);
    }

    /// <summary>Adds what was counted elsewhere.</summary>
    public void Add(ServiceCount count)
    {
        var slot = Of(count.Model).At(SlotOf(count.Start));
        for (var bin = 0; bin < slot.Latencies.Length; bin++)
            if (count.Window.Latencies[bin] is > 0 and var answered)
                Interlocked.Add(ref slot.Latencies[bin], answered);
        foreach (var (status, failed) in count.Window.Failures)
            Interlocked.Add(ref slot.Failures[Math.Clamp(status, 0, slot.Failures.Length - 1)], failed);
    }

    /// <summary>Takes what was counted since the last call. For the one writer.</summary>
    public IReadOnlyList<ServiceCount> Take(DateTimeOffset now)
    {
        var taken = new List<ServiceCount>();
        lock (turns)
            foreach (var (name, slots) in models)
                foreach (var (start, slot) in slots.All)
                {
                    if (slot.Take() is { } window)
                        taken.Add(new(name, TimeOf(start), window));
                    else if (now.UtcTicks - (start * SlotTicks) > KeepTicks)
                        slots.Forget(slot);
                }

        return taken;
    }

    /// <summary>What was counted before this process started: counting goes on from there.</summary>
    public void Resume(string modelName, long predictions, DateTimeOffset? lastPrediction)
    {
        lock (turns)
            Of(modelName).Resume(predictions, lastPrediction);
    }

    /// <summary>Starts a model's counts anew, after it was deleted.</summary>
    public void Forget(string modelName)
    {
        lock (turns)
            models.TryRemove(modelName, out _);
    }

    /// <summary>How a model's counts stand now, what the writer has not taken yet among them. Costs some microseconds.</summary>
    public ServiceReading Read(string modelName, DateTimeOffset now)
    {
        lock (turns)
            return models.TryGetValue(modelName, out var slots) ? slots.Read(now) : new(0, 0, new(), now, null);
    }

    private static DateTimeOffset TimeOf(long slot) => new(slot * SlotTicks, TimeSpan.Zero);

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
        private long forgottenPredictions;
        private long forgottenRequests;
        private DateTimeOffset? forgottenLast;

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

        public void Resume(long predictions, DateTimeOffset? last) => (forgottenPredictions, forgottenLast) = (predictions, last);

        public void Forget(Slot slot)
        {
            if (Volatile.Read(ref newest) == slot || !slots.TryRemove(slot.Start, out _))
                return;
            forgottenPredictions += slot.Predictions;
            forgottenRequests += slot.Requests;
            forgottenLast = Later(forgottenLast, slot);
        }

        public ServiceReading Read(DateTimeOffset now)
        {
            var (predictions, requests, last) = (forgottenPredictions, forgottenRequests, forgottenLast);
            var recent = new ServiceWindow();
            var since = now;
            foreach (var (start, slot) in slots)
            {
                predictions += slot.Predictions;
                requests += slot.Requests;
                last = Later(last, slot);
                if (now.UtcTicks - (start * SlotTicks) > RecentTicks)
                    continue;
                slot.AddTo(recent);
                since = TimeOf(start) < since ? TimeOf(start) : since;
            }

            return new(predictions, requests, recent, since, last);
        }

        private static DateTimeOffset? Later(DateTimeOffset? known, Slot slot) =>
            slot.Predictions == 0 || known > TimeOf(slot.Start) ? known : TimeOf(slot.Start);
    }

    private sealed class Slot(long start)
    {
        /// <summary>What the writer has taken already.</summary>
        private readonly ServiceWindow taken = new();

        /// <summary>Predictions beside the first of each request; a field, for it is counted into without a lock.</summary>
        public long FurtherRows;

        public long Start { get; } = start;

        public long[] Latencies { get; } = new long[ServiceWindow.LatencyBins];

        public long[] Failures { get; } = new long[600];

        public long Predictions => taken.Answered + Sum(Latencies) + Volatile.Read(ref FurtherRows);

        public long Requests => taken.Requests + Sum(Latencies) + Sum(Failures);

        public ServiceWindow? Take()
        {
            ServiceWindow? window = null;
            for (var bin = 0; bin < Latencies.Length; bin++)
                if (Latencies[bin] != 0 && Interlocked.Exchange(ref Latencies[bin], 0) is var count)
                    (window ??= new()).AddAnswered(bin, count);
            for (var status = 0; status < Failures.Length; status++)
                if (Failures[status] != 0 && Interlocked.Exchange(ref Failures[status], 0) is var count)
                    (window ??= new()).AddFailed(status, count);
            if (window is not null)
                taken.Add(window);
            return window;
        }

        public void AddTo(ServiceWindow sum)
        {
            sum.Add(taken);
            for (var bin = 0; bin < Latencies.Length; bin++)
                if (Volatile.Read(ref Latencies[bin]) is > 0 and var count)
                    sum.AddAnswered(bin, count);
            for (var status = 0; status < Failures.Length; status++)
                if (Volatile.Read(ref Failures[status]) is > 0 and var count)
                    sum.AddFailed(status, count);
        }

        private static long Sum(long[] counts) => System.Numerics.Tensors.TensorPrimitives.Sum<long>(counts);
    }
}

/// <summary>What was counted for a model in one slot of arrival time.</summary>
public sealed record ServiceCount(string Model, DateTimeOffset Start, ServiceWindow Window);

/// <summary>How a model's counts stand at one moment.</summary>
/// <param name="Predictions">All that were ever answered or observed.</param>
/// <param name="Requests">Answered and failed ones since the process started.</param>
/// <param name="Recent">The last minute, to the slot.</param>
/// <param name="RecentSince">Where <paramref name="Recent"/> starts; now where it is empty.</param>
/// <param name="LastPrediction">The start of the slot in which the last prediction was made; null: never.</param>
public sealed record ServiceReading(long Predictions, long Requests, ServiceWindow Recent, DateTimeOffset RecentSince, DateTimeOffset? LastPrediction);
