using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Dashboard.Web.Hosting.Governance;

/// <summary>Says for the audit log from where a command of the API comes.</summary>
internal static class Origins
{
    /// <summary>Commands under <c>/api</c> only: a prediction writes no entry and pays nothing.</summary>
    public static void NoteOrigins(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var address = context.Connection.RemoteIpAddress;
        using (AmbientOrigin.Enter(new(OriginKind.Api, (address?.IsIPv4MappedToIPv6 is true ? address.MapToIPv4() : address)?.ToString())))
            await next(context);
    });
}

/// <summary>Says from which page a person acts: whatever a browser sends to its circuit runs inside.</summary>
internal sealed class PageOrigin(NavigationManager navigation) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        using (AmbientOrigin.Enter(new(OriginKind.Page, Page: new Uri(navigation.Uri).AbsolutePath)))
            await next(context);
    };
}
