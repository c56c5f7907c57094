using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>Words that a tile and the large model share.</summary>
internal static class WallText
{
    /// <summary>"v3 · challenger v4", during a rollout "v3 · v4 at 5 %": the champion first.</summary>
    public static string Versions(WallReading reading) => reading.Rollout is { } rollout ? $"v{rollout.Champion} · v{rollout.Challenger} at {rollout.Weight}" : (reading.Picture.Champion, reading.Picture.Challenger) switch
    {
        (null, null) => "no champion",
        (null, { } challenger) => $"v{challenger.Number} challenger",
        ({ } champion, { } challenger) when challenger.Id != champion.Id => $"v{champion.Number} · challenger v{challenger.Number}",
        ({ } champion, _) => $"v{champion.Number}",
    };

    /// <summary>Requests a second; for a model that only sends in what it predicted elsewhere, predictions.</summary>
    public static string Rate(ModelPulse? pulse) => IsObserved(pulse) ? Calm(pulse!.PredictionsPerSecond) + " predictions/s" : Calm(pulse?.RequestsPerSecond) + " requests/s";

    public static bool IsObserved(ModelPulse? pulse) => pulse is { RequestsPerSecond: 0, PredictionsPerSecond: > 0 };

    /// <summary>Two significant digits, so that the last one does not dance: a rate is measured ten times a second.</summary>
    public static string Calm(double? value)
    {
        if (value is not > 0)
            return value is null ? Format.None : "0";
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value.Value)) - 1);
        return Format.Number(Math.Round(value.Value / unit) * unit) is var text && text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
