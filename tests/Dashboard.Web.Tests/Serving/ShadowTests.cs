using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Tests.Serving;

/// <summary>The challenger of a shadow stage is asked what callers asked, and nobody hears its answer.</summary>
public sealed class ShadowTests
{
    [Fact]
    public async Task Copies_are_counted_for_both_versions_and_reach_neither_the_caller_nor_the_log()
    {
        await using var host = await SplitHost.StartAsync(0, mirrored: 40);
        var copied = 0;
        for (var i = 0; i < 100; i++)
        {
            var key = $"entity {i}";
            copied += host.Split.Copies(host.Split.Traffic.Hash(key), default) ? 1 : 0;
            var answer = i % 2 == 0 ? await host.InferAsync(key, 9) : await host.SendAsync("/invocations?model=m", """{"instances":[[9],[9]]}""", ("X-Entity-Key", key));
            Assert.Equal((200, "1", 10), (answer.Status, answer.Version, answer.Value));
        }

        await SplitHost.UntilAsync(() => host.Read("errors").Challenger.Count >= copied, () => $"{host.Read("errors").Challenger.Count} of {copied} copies were asked.");
        Assert.InRange(copied, 20, 60);
        Assert.Equal((ArmReading.OfRate(copied, 0), ArmReading.OfRate(copied, 0)), (host.Read("errors").Champion, host.Read("errors").Challenger));
        Assert.Equal((copied, copied), (host.Read("latency").Champion.Count, host.Read("latency").Challenger.Count));
        // 9 + 1 lies on the edge of the second bin and 9 + 2 beyond it: all in the second.
        Assert.Equal(host.Read("predictions").Champion.Bins!, host.Read("predictions").Challenger.Bins!);
        Assert.Equal(0, host.Split.Tally.MirrorsDropped);
        Assert.All(await host.LoggedAsync(150, "version, stage"), row => Assert.Equal("701 -", row));
        Assert.Equal(150, (await host.LoggedAsync(150, "id")).Count);
    }

    [Fact]
    public async Task Truth_that_comes_for_the_champion_s_answers_judges_the_copies_too()
    {
        await using var host = await SplitHost.StartAsync(0, mirrored: 100);
        for (var i = 0; i < 20; i++)
            Assert.Equal("1", (await host.InferAsync($"{i}")).Version);
        await SplitHost.UntilAsync(() => host.Read("errors").Challenger.Count == 20, () => $"{host.Read("errors").Challenger.Count} of 20 copies were asked.");
        var ids = await host.LoggedAsync(20, "id");

        // Each version answers 1 + its number for 1: the truth is 3.
        await host.Host.Get<TelemetryStore>().LabelAsync(7, "m", [.. ids.Select(id => new LabelItem(id, 3, null))], default);

        await SplitHost.UntilAsync(() => host.Read("realisedLoss").Challenger.Count == 20, () => $"{host.Read("realisedLoss").Challenger.Count} of 20 were judged.");
        var (champion, challenger) = (host.Read("realisedLoss").Champion, host.Read("realisedLoss").Challenger);
        Assert.Equal(20, champion.Count);
        Assert.Equal(20, champion.Sum - challenger.Sum);
    }

    [Fact]
    public async Task A_challenger_that_fails_at_copies_is_seen_and_one_whose_stage_is_over_is_asked_no_more()
    {
        var asked = 0;
        var broken = SplitHost.Version(2, _ => Interlocked.Increment(ref asked) > 0 ? throw new InvalidOperationException("The challenger is broken.") : 0);
        await using var host = await SplitHost.StartAsync(0, broken, 100, "--Logging:LogLevel:Default=None");
        for (var i = 0; i < 10; i++)
            Assert.Equal("1", (await host.InferAsync($"{i}")).Version);
        await SplitHost.UntilAsync(() => host.Read("errors").Challenger.Count == 10, () => $"{host.Read("errors").Challenger} of ten.");

        Assert.Equal((ArmReading.OfRate(10, 10), ArmReading.OfRate(10, 0)), (host.Read("errors").Challenger, host.Read("errors").Champion));
        host.End();
        Assert.Equal("1", (await host.InferAsync("later")).Version);
        Assert.Equal(10, Volatile.Read(ref asked));
    }

    [Fact]
    public async Task A_slow_challenger_delays_nobody_and_what_it_cannot_take_is_dropped_and_counted()
    {
        using var gate = new ManualResetEventSlim();
        var slow = SplitHost.Version(2, features =>
        {
            gate.Wait();
            return features[0];
        });
        await using var host = await SplitHost.StartAsync(0, slow, 100, "--Logging:LogLevel:Default=Error");
        const int requests = Mirrors.MostWaiting + 200;
        try
        {
            // Every one of them is answered while the challenger hangs.
            await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => Assert.Equal(200, (await host.InferAsync($"{i}")).Status));
            await SplitHost.UntilAsync(() => host.Split.Tally.MirrorsDropped >= requests - Mirrors.MostWaiting - 1, () => $"{host.Split.Tally.MirrorsDropped} were dropped.");
        }
        finally
        {
            gate.Set();
        }

        // A copy waits or is dropped when its answer has been sent: the last ones may still be on their way.
        await SplitHost.UntilAsync(() => host.Read("errors").Challenger.Count + host.Split.Tally.MirrorsDropped == requests, () => $"{host.Read("errors").Challenger.Count} copies were asked and {host.Split.Tally.MirrorsDropped} dropped.");
        var kept = requests - host.Split.Tally.MirrorsDropped;
        Assert.InRange(kept, Mirrors.MostWaiting - 8, Mirrors.MostWaiting + 1);
    }
}
