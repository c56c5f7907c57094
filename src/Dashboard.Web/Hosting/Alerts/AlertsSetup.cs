using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Alerts.Delivery;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Hosting.Alerts.Mail;

namespace Dashboard.Web.Hosting.Alerts;

internal static class AlertsSetup
{
    /// <summary>Before the stores: they take what is said here.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, AlertSettings settings)
    {
        services.AddSingleton(new IncidentPolicy(TimeSpan.FromSeconds(settings.GroupSeconds), TimeSpan.FromSeconds(settings.WaitSeconds), TimeSpan.FromSeconds(settings.SettleSeconds)));
        services.AddSingleton(new AlertRetention(settings.RetentionDays));
        services.AddSingleton(RetryPolicy.Default with { MostAttempts = settings.MostAttempts, First = TimeSpan.FromSeconds(settings.RetrySeconds) });
        services.AddSingleton<ListeningAddresses>();
        services.AddSingleton<LocalWebhooks>(provider => () => provider.GetRequiredService<ListeningAddresses>().AllowsLocalWebhooks);
        services.AddSingleton<TrustedAuthorities>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<AlertMessages>();
        services.AddSingleton<ChannelSender>();
        services.AddHostedService<AlertEvaluator>();
        services.AddHostedService<AlertDispatcher>();
        return services;
    }
}
