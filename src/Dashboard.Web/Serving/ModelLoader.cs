using System.Threading.Channels;
using Dashboard.Core;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Serving;

/// <summary>Loads every champion before the host listens, and keeps what is in memory equal to what the registry decides afterwards.</summary>
internal sealed partial class ModelLoader(ServingEnvironments environments, NodeRoster roster, Notifications notifications, ILogger<ModelLoader> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Holds one wish at most: however much has changed, one look at the registry serves it.</summary>
    private readonly Channel<bool> wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private IDisposable? subscription;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before it listens for changes of the roster: this is none.
        await roster.ReloadAsync(cancellationToken);
        subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic is Topics.Registry or Topics.Deployments or Topics.Nodes)
                wishes.Writer.TryWrite(true);
        });
        await SynchroniseAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        subscription?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await wishes.Reader.WaitToReadAsync(stoppingToken))
        {
            wishes.Reader.TryRead(out _);
            try
            {
                await SynchroniseAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // What is loaded goes on answering; the registry is asked again until it tells.
                LogRetry(logger, exception);
                await Task.Delay(RetryAfter, stoppingToken);
                wishes.Writer.TryWrite(true);
            }
        }
    }

    private async Task SynchroniseAsync(CancellationToken ct)
    {
        foreach (var (model, error) in await environments.SynchroniseAsync(ct))
            LogUnloadable(logger, model, error.Message);
    }

    [LoggerMessage(LogLevel.Error, "A version of {Model} cannot be loaded: {Reason}")]
    private static partial void LogUnloadable(ILogger logger, string model, string reason);

    [LoggerMessage(LogLevel.Error, "The registry could not be read for serving; trying again")]
    private static partial void LogRetry(ILogger logger, Exception exception);
}
