using Dashboard.Web.Api.V1.Alerts;
using Dashboard.Web.Api.V1.Ingestion;
using Dashboard.Web.Api.V1.Requests;
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
        v1.MapAnalyses();
        v1.MapSegments();
        v1.MapQuality();
        v1.MapPredictions();
        v1.MapModels();
        v1.MapPackages();
        v1.MapCards();
        v1.MapDeployments();
        v1.MapRequests();
        v1.MapPolicies();
        v1.MapRollouts();
        v1.MapNodes();
        v1.MapAlertRules();
        v1.MapIncidents();
        v1.MapAlertChannels();
        v1.MapPeople();
        v1.MapAudit();
        v1.MapPublishers();
        v1.Map("/{**rest}", Unknown)
            .ExcludeFromDescription();
    }

    /// <summary>A route of its own rather than a fallback, which would lose against the page that answers unknown addresses.</summary>
    private static IResult Unknown(HttpRequest request) => Results.Problem(
        $"Nothing answers {request.Method} {request.Path}{(request.ContentType is { } type ? $" with content type '{type}'" : "")}; /openapi/v1.json lists every endpoint with its method and what it takes.",
        statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
