using Dashboard.Core.Governance.People;

namespace Dashboard.Web.Hosting;

/// <summary>Whether people sign in.</summary>
public enum AuthenticationMode
{
    /// <summary>With accounts; nothing is open before.</summary>
    Accounts,

    /// <summary>Nobody signs in: for one person on one machine.</summary>
    Open,
}

/// <param name="SignInsPerMinute">Attempts to sign in from one address.</param>
/// <param name="BootstrapToken">An administrator's token for automation, taken at the first start; empty: none.</param>
/// <param name="OAuth">The provider with which people may sign in, too; null: none.</param>
public sealed record AuthenticationSettings(AuthenticationMode Mode, int SignInsPerMinute, string BootstrapToken, OAuthSettings? OAuth);

/// <param name="Name">What the button says.</param>
/// <param name="Scopes">With blanks between them.</param>
/// <param name="SubjectClaim">What in the user information never changes for a person.</param>
/// <param name="NameClaim">What in the user information becomes the account's name.</param>
/// <param name="DefaultRole">Of whoever comes for the first time; null: none until an administrator gives one.</param>
public sealed record OAuthSettings(string Name, string ClientId, string ClientSecret, string AuthorizationEndpoint, string TokenEndpoint, string UserInformationEndpoint, string Scopes, string SubjectClaim, string NameClaim, Role? DefaultRole);
