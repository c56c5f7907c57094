using System.Globalization;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Predictions;

/// <summary>What a person chose to look for, as it stands in the URL beside the time range.</summary>
/// <param name="Where">A segment typed in.</param>
internal sealed record PredictionChoice(string? Segment, string? Where, double? Minimum, double? Maximum, string? Class, TruthState? Truth, int? Version)
{
    private const string Predictions = "/predictions/";

    public static readonly PredictionChoice None = new(null, null, null, null, null, null, null);

    /// <summary>Every parameter taken away, for a link that shows all.</summary>
    public static (string, string?)[] Cleared => [("segment", null), ("where", null), ("min", null), ("max", null), ("class", null), ("truth", null), ("version", null)];

    public bool IsNone => this == None;

    /// <summary>How many things were chosen.</summary>
    public int Count => new object?[] { Segment, Where, Minimum, Maximum, Class, Truth, Version }.Count(choice => choice is not null);

    /// <summary>Reads the URL; what is no choice there is none.</summary>
    public static PredictionChoice Of(PageState state) => new(Text(state["segment"]), Text(state["where"]), Number(state["min"]), Number(state["max"]), Text(state["class"]),
        Enum.TryParse<TruthState>(state["truth"], ignoreCase: true, out var truth) && Enum.IsDefined(truth) ? truth : null,
        int.TryParse(state["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null);

    public PredictionFilter ToFilter(DateTimeOffset? from, DateTimeOffset? to) =>
        new() { From = from, To = to, Segment = Segment, Expression = Where, Minimum = Minimum, Maximum = Maximum, Class = Class, Truth = Truth, Version = Version };

    /// <summary>The API's address of the same search as CSV.</summary>
    public string Download(string model, DateTimeOffset? from, DateTimeOffset? to) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString($"/api/v1/models/{Uri.EscapeDataString(model)}/predictions.csv",
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["from"] = from?.UtcDateTime.ToString("O"), ["to"] = to?.UtcDateTime.ToString("O"), ["segment"] = Segment, ["expression"] = Where,
            ["min"] = Minimum?.ToString("R", CultureInfo.InvariantCulture), ["max"] = Maximum?.ToString("R", CultureInfo.InvariantCulture),
            ["class"] = Class, ["truth"] = Truth?.ToString().ToLowerInvariant(), ["version"] = Version?.ToString(CultureInfo.InvariantCulture),
        }.Where(pair => pair.Value is not null));

    /// <summary>The page of one prediction. Slashes of an id stay slashes, since the server does not tell an escaped one from its text.</summary>
    public static string PathOf(string model, string id) => $"/models/{Uri.EscapeDataString(model)}{Predictions}{string.Join('/', id.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>The id in the path that <see cref="PathOf"/> made.</summary>
    public static string IdOf(string path) => Uri.UnescapeDataString(path[(path.IndexOf(Predictions, StringComparison.Ordinal) + Predictions.Length)..]);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
