using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Caller = Dashboard.Core.Governance.People.Actor;

namespace Dashboard.Web.Api;

/// <summary>Who calls: for the activity list, and for what one endpoint decides beyond its row in the table.</summary>
internal static class Actor
{
    /// <summary>Names the caller where sign-in is turned off; elsewhere it is not looked at.</summary>
    public const string Header = "X-Dashboard-Actor";

    private const int MaxLength = 100;

    public static string Of(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { Kind: not ActorKind.Operator } actor)
            return actor.Name;
        var name = context.Request.Headers[Header].ToString().Trim();
        return name.Length == 0 ? "api" : name.Length <= MaxLength ? name : name[..MaxLength];
    }

    /// <summary>Whether a list shows a model to whoever calls.</summary>
    public static bool MaySee(HttpContext context, string model) => Refusal(context, Permission.View, model) is null;

    /// <summary>Why a part of a request is refused; null: it is allowed.</summary>
    public static Error? Refusal(HttpContext context, Permission permission, string model) =>
        Access.Decide(context.Features.Get<Caller>(), permission, Reach.Model, model) == Verdict.Allowed ? null : new NotAllowed(context.Features.Get<Caller>()?.Name ?? "nobody", permission, model);
}
