using Dashboard.Storage;
using Dashboard.Storage.Governance.Audit;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Dashboard.Web.Hosting.Governance;

/// <summary>Registers what keeps the audit log: checkpoints, looks at the whole, and from where commands come.</summary>
internal static class AuditSetup
{
    /// <summary>To be called before other services of the host are added: what is added first stops last, and signs what the others did while they stopped.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, Settings settings, DataDirectory directory) => services
        .AddSingleton(new CheckpointFile(settings.Governance.CheckpointDirectory is { Length: > 0 } folder ? Path.GetFullPath(folder) : directory.Audit))
        .AddSingleton<AuditKeeper>()
        .AddHostedService(provider => provider.GetRequiredService<AuditKeeper>())
        .AddScoped<CircuitHandler, PageOrigin>();
}
