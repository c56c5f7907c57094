using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Storage;
using Dashboard.Web.Hosting;
using Dashboard.Web.People;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Composes a serving node: the same inference as a control room's and nothing else. It decides nothing: which versions answer comes from the control room that it follows, and what it answered goes there.
/// </summary>
internal static class NodeHost
{
    public static WebApplication Build(WebApplicationBuilder builder, Settings settings, DataDirectory directory, DirectoryLock held)
    {
        var node = settings.Node!;
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(node);
        services.AddSingleton(_ => held);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Notifications>();
        services.AddSingleton<Router>();
        services.AddSingleton(settings.Environments);
        // Packages lie here as they do at the control room; no database is ever opened.
        services.AddDashboardStorage(directory);
        services.AddSingleton<AccessControl>();
        services.AddProblemDetails();
        services.AddSingleton<NodeContact>();
        services.AddSingleton<ControlRoomClient>();
        services.AddSingleton<NodeRoutes>();
        services.AddSingleton(provider => new ReportSpool(provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<Predictor>();
        services.AddSingleton<Mirrors>();
        services.AddHostedService<MirrorWorker>();
        services.AddHostedService<NodeFollower>();
        services.AddHostedService<NodeReporter>();
        var app = builder.Build();
        app.Services.GetRequiredService<DirectoryLock>();
        PeopleHosting.RefuseOpenAway(settings, app.Configuration);
        directory.EmptyTemporary();
        Map(app, node);
        return app;
    }

    private static void Map(WebApplication app, NodeSettings node)
    {
        var contact = app.Services.GetRequiredService<NodeContact>();
        // Whatever name the probe goes by.
        if (node.ReadyFor > TimeSpan.Zero)
            app.Use((context, next) => context.Request.Path.Value is "/health/ready" or "/v2/health/ready" && contact.CutOff is { } reason ? NotReadyAsync(context, reason) : next(context));
        app.UseOpenInference();
        app.UseExceptionHandler();
        var routes = app.Services.GetRequiredService<NodeRoutes>();
        app.Use((context, next) => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET" or "HEAD", "/health/live") => context.Response.WriteAsync("live", context.RequestAborted),
            ("GET" or "HEAD", "/health/ready") => ReadyAsync(context, routes),
            ("GET" or "HEAD", "/") => context.Response.WriteAsync(routes.Describe(node), context.RequestAborted),
            _ => next(context),
        });
        app.UseRouting();
        app.Use((context, next) => context.GetEndpoint() is null ? ElsewhereAsync(context, node) : next(context));
        app.UseMiddleware<AccessMiddleware>();
        app.MapServing();
    }

    private static Task ReadyAsync(HttpContext context, NodeRoutes routes) =>
        routes.HasOrders ? context.Response.WriteAsync("ready", context.RequestAborted) : NotReadyAsync(context, "the control room has given no orders yet");

    /// <summary>Whoever asks the node for more than predictions learns where that is.</summary>
    private static Task ElsewhereAsync(HttpContext context, NodeSettings node) => Results.Problem(
        $"There is no {context.Request.Method} {Error.Shorten(context.Request.Path.Value ?? "/")} at the serving node '{node.Name}', which answers predictions; everything else is at its control room, {node.ControlRoom}.",
        statusCode: StatusCodes.Status404NotFound, title: "Not found").ExecuteAsync(context);

    private static Task NotReadyAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
