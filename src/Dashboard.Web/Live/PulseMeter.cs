using Dashboard.Core.Monitoring;

namespace Dashboard.Web.Live;

/// <summary>Turns the standing counts of one model into figures a second. One for each model that somebody watches.</summary>
internal sealed class PulseMeter(string model)
{
    private static readonly TimeSpan RateOver = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastForARate = TimeSpan.FromSeconds(2);

    private readonly Queue<(DateTimeOffset At, long Requests, long Predictions)> standings = new();
    private DateTimeOffset? seenAt;

    public ModelPulse? Last { get; private set; }

    /// <summary>Measures.</summary>
    /// <returns>Whether anything differs from the measurement before.</returns>
    public bool Measure(ServiceReading reading, DateTimeOffset now)
    {
        while (standings.Count > 1 && now - standings.Peek().At > RateOver)
            standings.Dequeue();
        // A model that was deleted and made anew starts from nothing.
        if (standings.Count > 0 && reading.Predictions < standings.Peek().Predictions)
            standings.Clear();
        standings.Enqueue((now, reading.Requests, reading.Predictions));
        if (Last is not null && reading.Predictions != Last.Predictions)
            seenAt = now;
        var (requests, predictions) = Rates(reading, now);
        var recent = reading.Recent;
        var pulse = new ModelPulse(model, reading.Predictions, requests, predictions, Share(recent.Failed, recent), Share(recent.ServerErrors, recent), recent.Percentile(0.95),
            seenAt > reading.LastPrediction ? seenAt : reading.LastPrediction);
        var changed = pulse != Last;
        Last = pulse;
        return changed;
    }

    private (double Requests, double Predictions) Rates(ServiceReading reading, DateTimeOffset now)
    {
        var (since, requests, predictions) = standings.Peek();
        if (now - since >= LeastForARate)
            return ((reading.Requests - requests) / (now - since).TotalSeconds, (reading.Predictions - predictions) / (now - since).TotalSeconds);
        var seconds = Math.Max((now - reading.RecentSince).TotalSeconds, 1);
        return (reading.Recent.Requests / seconds, reading.Recent.Answered / seconds);
    }

    private static double? Share(long count, ServiceWindow window) => window.Requests == 0 ? null : (double)count / window.Requests;
}
