using Dashboard.Web.Api;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>/api/v1/demo: where it stands, start, stop, remove.</summary>
internal static class DemoEndpoints
{
    public static void MapDemo(this IEndpointRouteBuilder routes)
    {
        var demo = routes.MapGroup("/demo").WithTags("Demonstration");
        demo.MapGet("", (DemoService service) => service.State).WithSummary("Where the demonstration stands");
        demo.MapPost("/start", async (DemoService service, CancellationToken ct) => (await service.StartDemoAsync(ct)).Match(Results.Ok, Problems.ToProblem))
            .WithSummary("Start, resume, or start anew after its end");
        demo.MapPost("/stop", async (DemoService service, CancellationToken ct) => (await service.StopDemoAsync(ct)).Match(Results.Ok, Problems.ToProblem))
            .WithSummary("Stop the replay; what it made stays");
        demo.MapDelete("", async (DemoService service, CancellationToken ct) => (await service.RemoveDemoAsync(ct)).Match(Results.Ok, Problems.ToProblem))
            .WithSummary("Remove the demonstration with everything it made");
    }
}
