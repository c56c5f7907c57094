using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Features that a timestamp becomes repeat with the calendar: an hour of day needs whole days, a weekday whole weeks, a month whole years.
/// A shorter window differs from any reference by construction, so it is not compared.
/// </summary>
public static class CalendarPeriod
{
    /// <summary>The length that a window must have for this encoded feature; zero where any length will do.</summary>
    public static TimeSpan Of(Preprocessing preprocessing, string feature)
    {
        var found = preprocessing.Features.FirstOrDefault(one => one.Name == feature);
        if (found is null || preprocessing.Inputs[found.Input].Type != InputType.Timestamp)
            return TimeSpan.Zero;
        return feature switch
        {
            _ when feature.EndsWith("hour", StringComparison.Ordinal) => TimeSpan.FromDays(1),
            _ when feature.EndsWith("weekday", StringComparison.Ordinal) => TimeSpan.FromDays(7),
            _ => TimeSpan.FromDays(365),
        };
    }
}
