using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Api.V1;

/// <summary>Trains a model again: on a dataset version, or on a window of its own labelled log.</summary>
internal static class RetrainEndpoints
{
    public static void MapRetraining(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/models/{model}/retrain", RetrainAsync).WithTags("Jobs").Accepts<RetrainBody>("application/json")
            .Produces<JobView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Train a model again on { datasetVersion } or { window: { from, to } }; parameters that are left out are the champion's");

    private static async Task<IResult> RetrainAsync(string model, HttpContext context, Retraining retraining, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<RetrainBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        var body = read.Value;
        var defaults = await retraining.DefaultsAsync(model, ct);
        if (defaults.Error is { } unknown)
            return unknown.ToProblem();
        var parameters = Merge(defaults.Value.Parameters, body.Parameters);
        return parameters.Error is { } wrong
            ? wrong.ToProblem()
            : JobEndpoints.Accepted(await retraining.StartAsync(model, new(body.DatasetVersion, body.Window, body.Rows, body.Target, body.Features, body.Split, parameters.Value, body.Reason), Actor.Of(context), ct));
    }

    /// <summary>The champion's parameters with those that the body names in their place.</summary>
    private static Result<BoosterParameters> Merge(BoosterParameters champion, JsonObject? changes)
    {
        if (changes is null)
            return champion;
        var merged = JsonSerializer.SerializeToNode(champion, CanonicalJson.Options)!.AsObject();
        foreach (var (key, value) in changes)
        {
            if (!merged.ContainsKey(key))
                return InvalidValue.Of($"parameters.{key}", value?.ToJsonString(), $"one of {string.Join(", ", merged.Select(pair => pair.Key))}");
            merged[key] = value?.DeepClone();
        }

        try
        {
            return merged.Deserialize<BoosterParameters>(CanonicalJson.Options)!;
        }
        catch (JsonException fault)
        {
            return InvalidValue.Of($"parameters{fault.Path?.TrimStart('$')}", null, "a value of the parameter's type") with { Message = $"The parameters are not valid: {fault.Message}" };
        }
    }
}

/// <param name="Parameters">Only those that differ from the champion's.</param>
internal sealed record RetrainBody(string? DatasetVersion, EventWindow? Window, RowRange? Rows, string? Target, IReadOnlyList<string>? Features, SplitSpec? Split, JsonObject? Parameters, string? Reason);
