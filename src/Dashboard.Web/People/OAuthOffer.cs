namespace Dashboard.Web.People;

/// <summary>The provider with which people may sign in.</summary>
/// <param name="Name">What the button says; null: there is none.</param>
public sealed record OAuthOffer(string? Name);
