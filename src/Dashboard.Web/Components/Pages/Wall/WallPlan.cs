using Dashboard.Core;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>One page of a wall: a grid of models, or one model large.</summary>
/// <param name="Title">Of the page; for a single model its name.</param>
/// <param name="Models">Names; one that is not registered gets a tile that says so.</param>
/// <param name="IsSingle">One model, large.</param>
public sealed record WallPage(string Title, IReadOnlyList<string> Models, bool IsSingle);

/// <summary>The pages of a wall and whose turn it is. The turn follows from the time alone, so that a page that was loaded anew, and every other screen with the same URL, shows the same.</summary>
/// <param name="Chosen">Every model on any page.</param>
public sealed record WallPlan(IReadOnlyList<WallPage> Pages, IReadOnlyList<string> Chosen)
{
    public static WallPlan Of(WallOptions options, IReadOnlyList<RegisteredModel> registered)
    {
        var carried = registered.ToDictionary(model => model.Name, model => model.Tags.Select(tag => tag.Tag).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var tagged = registered.Where(model => options.Tags.Any(carried[model.Name].Contains)).Select(model => model.Name);
        List<string> chosen = options.Models.Count == 0 && options.Tags.Count == 0 ? [.. registered.Select(model => model.Name)] : [.. options.Models.Union(tagged, StringComparer.Ordinal)];
        var pages = new List<WallPage>();
        foreach (var show in options.Show)
        {
            pages.AddRange(show switch
            {
                // A grid of one model says less than the model itself.
                WallShow.Fleet when chosen.Count == 1 && options.Show.Contains(WallShow.Models) => [],
                WallShow.Fleet => Grids(options.Title ?? (options.Tags.Count > 0 ? string.Join(", ", options.Tags) : "Models"), chosen, options.Tiles),
                WallShow.Tags => TagsOf(options, chosen, carried).SelectMany(tag => Grids(tag, [.. chosen.Where(model => carried.TryGetValue(model, out var tags) && tags.Contains(tag))], options.Tiles)),
                _ => chosen.Select(model => new WallPage(model, [model], IsSingle: true)),
            });
        }

        return new(pages, chosen);
    }

    /// <summary>Tags in the URL that no registered model carries, and names of no registered model: what a wall cannot show.</summary>
    public static IReadOnlyList<Error> Missing(WallOptions options, IReadOnlyList<RegisteredModel> registered)
    {
        var names = registered.Select(model => model.Name).ToList();
        var tags = registered.SelectMany(model => model.Tags).Select(tag => tag.Tag).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return
        [
            .. options.Models.Except(names, StringComparer.Ordinal).Select(name => InvalidValue.Of("models", name, Known("a registered model", names))),
            .. options.Tags.Except(tags, StringComparer.Ordinal).Select(tag => InvalidValue.Of("tag", tag, Known("a tag that a model carries", tags))),
        ];
    }

    /// <summary>The page whose turn it is, from 0; 0 where there is none.</summary>
    public int TurnAt(DateTimeOffset now, int every) => Pages.Count == 0 ? 0 : (int)(now.ToUnixTimeSeconds() / every % Pages.Count);

    /// <summary>Seconds until the next page, at least 1.</summary>
    public static int SecondsLeft(DateTimeOffset now, int every) => every - (int)(now.ToUnixTimeSeconds() % every);

    private static IEnumerable<string> TagsOf(WallOptions options, List<string> chosen, Dictionary<string, HashSet<string>> carried) =>
        options.Tags.Count > 0 ? options.Tags : chosen.SelectMany(model => carried.TryGetValue(model, out var tags) ? tags : []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<WallPage> Grids(string title, List<string> models, int tiles) =>
        models.Count <= tiles ? models.Count == 0 ? [] : [new(title, models, IsSingle: false)] : models.Chunk(tiles).Select(part => new WallPage(title, part, IsSingle: false));

    private static string Known(string what, List<string> known) => known.Count switch
    {
        0 => $"{what}; there is none yet",
        <= 12 => $"{what}: {string.Join(", ", known)}",
        _ => $"{what}: {string.Join(", ", known.Take(12))} or one of {known.Count - 12} more",
    };
}
