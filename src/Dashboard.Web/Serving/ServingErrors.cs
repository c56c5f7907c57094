using Dashboard.Core;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>A model of a name that is not registered.</summary>
internal sealed record UnknownModel(string Name, string Known) : Error(ErrorKind.NotFound, $"There is no model '{Shorten(Name)}'; {Known}.")
{
    public static UnknownModel In(RoutingTable table, ReadOnlySpan<char> name)
    {
        const int Shown = 20;
        var names = table.Models.Keys.Order(StringComparer.Ordinal).Take(Shown).ToList();
        var rest = table.Models.Count - names.Count;
        return new(name.ToString(), names.Count == 0 ? "none is registered yet" : $"there are {string.Join(", ", names)}{(rest > 0 ? $" and {rest} more" : "")}");
    }
}

/// <summary>A version that is not in memory.</summary>
internal sealed record UnknownVersion(string Model, string Version, string Loaded) : Error(ErrorKind.NotFound, $"Version '{Shorten(Version)}' of '{Model}' is not loaded; {Loaded}.")
{
    public static UnknownVersion In(ModelRoute route, ReadOnlySpan<char> version)
    {
        var loaded = route.Versions.Keys.Order().Select(number => number == route.Champion?.Number ? $"{number} (champion)" : number.ToString());
        return new(route.Name, version.ToString(), route.Versions.Count == 0 ? "none is" : $"loaded are {string.Join(", ", loaded)}");
    }
}

/// <summary>A model whose champion cannot answer.</summary>
internal sealed record NoChampion(string Model, string? Problem)
    : Error(ErrorKind.Unavailable, $"'{Model}' has no champion that is ready: {(Problem ?? "it is being loaded").TrimEnd('.')}.");

/// <summary>A body or a batch beyond the settings. It is the caller's request that is wrong, so it is answered as any other bad input.</summary>
internal sealed record BodyTooLarge(long? Length, long Allowed)
    : Error(ErrorKind.Invalid, $"'body' has {(Length is { } length ? length.ToString() : "more than the allowed")} bytes; expected at most {Allowed} (Dashboard:Serving:MaxBodyBytes).");
