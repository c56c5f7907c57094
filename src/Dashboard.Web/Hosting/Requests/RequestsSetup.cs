using Dashboard.Storage.Deployments.Requests;

namespace Dashboard.Web.Hosting.Requests;

/// <summary>Registers what works for promotion requests. Their stores are the storage's.</summary>
internal static class RequestsSetup
{
    public static IServiceCollection AddRequests(this IServiceCollection services, Settings settings) => services
        .AddSingleton<HasAccounts>(() => settings.Authentication.Mode != AuthenticationMode.Open)
        .AddHostedService<RequestWork>();
}
