using System.Threading.RateLimiting;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage;
using Dashboard.Storage.Governance.People;
using Dashboard.Web.Hosting;
using Dashboard.Web.Live;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Web.People;

/// <summary>Composes sign-in and access into the host.</summary>
internal static class PeopleHosting
{
    public static void AddPeopleAccess(this WebApplicationBuilder builder, Settings settings, DataDirectory directory)
    {
        var services = builder.Services;
        services.AddSingleton<AccessControl>();
        services.AddSingleton<HubAccess>();
        services.AddSingleton(new OAuthOffer(settings.Authentication.OAuth?.Name));
        // Not Configure: options of a hub hold only where AddHubOptions says that there are any.
        services.AddSignalR().AddHubOptions<LiveHub>(options => options.AddFilter<HubAccess>());
        services.AddScoped(provider =>
        {
            var access = provider.GetRequiredService<AccessControl>();
            var authentication = provider.GetRequiredService<AuthenticationStateProvider>();
            // The state is set before the first component is drawn: the task has ended.
            return new PageAccess(() => access.IsOpen ? access.Of(new System.Security.Claims.ClaimsPrincipal()) : access.Of(authentication.GetAuthenticationStateAsync().GetAwaiter().GetResult().User), provider.GetRequiredService<AccessDirectory>());
        });
        services.AddHostedService<AccessUpkeep>();
        services.AddHostedService<FirstLink>();
        services.AddDataProtection().SetApplicationName("dashboard").PersistKeysToFileSystem(new(directory.Keys));
        // Keys lie beside the data that they protect, readable to the host's own user only.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // At their lower levels these write what a browser sends to its circuit, letter by letter: passwords, too.
        builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR", LogLevel.Information);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Components", LogLevel.Information);
        var authentication = services.AddAuthentication(AccessControl.Scheme).AddCookie(AccessControl.Scheme, options =>
        {
            options.Cookie.Name = "dashboard";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromDays(7);
            options.SlidingExpiration = true;
        });
        if (settings.Authentication.OAuth is { } provider)
            authentication.AddProvider(provider);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "dashboard-form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (rejected, ct) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "60";
                await rejected.HttpContext.Response.WriteAsync("Too many attempts to sign in from this address; try again in a minute.", ct);
            };
            limiter.AddPolicy(SignInEndpoints.Throttle, context => RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new() { PermitLimit = settings.Authentication.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) }));
        });
    }

    /// <summary>Between routing and the endpoints.</summary>
    public static void UsePeopleAccess(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<AccessMiddleware>();
    }

    /// <summary>Reads who may do what, and refuses to start where the address lets in more than the machine itself and nobody could sign in.</summary>
    /// <exception cref="StartRefusedException">An address is not loopback.</exception>
    public static async Task PrepareAccessAsync(WebApplication app, CancellationToken ct)
    {
        var authentication = app.Services.GetRequiredService<Settings>().Authentication;
        var open = authentication.Mode == AuthenticationMode.Open;
        if (!open && authentication.BootstrapToken.Length > 0)
            await app.Services.GetRequiredService<TokenStore>().BootstrapAsync(authentication.BootstrapToken, ct);
        var directory = app.Services.GetRequiredService<AccessDirectory>();
        await directory.ReloadAsync(ct);
        var away = BoundAddresses.Of(app.Configuration).Where(address => !BoundAddresses.IsLoopback(address)).ToList();
        RefuseOpenAway(app.Services.GetRequiredService<Settings>(), app.Configuration);
        if (!open && away.Count > 0 && !directory.HasAdministrator && authentication.BootstrapToken.Length == 0)
            throw new StartRefusedException([$"There is no administrator yet, and the host would listen on {string.Join(", ", away)}, where others reach it; expected a first start on loopback (--urls=http://localhost:5080), which prints the link that makes the administrator, or Dashboard:BootstrapToken."]);
    }

    /// <summary>Refuses to start where nobody signs in and others than the machine itself would reach the host.</summary>
    /// <exception cref="StartRefusedException">An address is not loopback.</exception>
    public static void RefuseOpenAway(Settings settings, IConfiguration configuration)
    {
        var away = BoundAddresses.Of(configuration).Where(address => !BoundAddresses.IsLoopback(address)).ToList();
        if (settings.Authentication.Mode == AuthenticationMode.Open && away.Count > 0)
            throw new StartRefusedException([$"Dashboard:Authentication:Mode is 'Open', and the host would listen on {string.Join(", ", away)}, where others reach it; expected loopback addresses only (http://localhost:5080), or the mode 'Accounts'."]);
    }
}

/// <summary>Keeps what is in memory and what is stored together: models that are deleted take their roles along, and last uses are written once a minute.</summary>
internal sealed partial class AccessUpkeep(AccessDirectory directory, Notifications notifications, TimeProvider time, ILogger<AccessUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic == Topics.Registry)
                _ = TryAsync(directory.ReloadAsync, stoppingToken);
        });
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryAsync(directory.WriteSeenAsync, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What is in memory goes on holding; the next change or minute tries again.
            LogFailure(logger, exception);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "Who may do what could not be read or written")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
