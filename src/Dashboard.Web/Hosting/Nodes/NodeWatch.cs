using Dashboard.Core;

namespace Dashboard.Web.Hosting.Nodes;

/// <summary>Tells pages of nodes: that one has fallen silent, of which nobody speaks, and every few seconds what they answered.</summary>
internal sealed class NodeWatch(NodeDirectory directory, Notifications notifications, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                if (directory.Read().Count > 0)
                    notifications.Publish(new(Topics.NodeStanding));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
