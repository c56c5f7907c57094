using Dashboard.Core;
using Dashboard.Storage.Monitoring;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class QueryCacheTests : IDisposable
{
    private readonly Notifications notifications = new();
    private readonly MovableTime time = new();
    private readonly QueryCache cache;
    private int computed;

    public QueryCacheTests() => cache = new(notifications, time);

    public void Dispose() => cache.Dispose();

    [Fact]
    public async Task An_answer_holds_until_its_model_changes()
    {
        Assert.Equal(1, await AskAsync("a"));
        Assert.Equal(1, await AskAsync("a"));
        notifications.Publish(new(Topics.Monitoring, "other"));
        Assert.Equal(1, await AskAsync("a"));
        notifications.Publish(new(Topics.Monitoring, "flights"));
        Assert.Equal(2, await AskAsync("a"));
    }

    [Fact]
    public async Task What_a_change_has_overtaken_and_what_nobody_asks_for_any_more_is_forgotten()
    {
        for (var question = 0; question < 50; question++)
            await AskAsync($"last five seconds, {question}");
        Assert.Equal(50, cache.Count);
        notifications.Publish(new(Topics.Monitoring, "flights"));
        await AskAsync("a");
        Assert.Equal(1, cache.Count);

        time.Pass(TimeSpan.FromMinutes(1));
        await AskAsync("b");
        time.Pass(TimeSpan.FromSeconds(90));
        await AskAsync("c");
        Assert.Equal(2, cache.Count);
    }

    private Task<int> AskAsync(string question) => cache.GetAsync("flights", question, () => ++computed, default);

    private sealed class MovableTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Pass(TimeSpan length) => now += length.Ticks;
    }
}
