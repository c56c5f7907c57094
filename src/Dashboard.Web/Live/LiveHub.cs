using Dashboard.Core;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Web.Live;

/// <summary>
/// The same notifications for clients that are not this page. A client connects to <c>/hubs/live</c>, listens to <c>changed</c> (an array of
/// {topic, model, subject, upTo}) and may narrow what it gets with <c>Watch(model)</c>; without it, it gets everything.
/// </summary>
public sealed class LiveHub(LiveUpdates updates, IHubContext<LiveHub> context) : Hub
{
    private const string SubscriptionKey = "subscription";

    public override async Task OnConnectedAsync()
    {
        Follow(_ => true);
        await base.OnConnectedAsync();
    }

    /// <summary>From now on only what concerns one model; null or empty: everything again.</summary>
    public void Watch(string? model) => Follow(string.IsNullOrEmpty(model) ? _ => true : notification => notification.Model == model);

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[SubscriptionKey] as IDisposable)?.Dispose();
        await base.OnDisconnectedAsync(exception);
    }

    private void Follow(Func<Notification, bool> concerns)
    {
        (Context.Items.TryGetValue(SubscriptionKey, out var before) ? before as IDisposable : null)?.Dispose();
        var client = context.Clients.Client(Context.ConnectionId);
        Context.Items[SubscriptionKey] = updates.Subscribe(concerns, batch => client.SendAsync("changed", batch));
    }
}
