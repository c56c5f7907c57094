using System.Collections.Concurrent;
using System.Diagnostics;
using Dashboard.Benchmarks.Serving;
using Xunit.Abstractions;

namespace Dashboard.Web.Tests.Serving;

/// <summary>A rollback while requests come at some two thousand a second.</summary>
public sealed class RollbackUnderLoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_request_fails_and_none_that_is_asked_afterwards_gets_the_version_that_was_taken_back()
    {
        await using var host = await SplitHost.StartAsync(50);
        var answers = new ConcurrentQueue<(long Sent, long Received, bool IsChallenger)>();
        long before = 0, after = 0;
        var enough = false;
        // As long as it takes to have seen enough: a busy machine does less in a second.
        var load = Task.Factory.StartNew(() =>
        {
            var done = new List<Load>();
            do
                done.Add(LoadGenerator.Run(host.Host.BaseAddress.Port, "/v2/models/m/infer", SplitHost.Body(1), connections: 4, TimeSpan.FromSeconds(2), perSecond: 2000,
                    (sent, answer) => answers.Enqueue((sent, Stopwatch.GetTimestamp(), IsChallenger(answer)))));
            while (!Volatile.Read(ref enough));
            return done;
        }, TaskCreationOptions.LongRunning);
        await SplitHost.UntilAsync(() => answers.Count > 500, () => $"{answers.Count} answers came.");

        before = Stopwatch.GetTimestamp();
        host.End();
        after = Stopwatch.GetTimestamp();
        await SplitHost.UntilAsync(() => answers.Count(answer => answer.Sent > after) > 100, () => $"{answers.Count(answer => answer.Sent > after)} requests were asked after the change.");
        Volatile.Write(ref enough, true);
        var done = await load;

        var late = answers.Where(answer => answer.Sent > after).ToList();
        var last = answers.Where(answer => answer.IsChallenger).Max(answer => answer.Received);
        output.WriteLine($"{done.Average(one => one.PerSecond):0} requests/s, {late.Count} after the change, {done.Sum(one => one.Failed)} failed; the change took {Stopwatch.GetElapsedTime(before, after).TotalMilliseconds:0.000} ms, the last answer of the challenger came {(last - after) * 1000.0 / Stopwatch.Frequency:0.0} ms after it");
        Assert.Equal((0, answers.Count), (done.Sum(one => one.Failed), done.Sum(one => one.Milliseconds.Length)));
        Assert.Contains(answers, answer => answer.Sent < before && answer.IsChallenger);
        Assert.DoesNotContain(late, answer => answer.IsChallenger);
        // Answers of then may still be on their way; a second is promised, a busy machine is given more.
        Assert.True(last < after || Stopwatch.GetElapsedTime(after, last) < TimeSpan.FromSeconds(30));
        Assert.Equal(host.Read("errors").Challenger.Count, answers.Count(answer => answer.IsChallenger));
    }

    private static bool IsChallenger(ReadOnlySpan<byte> answer) => answer.IndexOf("\"model_version\":\"2\""u8) >= 0;
}
