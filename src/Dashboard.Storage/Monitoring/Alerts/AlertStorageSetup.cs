using Dashboard.Core.Monitoring.Alerts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>Registers the stores of alerts.</summary>
internal static class AlertStorageSetup
{
    public static void AddAlertStorage(this IServiceCollection services)
    {
        services.TryAddSingleton(IncidentPolicy.Default);
        services.TryAddSingleton<AlertRetention>(_ => new());
        services.TryAddSingleton<LocalWebhooks>(_ => () => false);
        services.AddSingleton<AlertLedger>();
        services.AddSingleton<AlertRules>();
        services.AddSingleton<Silences>();
        services.AddSingleton<Incidents>();
        services.AddSingleton<AlertChannels>();
        services.AddSingleton<AlertDeliveries>();
        services.AddSingleton<SignalReader>();
        services.AddSingleton<SignalHistory>();
        services.AddSingleton<AlertQueries>();
        services.AddSingleton<AlertHousekeeping>();
        services.AddSingleton<IncidentTimeline>();
    }
}
