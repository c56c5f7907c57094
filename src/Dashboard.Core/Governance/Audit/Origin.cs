namespace Dashboard.Core.Governance.Audit;

/// <summary>By which door something was asked for.</summary>
public enum OriginKind { Api, Page, Cli }

/// <summary>From where something was asked for.</summary>
/// <param name="Address">The network address of who called the API, or of whose browser shows the page.</param>
/// <param name="Page">The path of the page on which a person acted.</param>
public sealed record Origin(OriginKind Kind, string? Address = null, string? Page = null)
{
    /// <summary>api, page or cli.</summary>
    public string Via => Kind switch
    {
        OriginKind.Api => "api",
        OriginKind.Page => "page",
        OriginKind.Cli => "cli",
        _ => throw new InvalidOperationException($"There is no word for {Kind}."),
    };
}
