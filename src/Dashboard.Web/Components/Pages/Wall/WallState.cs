using Dashboard.Core.Monitoring.Health;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>A model's state on a wall: icon by kind, word, and since when.</summary>
/// <param name="Since">The last sign of life of what is silent; null where none is known, or where it does not matter.</param>
/// <param name="IsSilent">What is shown is old or nothing: drawn striped.</param>
public sealed record WallState(StateKind Kind, string Word, DateTimeOffset? Since = null, bool IsSilent = false)
{
    /// <summary>The first of these that holds: it cannot be read, nothing is live, there never was data, the data stopped, the service fails right now; then the verdict over the range.</summary>
    /// <param name="unread">When what is shown was read, where reading it again failed.</param>
    public static WallState Of(WallReading reading, ModelPulse? pulse, TimeSpan stale, DateTimeOffset now, DateTimeOffset? unread = null)
    {
        var status = reading.Status;
        var last = pulse?.LastPrediction;
        if (unread is not null)
            return new(StateKind.None, "Not read", unread, IsSilent: true);
        if (status.Health.State == HealthState.NotDeployed)
            return new(StateKind.None, status.Health.Word);
        // A prediction that came after the reading is data, too.
        if (status.Health.State == HealthState.NoData && !(last > reading.ReadAt))
            return new(StateKind.None, "No data", last, IsSilent: true);
        if (now - last > stale)
            return new(StateKind.None, "Stale", last, IsSilent: true);
        return pulse?.ServerErrorRate >= ModelHealth.FailingShare
            ? new(StateKind.Bad, $"Errors {Format.Percent(pulse.ServerErrorRate)}")
            : status.Health.State == HealthState.NoData ? new(StateKind.None, "First data") : new(HealthBadge.KindOf(status.Health.State), status.Health.Word);
    }
}
