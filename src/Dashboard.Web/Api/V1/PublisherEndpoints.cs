using Dashboard.Core;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;

namespace Dashboard.Web.Api.V1;

/// <summary>Whose signatures count, and what a version's package is signed with.</summary>
internal static class PublisherEndpoints
{
    private const string Any = "*/*";

    public static void MapPublishers(this IEndpointRouteBuilder routes)
    {
        var publishers = routes.MapGroup("/publishers").WithTags("Publishers");
        publishers.MapGet("", async (PublisherStore store, CancellationToken ct) => await store.ListAsync(ct)).Produces<PublisherView[]>().WithSummary("Publishers whose signatures count, the installation itself among them, and those that were revoked");
        publishers.MapPost("", TrustAsync).Accepts<PublisherBody>("application/json", Any).Produces<PublisherView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(409)
            .WithSummary("Trust a publisher: name, and publicKey in PEM (ECDSA on P-256)");
        publishers.MapDelete("/{id:int}", async (int id, string? reason, HttpContext context, PublisherStore store, CancellationToken ct) => (await store.RevokeAsync(id, reason ?? "", Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem))
            .Produces<PublisherView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Revoke a publisher's key, with a reason: its signatures count no more. In the place of the installation's own a new one is made");
        routes.MapGet("/models/{model}/versions/{version}/signatures", SignaturesAsync).WithTags("Models").Produces<PackageTrust>().ProducesProblem(404).WithSummary("What a version's package is signed with, and what that is worth now");
    }

    private static async Task<IResult> TrustAsync(HttpContext context, PublisherStore store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<PublisherBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        return (await store.TrustAsync(read.Value.Name ?? "", read.Value.PublicKey, Actor.Of(context), ct)).Match(made => Results.Created($"/api/v1/publishers/{made.Id}", made), Problems.ToProblem);
    }

    private static async Task<IResult> SignaturesAsync(string model, string version, ModelRegistry registry, PackageSignatures signatures, CancellationToken ct)
    {
        var found = await registry.FindVersionAsync(model, version, ct);
        return found.Error is { } unknown ? unknown.ToProblem() : Results.Ok(await signatures.TrustOfAsync(found.Value.Digest, ct));
    }
}

/// <param name="PublicKey">In PEM.</param>
internal sealed record PublisherBody(string? Name, string? PublicKey);
