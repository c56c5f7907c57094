namespace Dashboard.Web.People;

/// <summary>What browsers are told on every answer that they may show.</summary>
internal static class SecurityHeaders
{
    /// <summary>Scripts come from files of this host only. Styles may stand in elements: charts and grids place what they draw by them.</summary>
    public const string Policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // When the answer begins: an answer to a failure starts anew, without what was set before.
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    });

    private static Task Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // The dialog of wall screens shows what it builds in a frame.
        headers.XFrameOptions = "SAMEORIGIN";
        // Not "no-referrer": with it browsers leave the origin out of forms, by which foreign pages are told apart.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        return Task.CompletedTask;
    }
}
