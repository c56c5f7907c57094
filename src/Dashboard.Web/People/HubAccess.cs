using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Web.People;

/// <summary>Asks <see cref="AccessTable"/> before a method of the live hub runs. The browser's own circuits are decided by pages and commands.</summary>
public sealed class HubAccess(AccessControl access) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var row = AccessTable.Find(Surface.Hub, "", $"{invocationContext.Hub.GetType().Name}.{invocationContext.HubMethodName}");
        var model = invocationContext.HubMethodArguments is [string { Length: > 0 } named, ..] ? named : null;
        // Without a model a method ends what was asked for before, or means all that the caller may see.
        var decided = row is { Reach: Reach.Model } && model is null ? row with { Reach = Reach.Anywhere } : row;
        var actor = Of(invocationContext.Context);
        return AccessControl.Decide(decided, actor, model) == Verdict.Allowed
            ? next(invocationContext)
            : throw new HubException(row?.Needs is { } needs && actor is not null ? new NotAllowed(actor.Name, needs, model).Message : $"There is no method '{invocationContext.HubMethodName}' for you.");
    }

    /// <summary>Whether a connection may hear of something: of the models that its caller may see now.</summary>
    public bool MaySee(HubCallerContext caller, Notification notification) =>
        access.IsOpen || Access.Decide(Of(caller), Permission.Watch, notification.Model is null ? Reach.Installation : Reach.Model, notification.Model) == Verdict.Allowed;

    /// <summary>Who holds a connection, with the roles of now; null: not any more.</summary>
    private Actor? Of(HubCallerContext caller) => caller.GetHttpContext() is { } http ? access.Of(http) : null;
}
