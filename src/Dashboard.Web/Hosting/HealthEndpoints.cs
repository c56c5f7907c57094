using Dashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Hosting;

/// <summary>Live: the process answers. Ready: the database answers, too.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live"));
        routes.MapGet("/health/ready", async (IDbContextFactory<DashboardDb> factory, CancellationToken ct) =>
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            return await db.Database.CanConnectAsync(ct)
                ? Results.Text("ready")
                : Results.Text("the decision database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }
}
