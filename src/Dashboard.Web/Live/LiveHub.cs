using Dashboard.Core;
using Dashboard.Storage.Registry;
using Dashboard.Web.People;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Web.Live;

/// <summary>
/// The same notifications for clients that are not this page. A client connects to <c>/hubs/live</c>, listens to <c>changed</c> (an array of
/// {topic, model, subject, upTo}) and may narrow what it gets with <c>Watch(model)</c>; without it, it gets everything. With <c>Pulse(model)</c> it
/// also hears <c>pulse</c>, a <see cref="ModelPulse"/>, at once and whenever the model's counts move, up to ten times a second.
/// </summary>
public sealed class LiveHub(LiveUpdates updates, LivePulse pulse, ModelRegistry registry, IHubContext<LiveHub> context, HubAccess access) : Hub
{
    private const string SubscriptionKey = "subscription";
    private const string PulseKey = "pulse";

    public override async Task OnConnectedAsync()
    {
        Follow(_ => true);
        await base.OnConnectedAsync();
    }

    /// <summary>From now on only what concerns one model; null or empty: everything again.</summary>
    public void Watch(string? model) => Follow(string.IsNullOrEmpty(model) ? _ => true : notification => notification.Model == model);

    /// <summary>From now on also the pulse of one model; null or empty: no pulse any more.</summary>
    /// <exception cref="HubException">There is no such model.</exception>
    public async Task Pulse(string? model)
    {
        if (!string.IsNullOrEmpty(model) && await registry.FindAsync(model, Context.ConnectionAborted) is null)
            throw new HubException(new NotFound("model", model).Message);
        var client = context.Clients.Client(Context.ConnectionId);
        Replace(PulseKey, string.IsNullOrEmpty(model) ? null : pulse.Watch([model], pulses => client.SendAsync("pulse", pulses[model])));
        if (Context.ConnectionAborted.IsCancellationRequested)
            Replace(PulseKey, null);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        Replace(SubscriptionKey, null);
        Replace(PulseKey, null);
        await base.OnDisconnectedAsync(exception);
    }

    private void Follow(Func<Notification, bool> concerns)
    {
        var client = context.Clients.Client(Context.ConnectionId);
        var caller = Context;
        Replace(SubscriptionKey, updates.Subscribe(notification => concerns(notification) && access.MaySee(caller, notification), batch => client.SendAsync("changed", batch)));
    }

    private void Replace(string key, IDisposable? subscription)
    {
        var before = Context.Items.TryGetValue(key, out var present) ? present as IDisposable : null;
        Context.Items[key] = subscription;
        before?.Dispose();
    }
}
