namespace Dashboard.Web.Hosting;

/// <summary>Refuses commands that a browser sends on behalf of another site's page: without sign-in, a page elsewhere could otherwise promote a model on the machine of whoever visits it.</summary>
internal static class ForeignPages
{
    public static void RefuseForeignPages(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (IsCommand(request.Method) && request.Headers.Origin is [{ Length: > 0 } origin] && !IsOwn(origin, request.Host))
        {
            await Results.Problem($"The page at '{Core.Error.Shorten(origin)}' may not send {request.Method} to this host; expected a page of this host, or a client that is no browser.",
                statusCode: StatusCodes.Status403Forbidden, title: "Foreign page").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool IsCommand(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static bool IsOwn(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == host.Value;
}
