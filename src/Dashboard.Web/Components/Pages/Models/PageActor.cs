namespace Dashboard.Web.Components.Pages.Models;

/// <summary>Who acts on a page, for the activity list, until people sign in.</summary>
internal static class PageActor
{
    public const string Name = "operator";
}
