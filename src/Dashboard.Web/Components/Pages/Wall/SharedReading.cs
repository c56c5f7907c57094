namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>Something that many ask for and that is read for all of them together.</summary>
/// <param name="changes">Counts changes: while it stands, what was read is still true, for a minute.</param>
/// <param name="calm">The least time between two readings.</param>
internal sealed class SharedReading<T>(Func<Task<T>> read, Func<long> changes, TimeSpan calm, TimeProvider time)
{
    private static readonly TimeSpan TrueFor = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private Task<T>? last;
    private Task<T>? next;
    private DateTimeOffset startedAt;
    private long startedWith;

    /// <summary>When somebody asked last.</summary>
    public DateTimeOffset AskedAt { get; private set; } = time.GetUtcNow();

    /// <summary>A reading that began after the last change before this call; with <paramref name="presentWillDo"/> the last one that there is.</summary>
    public Task<T> GetAsync(CancellationToken ct, bool presentWillDo = false)
    {
        lock (gate)
        {
            AskedAt = time.GetUtcNow();
            var age = AskedAt - startedAt;
            if (last is { IsFaulted: false } && (presentWillDo || (startedWith == changes() && age < TrueFor)))
                return last.WaitAsync(ct);
            if (next is null && (last is null || (last.IsCompleted && age >= calm)))
                return Start().WaitAsync(ct);
            return (next ??= Task.Run(NextAsync, CancellationToken.None)).WaitAsync(ct);
        }
    }

    private async Task<T> NextAsync()
    {
        var wait = startedAt + calm - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time);
        await (last ?? Task.CompletedTask).ContinueWith(static _ => { }, TaskScheduler.Default);
        Task<T> reading;
        lock (gate)
        {
            next = null;
            reading = Start();
        }

        return await reading;
    }

    private Task<T> Start()
    {
        (startedAt, startedWith) = (time.GetUtcNow(), changes());
        return last = Task.Run(read);
    }
}
