using Dashboard.Web.Api.MLflow;
using Dashboard.Web.Api.OpenInference;

namespace Dashboard.Web.Serving;

/// <summary>Composes serving into the host.</summary>
internal static class ServingSetup
{
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        services.AddSingleton<Predictor>();
        services.AddSingleton<Mirrors>();
        services.AddHostedService<MirrorWorker>();
        services.AddHostedService<ModelLoader>();
        return services;
    }

    /// <summary>Goes first in the pipeline: a prediction passes nothing else.</summary>
    public static void UseOpenInference(this IApplicationBuilder app) => app.UseMiddleware<OpenInferenceMiddleware>();

    public static void MapServing(this IEndpointRouteBuilder routes) => routes.MapMLflowScoring();
}
