using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>What a wall's pages are made of: grids of all chosen models, a grid for each tag, or each model large.</summary>
public enum WallShow { Fleet, Tags, Models }

/// <summary>Everything that a wall screen shows, as it stands in its URL; an option that has its default is left out there.</summary>
/// <param name="Models">Registered models by name, in the order in which they are shown.</param>
/// <param name="Tags">Models that carry any of these tags come behind the named ones. Neither names nor tags: all models.</param>
/// <param name="Show">The pages, one kind after the other.</param>
/// <param name="Every">Seconds for each page.</param>
/// <param name="Tiles">Most models on a page of a grid.</param>
/// <param name="Scale">Of all type and space.</param>
/// <param name="Metric">Its key; null, or a model of a task that does not have it: the figure that stands for the task.</param>
/// <param name="Stale">A model that got no prediction for this long is marked.</param>
/// <param name="Title">Above the grids; null: the tags, or "Models".</param>
public sealed record WallOptions(IReadOnlyList<string> Models, IReadOnlyList<string> Tags, IReadOnlyList<WallShow> Show, int Every, int Tiles, double Scale, TimeSelection Range, string? Metric, TimeSpan Stale, string? Title)
{
    public const string Path = "/wall";
    public const int MostTiles = 12;

    private const int LongestTitle = 80;

    public static WallOptions Default { get; } = new([], [], [WallShow.Fleet, WallShow.Models], 20, 6, 1, TimeSelection.Default, null, TimeSpan.FromMinutes(5), null);

    /// <summary>The address of the wall.</summary>
    public string Address
    {
        get
        {
            // Commas and colons may stand in a query as they are; so a person can read it.
            var parts = Parameters.Where(parameter => parameter.Write(this) != parameter.Write(Default))
                .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Write(this)).Replace("%2C", ",", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal)}");
            var query = string.Join('&', parts);
            return query.Length == 0 ? Path : $"{Path}?{query}";
        }
    }

    private static IReadOnlyList<WallParameter> Parameters { get; } =
    [
        new("models", "names of registered models with commas between them", options => string.Join(',', options.Models),
            (options, text) => Words(text) is { Count: > 0 } names && names.All(name => ModelNames.CheckModel(name) is null) ? options with { Models = names } : null),
        new("tag", "tags with commas between them, each of letters, digits, '.', '_' or '-'", options => string.Join(',', options.Tags),
            (options, text) => Words(text) is { Count: > 0 } tags && ModelNames.CheckTags(tags) is null ? options with { Tags = tags } : null),
        new("show", "fleet, tags or models, or several of them with commas between", options => string.Join(',', options.Show.Select(Name)),
            (options, text) => Words(text).Select(Kind).ToList() is { Count: > 0 } kinds && kinds.All(kind => kind is not null) ? options with { Show = [.. kinds.Select(kind => kind!.Value).Distinct()] } : null),
        new("every", "whole seconds from 3 to 3600", options => Text(options.Every), (options, text) => Whole(text, 3, 3600) is { } seconds ? options with { Every = seconds } : null),
        new("tiles", $"a whole number from 1 to {MostTiles}", options => Text(options.Tiles), (options, text) => Whole(text, 1, MostTiles) is { } tiles ? options with { Tiles = tiles } : null),
        new("scale", "a number from 0.5 to 2, such as 1.2", options => options.Scale.ToString(CultureInfo.InvariantCulture),
            (options, text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var scale) && scale is >= 0.5 and <= 2 ? options with { Scale = scale } : null),
        new("range", $"{string.Join(", ", TimeSelection.Presets.Select(preset => preset.Text))}, or from..to such as 2001-02-01..2001-02-14", options => options.Range.Text,
            (options, text) => TimeSelection.Parse(text) is { } range ? options with { Range = range } : null),
        new("metric", "a metric's key, such as roc_auc, accuracy, log_loss, macro_f1, rmse or mae", options => options.Metric ?? "",
            (options, text) => text.Length == 0 ? options with { Metric = null } : MetricInfo.IsKnown(text) ? options with { Metric = text } : null),
        new("stale", "a length of time from 10s to 30d, such as 90s, 5m, 2h or 1d", options => Text(options.Stale), (options, text) => Length(text) is { } stale ? options with { Stale = stale } : null),
        new("title", $"at most {LongestTitle} characters", options => options.Title ?? "", (options, text) => text.Length <= LongestTitle ? options with { Title = text.Length == 0 ? null : text } : null),
    ];

    /// <summary>Reads a query.</summary>
    /// <returns>The options, with the default in place of what is wrong, and everything that is wrong: parameter, value and what was expected.</returns>
    public static (WallOptions Options, IReadOnlyList<Error> Faults) Parse(string query)
    {
        var options = Default;
        var faults = new List<Error>();
        foreach (var (name, values) in QueryHelpers.ParseQuery(query))
        {
            var text = string.Join(',', values.ToArray()).Trim();
            // Left empty is left out.
            if (text.Length == 0 && Parameters.Any(parameter => parameter.Name == name))
                continue;
            if (Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } known)
                faults.Add(new UnknownParameter(name, text, $"one of {string.Join(", ", Parameters.Select(parameter => parameter.Name))}"));
            else if (known.Read(options, text) is { } changed)
                options = changed;
            else
                faults.Add(InvalidValue.Of(name, text, known.Expected));
        }

        return (options, faults);
    }

    /// <summary>A parameter's value as it stands in the URL; empty for none.</summary>
    public string Value(string parameter) => Parameters.Single(one => one.Name == parameter).Write(this);

    /// <summary>With another value for a parameter; as it is where the value is none of that parameter.</summary>
    public WallOptions With(string parameter, string value) => Parameters.Single(one => one.Name == parameter).Read(this, value) ?? this;

    /// <summary>A length of time as it stands in a URL: 90s, 5m, 2h, 1d.</summary>
    public static string Text(TimeSpan length) => length switch
    {
        _ when length.Ticks % TimeSpan.TicksPerDay == 0 => Text((int)length.TotalDays) + "d",
        _ when length.Ticks % TimeSpan.TicksPerHour == 0 => Text((int)length.TotalHours) + "h",
        _ when length.Ticks % TimeSpan.TicksPerMinute == 0 => Text((int)length.TotalMinutes) + "m",
        _ => Text((int)length.TotalSeconds) + "s",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? Length(string text)
    {
        if (text.Length < 2 || Whole(text[..^1], 1, 2_592_000) is not { } number)
            return null;
        TimeSpan? length = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
        return length >= TimeSpan.FromSeconds(10) && length <= TimeSpan.FromDays(30) ? length : null;
    }

    private static int? Whole(string text, int least, int most) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static List<string> Words(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static string Name(WallShow kind) => kind.ToString().ToLowerInvariant();

    private static WallShow? Kind(string text) => Enum.GetValues<WallShow>().Select(kind => (WallShow?)kind).FirstOrDefault(kind => Name(kind!.Value) == text);

    /// <param name="Write">The value as it stands in the URL; empty for none.</param>
    /// <param name="Read">The options with this value; null where it is no value of this parameter.</param>
    private sealed record WallParameter(string Name, string Expected, Func<WallOptions, string> Write, Func<WallOptions, string, WallOptions?> Read);
}

/// <summary>A parameter that a wall does not have.</summary>
public sealed record UnknownParameter : Error
{
    public UnknownParameter(string name, string value, string expected) : base(ErrorKind.Invalid, $"'{Shorten(name)}' (with the value '{Shorten(value)}') is no parameter of a wall; expected {expected}.") =>
        (Field, Value, Expected) = (Shorten(name), Shorten(value), expected);
}
