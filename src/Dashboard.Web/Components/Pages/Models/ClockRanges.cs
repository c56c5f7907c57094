using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Models;

/// <summary>What a chosen time range means for one model, on both clocks.</summary>
internal static class ClockRanges
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(5);

    /// <summary>
    /// On the model's clock a range without an end ends at the newest event; on the service's clock it ends now, and starts no earlier than the model itself,
    /// so that a young model's first minutes fill the chart.
    /// </summary>
    public static ClockRange Of(TimeSelection selection, (DateTimeOffset Oldest, DateTimeOffset Newest)? span, RegisteredModel model, DateTimeOffset now)
    {
        // Whole slots, so that many viewers ask the same question.
        var serviceNow = new DateTimeOffset(((now.UtcTicks / Slot.Ticks) + 1) * Slot.Ticks, TimeSpan.Zero);
        var (modelFrom, modelTo) = selection.Resolve((span?.Newest ?? now).AddTicks(10));
        var (serviceFrom, serviceTo) = selection.Resolve(serviceNow);
        if (selection.From is null && span is { } known && modelFrom < known.Oldest)
            modelFrom = known.Oldest;
        if (selection.From is null && serviceFrom < model.CreatedAt)
            serviceFrom = model.CreatedAt < serviceNow ? model.CreatedAt : serviceNow - Slot;
        return new(modelFrom, modelTo, serviceFrom, serviceTo);
    }
}
