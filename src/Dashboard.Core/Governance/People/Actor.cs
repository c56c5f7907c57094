namespace Dashboard.Core.Governance.People;

/// <summary>What stands behind a request.</summary>
public enum ActorKind
{
    /// <summary>Somebody who signed in.</summary>
    Person,

    /// <summary>An API token.</summary>
    Token,

    /// <summary>A wall screen, by its link.</summary>
    Display,

    /// <summary>A serving node, by its key.</summary>
    Node,

    /// <summary>Whoever sits at the machine while sign-in is turned off, or the host itself.</summary>
    Operator,
}

/// <summary>Who acts, with the roles that hold now.</summary>
/// <param name="Id">The person's number, the token's or the display link's id; unique within its kind.</param>
/// <param name="Name">What activity entries say.</param>
/// <param name="Everywhere">The role on the installation; null: none.</param>
/// <param name="Models">Roles on single models, by name. They add to <paramref name="Everywhere"/> and never take away from it.</param>
public sealed record Actor(ActorKind Kind, string Id, string Name, Role? Everywhere, IReadOnlyDictionary<string, Role> Models)
{
    private static readonly Dictionary<string, Role> None = [];

    /// <summary>Everything is allowed: sign-in is turned off, or the host acts itself.</summary>
    public static Actor Operator(string name) => new(ActorKind.Operator, name, name, Role.Administrator, None);

    /// <summary>The person behind the token; null for what is no person's.</summary>
    public int? PersonId { get; init; }

    /// <summary>The higher of the role on the installation and the role on the model; null: none.</summary>
    public Role? On(string model) => Models.TryGetValue(model, out var role) && !(Everywhere >= role) ? role : Everywhere;

    /// <summary>The same with at most a role, and on some models only: a token can do what its owner can and no more.</summary>
    /// <param name="cap">The highest role that is left.</param>
    /// <param name="models">The only models that are left; null: as before. With them the role on the installation is gone.</param>
    public Actor Limited(Role cap, IReadOnlyCollection<string>? models) => models is null
        ? this with { Everywhere = Lower(Everywhere, cap), Models = Models.ToDictionary(grant => grant.Key, grant => Lower(grant.Value, cap)!.Value, StringComparer.Ordinal) }
        : this with { Everywhere = null, Models = models.Where(model => On(model) is not null).Distinct(StringComparer.Ordinal).ToDictionary(model => model, model => Lower(On(model), cap)!.Value, StringComparer.Ordinal) };

    private static Role? Lower(Role? role, Role cap) => role is null ? null : role < cap ? role : cap;
}
