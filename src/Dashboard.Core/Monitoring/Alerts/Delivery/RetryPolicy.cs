namespace Dashboard.Core.Monitoring.Alerts.Delivery;

/// <summary>When a delivery that failed is tried again: after twice as long each time, with jitter, so that many that failed together do not come back together.</summary>
/// <param name="MostAttempts">Of one delivery, the first one included.</param>
/// <param name="First">The wait after the first attempt.</param>
/// <param name="Longest">No wait is longer, whatever the receiver asks for.</param>
public sealed record RetryPolicy(int MostAttempts, TimeSpan First, TimeSpan Longest)
{
    public static readonly RetryPolicy Default = new(8, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30));

    /// <summary>The time of the next attempt; null: it is given up.</summary>
    /// <param name="attempts">How many were made, at least 1.</param>
    /// <param name="retryAfter">What the receiver asked for; it is never tried earlier.</param>
    /// <param name="jitter">0 to 1, random: the wait is between half and the whole of the doubled time.</param>
    public DateTimeOffset? Next(int attempts, DateTimeOffset now, TimeSpan? retryAfter, double jitter)
    {
        if (attempts >= MostAttempts)
            return null;
        var doubled = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, attempts - 1));
        var wait = TimeSpan.FromSeconds(doubled * (0.5 + (0.5 * jitter)));
        return now + (retryAfter > wait ? (retryAfter < Longest ? retryAfter.Value : Longest) : wait);
    }

    /// <summary>Whether a receiver that answers so may answer otherwise later: it is busy, or at fault itself. Other refusals are final.</summary>
    public static bool IsWorthRetrying(int status) => status is 408 or 425 or 429 or >= 500;
}
