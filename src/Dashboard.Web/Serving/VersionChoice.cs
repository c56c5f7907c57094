using Dashboard.Core;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>Which version answers a request, and why: the one place where this is decided, whatever the protocol.</summary>
/// <param name="Split">The rollout that decided; null where there is none, the caller named a version, or the champion stands in for a challenger that failed.</param>
/// <param name="Entity">Whom the request is about, where the caller said so before it was read.</param>
/// <param name="EntityHash">By which the split decided; see <see cref="TrafficSplit.Hash"/>.</param>
/// <param name="MadeId">The id that the request gets because it brings none.</param>
internal readonly record struct VersionChoice(ServedModel Model, RouteSplit? Split, Assignment Assignment, string? Entity, ulong EntityHash, string? MadeId)
{
    /// <summary>Demands a version, for tests: such requests are no evidence.</summary>
    public const string ForceHeader = "X-Rollout-Version";

    /// <summary>Says which version answered.</summary>
    public const string AnsweredByHeader = "X-Model-Version";

    /// <summary>The split whose evidence the request is; null where it is nobody's.</summary>
    private RouteSplit? CountedBy => Split is { } split && split.Counts(Assignment) ? split : null;

    /// <summary>Decides for a request whose body has come. A split is looked up anew, since a body may take its time and a rollback must not wait for it.</summary>
    /// <param name="route">As it was when the request arrived.</param>
    /// <param name="model">The champion then, or the version that the caller named.</param>
    /// <param name="isNamed">A named version takes no part in a split.</param>
    /// <param name="json">The body's JSON; only with a split it is looked into.</param>
    public static Error? Choose(HttpRequest request, Router router, ModelRoute route, ServedModel model, bool isNamed, Protocol protocol, ReadOnlySpan<byte> json, DateTimeOffset arrivedAt, out VersionChoice choice)
    {
        choice = new(model, null, default, null, 0, null);
        if (EntityKey.FromHeader(request, out var entity) is { } wrongHeader)
            return wrongHeader;
        choice = choice with { Entity = entity };
        if (isNamed || route.Split is null)
            return null;
        var now = router.Current.Models.GetValueOrDefault(route.Name) ?? route;
        if (now.Split is not { } split)
        {
            choice = choice with { Model = now.Champion ?? model };
            return null;
        }

        choice = choice with { Model = split.Champion };
        if (Forced(request, out var forced) is { } wrongForce)
            return wrongForce;
        string? id = null;
        if (entity is null && EntityKey.Skim(json, protocol.Parameters, protocol.HasRequestId, out entity, out id) is { } wrongBody)
            return wrongBody;
        var madeId = id is null ? PredictionRequest.MakeId(arrivedAt) : null;
        var hash = split.Traffic.Hash(entity ?? id ?? madeId);
        var assignment = forced is { } arm ? new Assignment(arm, true) : split.Traffic.For(hash);
        choice = new(split.VersionOf(assignment.Arm), split, assignment, entity, hash, madeId);
        if (!split.IsByNode)
            choice.CountedBy?.Tally.Assigned(assignment.Arm, hash);
        return null;
    }

    /// <summary>Whether the challenger is to be asked the same once the caller has been answered.</summary>
    public bool IsCopied => Split is { } split && split.Copies(EntityHash, Assignment);

    /// <summary>Counts that the version gave no prediction.</summary>
    public void CountFailure() => CountedBy?.Tally.Failed(Assignment.Arm);

    /// <summary>Counts what the version answered.</summary>
    public void CountAnswer(TimeSpan latency, float[][] outputs) => CountedBy?.CountAnswer(Assignment.Arm, latency.TotalSeconds, outputs);

    /// <summary>The champion instead of a challenger that failed: its answer is nobody's evidence.</summary>
    public VersionChoice FallBack() => this with { Model = Split!.Champion, Split = null };

    private static InvalidValue? Forced(HttpRequest request, out Arm? forced)
    {
        forced = null;
        if (!request.Headers.TryGetValue(ForceHeader, out var values))
            return null;
        var text = values.ToString();
        forced = text switch { "champion" => Arm.Champion, "challenger" => Arm.Challenger, _ => null };
        return forced is null ? InvalidValue.Of(ForceHeader, text, "champion or challenger") : null;
    }
}
