using System.Globalization;

namespace Dashboard.Web.Components.Shared;

/// <summary>The time range that a person chose: the last so-and-so much, everything, or from–to. As text: 15m, 1h, 6h, 24h, 7d, 30d, all, or 2001-02-01..2001-02-14T12:00.</summary>
/// <param name="Length">The length that ends now (on the model's clock: at its newest event); null for everything and for from–to.</param>
public sealed record TimeSelection(string Text, string Label, TimeSpan? Length, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    public static readonly IReadOnlyList<TimeSelection> Presets =
    [
        new("15m", "Last 15 minutes", TimeSpan.FromMinutes(15)),
        new("1h", "Last hour", TimeSpan.FromHours(1)),
        new("6h", "Last 6 hours", TimeSpan.FromHours(6)),
        new("24h", "Last 24 hours", TimeSpan.FromHours(24)),
        new("7d", "Last 7 days", TimeSpan.FromDays(7)),
        new("30d", "Last 30 days", TimeSpan.FromDays(30)),
        new("all", "All", null),
    ];

    public static TimeSelection Default => Presets[5];

    /// <summary>The selection behind the text, or null when it is none.</summary>
    public static TimeSelection? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Presets.FirstOrDefault(preset => preset.Text == text) is { } preset)
            return preset;
        var at = text.IndexOf("..", StringComparison.Ordinal);
        if (at < 0 || !TryInstant(text[..at], out var from) || !TryInstant(text[(at + 2)..], out var to) || from >= to)
            return null;
        return Between(from, to);
    }

    public static TimeSelection Between(DateTimeOffset from, DateTimeOffset to) =>
        new($"{Write(from)}..{Write(to)}", $"{Show(from)} – {Show(to)}", null, from, to);

    /// <summary>The instants it stands for. What has no end ends at <paramref name="newest"/>; what has no start starts at the beginning of time.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Resolve(DateTimeOffset newest) =>
        (From ?? (Length is { } length ? newest - length : DateTimeOffset.UnixEpoch.AddYears(-100)), To ?? newest);

    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    private static string Write(DateTimeOffset at) => at.UtcDateTime.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);

    private static string Show(DateTimeOffset at) => at.UtcDateTime.ToString(at.TimeOfDay == TimeSpan.Zero ? "d MMM yyyy" : "d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
}
