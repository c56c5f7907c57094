namespace Dashboard.Core.Governance.People;

/// <summary>Whether something is allowed.</summary>
public enum Verdict
{
    Allowed,

    /// <summary>Nobody has signed in, and it is not for everybody.</summary>
    SignInFirst,

    /// <summary>Whoever asks lacks the role.</summary>
    Refused,
}

/// <summary>The one rule of who may do what: what is not allowed here is refused.</summary>
public static class Access
{
    /// <summary>The least role that carries a permission; null: none is needed, but one has to be signed in.</summary>
    public static Role? Least(Permission permission) => permission switch
    {
        Permission.Watch or Permission.View => Role.Viewer,
        Permission.Predict or Permission.Label or Permission.Train or Permission.Register or Permission.Configure or Permission.Propose => Role.Contributor,
        Permission.Promote or Permission.Approve or Permission.RollBack or Permission.ReadAudit => Role.Approver,
        Permission.Maintain or Permission.ManagePolicy or Permission.ManagePeople or Permission.Serve => Role.Administrator,
        Permission.OwnAccount or Permission.Visit => null,
        _ => throw new ArgumentOutOfRangeException(nameof(permission), permission, "Every permission has a least role."),
    };

    /// <summary>Decides.</summary>
    /// <param name="actor">Null: nobody signed in.</param>
    /// <param name="model">The model at stake; where <paramref name="reach"/> is <see cref="Reach.Model"/> and none is named, a role on the installation is needed.</param>
    public static Verdict Decide(Actor? actor, Permission permission, Reach reach, string? model)
    {
        if (actor is null)
            return Verdict.SignInFirst;
        // Somebody without a role has their own account still; what is nobody's account takes a reason to be there.
        if (permission == Permission.Visit && actor.Kind != ActorKind.Person)
            permission = Permission.Watch;
        // A screen on a wall has nobody in front of it who could answer for more.
        if (actor.Kind == ActorKind.Display && permission != Permission.Watch)
            return Verdict.Refused;
        // A node's key opens what nodes do, and nothing else; what nodes do is open to nodes, and to the host itself.
        if (actor.Kind == ActorKind.Node || permission == Permission.Serve)
            return permission == Permission.Serve && actor.Kind is ActorKind.Node or ActorKind.Operator ? Verdict.Allowed : Verdict.Refused;
        if (Least(permission) is not { } least)
            return actor.Kind is ActorKind.Person ? Verdict.Allowed : Verdict.Refused;
        var role = reach switch
        {
            Reach.Model when model is not null => actor.On(model),
            Reach.Anywhere => Highest(actor),
            _ => actor.Everywhere,
        };
        return role >= least ? Verdict.Allowed : Verdict.Refused;
    }

    private static Role? Highest(Actor actor)
    {
        var highest = actor.Everywhere;
        foreach (var role in actor.Models.Values)
            if (!(highest >= role))
                highest = role;
        return highest;
    }
}

/// <summary>Whoever asks may not do it.</summary>
public sealed record NotAllowed(string Who, Permission Permission, string? Model)
    : Error(ErrorKind.Forbidden, $"{Shorten(Who)} may not do this{(Model is null ? "" : $" to model '{Shorten(Model)}'")}: {Takes(Permission, Model)}")
{
    private static string Takes(Permission permission, string? model) => permission == Permission.Serve
        ? "it takes the key of a serving node. An administrator can add one."
        : $"it takes the role {Access.Least(permission)?.ToString() ?? "of a person who signed in"}{(model is null ? " on the installation" : " on it or on the installation")}. An administrator can give it.";
}
