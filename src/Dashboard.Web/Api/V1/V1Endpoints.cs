using Dashboard.Web.Api.V1.Ingestion;
using Dashboard.Web.Hosting.Demo;

namespace Dashboard.Web.Api.V1;

/// <summary>The product's own API, a file for each room.</summary>
internal static class V1Endpoints
{
    public static void MapV1(this IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/api/v1");
        v1.MapJobs();
        v1.MapRuns();
        v1.MapRetraining();
        v1.MapDatasets();
        v1.MapDemo();
        v1.MapIngestion();
        v1.MapMonitoring();
        v1.MapModels();
        v1.MapPackages();
        v1.MapDeployments();
        v1.MapFallback(() => Results.Problem("There is no such endpoint; /openapi/v1.json lists them all.", statusCode: StatusCodes.Status404NotFound, title: "Not found"))
            .ExcludeFromDescription();
    }
}
