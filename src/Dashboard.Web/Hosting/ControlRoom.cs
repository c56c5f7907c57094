using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Storage;
using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Serving;
using Dashboard.Web.Api;
using Dashboard.Web.Api.V1;
using Dashboard.Web.Components;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Alerts;
using Dashboard.Web.Explanations;
using Dashboard.Web.Hosting.Analysis;
using Dashboard.Web.Hosting.Governance;
using Dashboard.Web.Hosting.Jobs;
using Dashboard.Web.Hosting.Nodes;
using Dashboard.Web.Hosting.Policies;
using Dashboard.Web.Hosting.Requests;
using Dashboard.Web.Hosting.Rollouts;
using Dashboard.Web.Hosting.Demo;
using Dashboard.Web.Live;
using Dashboard.Web.Nodes;
using Dashboard.Web.People;
using Dashboard.Web.Serving;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Radzen;

namespace Dashboard.Web.Hosting;

/// <summary>Composes the product: one process with every room in it. Tests start the same host on a free port and a folder of their own.</summary>
public static class ControlRoom
{
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Builds, prepares and runs the host until it is told to stop.</summary>
    /// <returns>0, or 2 when a setting or the data directory forbids the start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        CompleteSocketsInline();
        WebApplication app;
        try
        {
            app = await BuildAsync(args, CancellationToken.None);
        }
        catch (StartRefusedException refused)
        {
            foreach (var reason in refused.Reasons)
                await Console.Error.WriteLineAsync(reason);
            return 2;
        }

        await using (app)
            await app.RunAsync();
        return 0;
    }

    /// <summary>
    /// Received bytes go to Kestrel's pipe on the thread that polled them, one hop less for each request (a tenth of its CPU and a third more requests a second, by make bench).
    /// Kestrel runs what follows on the thread pool as ever. Must be set before the first socket; whoever starts the host may say otherwise.
    /// </summary>
    private static void CompleteSocketsInline()
    {
        const string variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(variable) is null)
            Environment.SetEnvironmentVariable(variable, "1");
    }

    /// <summary>The host, its database up to date, ready for <c>StartAsync</c>.</summary>
    /// <exception cref="StartRefusedException">A setting is wrong, or another process uses the data directory.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ControlRoom).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        // The framework reads ASPNETCORE_URLS before appsettings.json, whose address would then hold: what one start says goes before what the file says.
        builder.Configuration.AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        var (settings, errors) = SettingsReader.Read(builder.Configuration);
        if (settings is null)
            throw new StartRefusedException(errors);
        var directory = new DataDirectory(settings.DataDirectory);
        var held = DirectoryLock.TryTake(directory)
            ?? throw new StartRefusedException([$"Another process uses the data directory '{directory.Root}'; stop it, or set Dashboard:DataDirectory to another folder."]);

        if (settings.Node is not null)
            return NodeHost.Build(builder, settings, directory, held);
        AddServices(builder, settings, directory, held);
        builder.AddPeopleAccess(settings, directory);
        var app = builder.Build();
        Map(app);
        await StorageSetup.PrepareAsync(app.Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), ct);
        await app.Services.GetRequiredService<PublisherStore>().TrustOwnAsync(ct);
        await PeopleHosting.PrepareAccessAsync(app, ct);
        app.Services.GetRequiredService<LoggedCounts>().Resume();
        app.Services.GetRequiredService<PendingRollbacks>().Resume(app.Services.GetRequiredService<ServingHost>());
        directory.EmptyTemporary();
        await app.Services.GetRequiredService<DatasetStore>().RemoveOrphansAsync(ct);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder, Settings settings, DataDirectory directory, DirectoryLock held)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(_ => held);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Notifications>();
        services.AddSingleton<Router>();
        services.AddSingleton<LiveUpdates>();
        services.AddSingleton<LivePulse>();
        services.AddSingleton<WallReadings>();
        services.AddSingleton(new TelemetryOptions(settings.Monitoring.LogRetentionDays, settings.Monitoring.WindowRetentionDays));
        services.AddAudit(settings, directory);
        services.AddAlerts(settings.Alerts);
        services.AddRequests(settings);
        services.AddSingleton(settings.Environments);
        services.AddDashboardStorage(directory);
        services.AddJobs();
        services.AddAnalyses();
        services.AddDemo();
        services.AddHostedService<TelemetryWriter>();
        services.AddHostedService<DriftJudging>();
        services.AddServing();
        services.AddSingleton<NodeDirectory>();
        services.AddSingleton<NodeIntake>();
        services.AddHostedService<NodeWatch>();
        services.AddHostedService<RolloutRunner>();
        services.AddHostedService<PolicyWork>();
        services.AddSingleton<BoosterShelf>();
        services.AddSingleton<PredictionExplainer>();
        services.AddProblemDetails();
        services.AddExceptionHandler<MisfitParameters>();
        // In development the framework throws anyway.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1");
        services.AddSignalR(hubs => hubs.AddFilter(new CircuitAddress()));
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            // A page whose browser is gone goes on being drawn so long; a browser that returns later loads its page again, and everything it shows is in the URL.
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
            circuits.DisconnectedCircuitMaxRetained = 50;
        });
        services.AddRadzenComponents();
        services.AddScoped<PageState>();
        services.ConfigureHttpJsonOptions(options =>
        {
            foreach (var converter in CanonicalJson.Options.Converters)
                options.SerializerOptions.Converters.Add(converter);
            options.SerializerOptions.NumberHandling = CanonicalJson.Options.NumberHandling;
            options.SerializerOptions.DefaultIgnoreCondition = CanonicalJson.Options.DefaultIgnoreCondition;
        });
    }

    private static void Map(WebApplication app)
    {
        app.Services.GetRequiredService<DirectoryLock>();
        app.UseOpenInference();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.RefuseForeignPages();
        app.NoteOrigins();

        // Named here, or else the framework puts it before everything, predictions included.
        app.UseRouting();
        app.UsePeopleAccess();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapOpenApi();
        app.MapHub<LiveHub>("/hubs/live");
        app.MapSignIn();
        app.MapHealth();
        app.MapServing();
        app.MapV1();
        // The policy of every answer says who may frame it; a second header would only repeat that.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}

/// <summary>The host will not start; each reason names what to change.</summary>
public sealed class StartRefusedException(IReadOnlyList<string> reasons) : Exception(string.Join(' ', reasons))
{
    public IReadOnlyList<string> Reasons { get; } = reasons;
}
