namespace Dashboard.Web.Api;

/// <summary>Who calls, for the activity list: the header's word until people sign in.</summary>
internal static class Actor
{
    public const string Header = "X-Dashboard-Actor";

    private const int MaxLength = 100;

    public static string Of(HttpContext context)
    {
        var name = context.Request.Headers[Header].ToString().Trim();
        return name.Length == 0 ? "api" : name.Length <= MaxLength ? name : name[..MaxLength];
    }
}
