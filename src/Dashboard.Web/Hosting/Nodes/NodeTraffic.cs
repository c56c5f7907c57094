namespace Dashboard.Web.Hosting.Nodes;

/// <summary>What a node's service did in the last minute, of all models together.</summary>
/// <param name="P95">Milliseconds; null without answers.</param>
public sealed record NodeTraffic(double PerSecond, long Failed, double? P95)
{
    public static NodeTraffic Of(NodeDirectory directory, string node, DateTimeOffset now)
    {
        var counters = directory.TrafficOf(node);
        var sum = new Dashboard.Core.Monitoring.ServiceWindow();
        var since = now;
        foreach (var model in counters.Models)
        {
            var reading = counters.Read(model, now);
            sum.Add(reading.Recent);
            since = reading.RecentSince < since ? reading.RecentSince : since;
        }

        var seconds = Math.Max((now - since).TotalSeconds, 1);
        return new(sum.Requests / seconds, sum.Failed, sum.Percentile(0.95) / 1000);
    }
}
