using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Web.Hosting;

/// <summary>Gives the one writer of telemetry a thread of its own for as long as the host runs; what waits at the end is written before it stops.</summary>
internal sealed class TelemetryWriter(TelemetryStore store) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => store.Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
