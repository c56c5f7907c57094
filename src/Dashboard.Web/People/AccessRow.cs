using Dashboard.Core.Governance.People;

namespace Dashboard.Web.People;

/// <summary>What kind of thing is asked for.</summary>
public enum Surface
{
    /// <summary>An endpoint over HTTP: method and route.</summary>
    Endpoint,

    /// <summary>A page: its route.</summary>
    Page,

    /// <summary>A connection, or a method of a hub: its name.</summary>
    Hub,

    /// <summary>A path of the Open Inference Protocol, which passes no routing: the operation's name.</summary>
    Inference,
}

/// <summary>Who may use one endpoint, page or method.</summary>
/// <param name="Method">The HTTP method; empty for the other surfaces, * for any.</param>
/// <param name="Needs">Null: anybody, signed in or not.</param>
/// <param name="ModelKey">The route value that names the model.</param>
public sealed record AccessRow(Surface Surface, string Method, string Name, Permission? Needs, Reach Reach = Reach.Installation, string ModelKey = "model")
{
    public override string ToString() => $"{Surface} {Method} {Name}".Replace("  ", " ", StringComparison.Ordinal);
}
