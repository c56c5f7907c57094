using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;

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

        using (AmbientOrigin.Enter(new(OriginKind.Api, AddressOf(context))))
            await next(context);
    });

    /// <summary>The address at the other end of a request's connection, which is nothing that a caller says of themselves.</summary>
    public static string? AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address?.IsIPv4MappedToIPv6 is true ? address.MapToIPv4() : address)?.ToString();
    }
}

/// <summary>
/// Knows from which address a browser speaks to its circuit: whatever it sends is a call of the framework's hub, on a connection whose request is known, and runs inside. A browser that comes back
/// from elsewhere comes by a connection of its own.
/// </summary>
internal sealed class CircuitAddress : IHubFilter
{
    private static readonly AsyncLocal<string?> Flow = new();

    /// <summary>Null outside of what a browser asked for.</summary>
    public static string? Current => Flow.Value;

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        // What the call begins carries it on; the loop that reads the connection gets back what it had.
        var before = Flow.Value;
        Flow.Value = invocationContext.Context.GetHttpContext() is { } http ? Origins.AddressOf(http) : null;
        try
        {
            return next(invocationContext);
        }
        finally
        {
            Flow.Value = before;
        }
    }
}

/// <summary>Says from which page and address a person acts: whatever a browser sends to its circuit runs inside.</summary>
internal sealed class PageOrigin(NavigationManager navigation) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        using (AmbientOrigin.Enter(new(OriginKind.Page, CircuitAddress.Current, new Uri(navigation.Uri).AbsolutePath)))
            await next(context);
    };
}
