using System.Collections.Concurrent;
using Dashboard.Core;

namespace Dashboard.Storage.Monitoring;

/// <summary>
/// Remembers answers until something of the model changes. The first who asks computes, the others wait for the same answer. Most questions are about a range that
/// moves with time and are asked for some seconds only: an answer that a change has overtaken, or that nobody asked for in two minutes, is forgotten with the next new one.
/// </summary>
internal sealed class QueryCache : IDisposable
{
    private const int MostEntries = 512;
    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Model, object Question), Entry> answers = new();
    private readonly ConcurrentDictionary<string, long> stamps = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly IDisposable subscription;
    private long everything;

    public QueryCache(Notifications notifications, TimeProvider time)
    {
        this.time = time;
        subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic is not (Topics.Monitoring or Topics.Registry or Topics.Deployments))
                return;
            if (notification.Model is { } model)
                stamps.AddOrUpdate(model, 1, static (_, stamp) => stamp + 1);
            else
                Interlocked.Increment(ref everything);
        });
    }

    /// <summary>How many answers are remembered.</summary>
    public int Count => answers.Count;

    /// <summary>The answer, computed off the caller's thread where it is not known.</summary>
    public async Task<T> GetAsync<T>(string model, object question, Func<T> compute, CancellationToken ct)
    {
        var stamp = Stamp(model);
        var key = (model, question);
        if (!answers.TryGetValue(key, out var known) || known.Stamp != stamp)
        {
            Sweep();
            answers[key] = known = new(stamp, new(() => compute()));
        }

        known.AskedAt = time.GetTimestamp();
        try
        {
            return (T)(known.Answer.IsValueCreated ? known.Answer.Value : await Task.Run(() => known.Answer.Value, ct))!;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            answers.TryRemove(key, out _);
            throw;
        }
    }

    public void Dispose() => subscription.Dispose();

    private long Stamp(string model) => stamps.GetValueOrDefault(model) + Interlocked.Read(ref everything);

    private void Sweep()
    {
        foreach (var (key, entry) in answers)
            if (entry.Stamp != Stamp(key.Model) || time.GetElapsedTime(entry.AskedAt) > Unasked)
                answers.TryRemove(new(key, entry));
        if (answers.Count > MostEntries)
            answers.Clear();
    }

    private sealed class Entry(long stamp, Lazy<object?> answer)
    {
        public long Stamp { get; } = stamp;

        public Lazy<object?> Answer { get; } = answer;

        public long AskedAt { get; set; } = long.MaxValue;
    }
}
