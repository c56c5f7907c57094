using System.Collections.Immutable;
using Dashboard.Core.Monitoring;

namespace Dashboard.Web.Live;

/// <summary>
/// What cannot wait for a commit: counts, rates, latency and errors, read from memory ten times a second while somebody watches and not at all otherwise.
/// One measurement serves all viewers. Charts and metrics follow at their own pace, by <see cref="LiveUpdates"/>.
/// </summary>
public sealed partial class LivePulse(ServiceCounters counters, PredictionQueue queue, TimeProvider time, ILogger<LivePulse> logger) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (PulseMeter Meter, int Viewers)> meters = new(StringComparer.Ordinal);
    private ImmutableArray<Viewer> viewers = [];
    private IReadOnlyDictionary<string, ModelPulse> present = new Dictionary<string, ModelPulse>();
    private ITimer? timer;
    private int measuring;

    /// <summary>Served predictions, of any model, that found the queue full since the host started.</summary>
    public long NotLogged => queue.NotLogged;

    /// <summary>How many are watching.</summary>
    public int Viewers => viewers.Length;

    /// <summary>Watches models. The first delivery comes at once, the next ones whenever something changed; deliveries to one viewer never overlap, and one that is slow gets the newest when it is ready.</summary>
    /// <param name="deliver">Receives the pulses of all models that anybody watches, by name. An exception is logged and does not end the watching.</param>
    public IDisposable Watch(IReadOnlyCollection<string> models, Func<IReadOnlyDictionary<string, ModelPulse>, Task> deliver)
    {
        var viewer = new Viewer(this, logger, models.ToHashSet(StringComparer.Ordinal), deliver);
        lock (gate)
        {
            foreach (var model in viewer.Models)
                meters[model] = meters.TryGetValue(model, out var known) ? (known.Meter, known.Viewers + 1) : (new(model), 1);
            viewers = viewers.Add(viewer);
            Measure();
            timer ??= time.CreateTimer(_ => Tick(), null, Interval, Interval);
        }

        viewer.Offer(present);
        return viewer;
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }
    }

    private void Tick()
    {
        // A timer does not wait for the tick before.
        if (Interlocked.Exchange(ref measuring, 1) != 0)
            return;
        try
        {
            HashSet<string> changed;
            lock (gate)
                changed = Measure();
            if (changed.Count == 0)
                return;
            foreach (var viewer in viewers)
                if (viewer.Models.Overlaps(changed))
                    viewer.Offer(present);
        }
        finally
        {
            Volatile.Write(ref measuring, 0);
        }
    }

    private HashSet<string> Measure()
    {
        var now = time.GetUtcNow();
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (model, (meter, _)) in meters)
            if (meter.Measure(counters.Read(model, now), now))
                changed.Add(model);
        if (changed.Count > 0)
            present = meters.ToDictionary(pair => pair.Key, pair => pair.Value.Meter.Last!, StringComparer.Ordinal);
        return changed;
    }

    private void Leave(Viewer viewer)
    {
        lock (gate)
        {
            if (!viewers.Contains(viewer))
                return;
            viewers = viewers.Remove(viewer);
            foreach (var model in viewer.Models)
                if (meters[model] is { Viewers: > 1 } shared)
                    meters[model] = (shared.Meter, shared.Viewers - 1);
                else
                    meters.Remove(model);
            if (viewers.IsEmpty)
            {
                timer?.Dispose();
                timer = null;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A viewer of live figures failed; it goes on with the next change")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    private sealed class Viewer(LivePulse pulse, ILogger logger, HashSet<string> models, Func<IReadOnlyDictionary<string, ModelPulse>, Task> deliver) : IDisposable
    {
        private readonly Lock gate = new();
        private IReadOnlyDictionary<string, ModelPulse>? waiting;
        private bool delivering;
        private volatile bool left;

        public HashSet<string> Models { get; } = models;

        public void Offer(IReadOnlyDictionary<string, ModelPulse> pulses)
        {
            lock (gate)
            {
                waiting = pulses;
                if (delivering)
                    return;
                delivering = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static viewer => _ = viewer.DeliverAsync(), this, preferLocal: false);
        }

        public void Dispose()
        {
            left = true;
            pulse.Leave(this);
        }

        private async Task DeliverAsync()
        {
            while (true)
            {
                IReadOnlyDictionary<string, ModelPulse> pulses;
                lock (gate)
                {
                    if (waiting is null || left)
                    {
                        delivering = false;
                        return;
                    }

                    (pulses, waiting) = (waiting, null);
                }

                try
                {
                    await deliver(pulses);
                }
                catch (Exception) when (left)
                {
                    // The viewer has gone.
                }
                catch (Exception exception)
                {
                    LogFailure(logger, exception);
                }
            }
        }
    }
}
