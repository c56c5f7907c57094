using System.Collections.Concurrent;
using Dashboard.Core;

namespace Dashboard.Storage.Monitoring;

/// <summary>Remembers answers until something of the model changes. The first who asks computes, the others wait for the same answer.</summary>
internal sealed class QueryCache : IDisposable
{
    private const int MostEntries = 512;

    private readonly ConcurrentDictionary<(string Model, object Question), (long Stamp, Lazy<object?> Answer)> answers = new();
    private readonly ConcurrentDictionary<string, long> stamps = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;
    private long everything;

    public QueryCache(Notifications notifications) => subscription = notifications.Subscribe(notification =>
    {
        if (notification.Topic is not (Topics.Monitoring or Topics.Registry or Topics.Deployments))
            return;
        if (notification.Model is { } model)
            stamps.AddOrUpdate(model, 1, static (_, stamp) => stamp + 1);
        else
            Interlocked.Increment(ref everything);
    });

    /// <summary>The answer, computed off the caller's thread where it is not known.</summary>
    public async Task<T> GetAsync<T>(string model, object question, Func<T> compute, CancellationToken ct)
    {
        var stamp = Stamp(model);
        var key = (model, question);
        if (!answers.TryGetValue(key, out var known) || known.Stamp != stamp)
        {
            if (answers.Count > MostEntries)
                answers.Clear();
            answers[key] = known = (stamp, new Lazy<object?>(() => compute()));
        }

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
}
