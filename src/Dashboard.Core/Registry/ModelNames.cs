using System.Globalization;

namespace Dashboard.Core.Registry;

/// <summary>What registered models, aliases and tags may be called.</summary>
public static class ModelNames
{
    public const int MaxLength = 100;

    public const int MaxTagLength = 40;

    /// <summary>Most tags of one model.</summary>
    public const int MaxTags = 20;

    private const string TagRule = "1 to 40 letters a–z or A–Z, digits, '.', '_' or '-', starting with a letter or digit";
    private const string NameRule = "1 to 100 letters a–z or A–Z, digits, '.', '_' or '-', starting with a letter or digit";
    private const string AliasRule = "1 to 100 letters a–z or A–Z, digits, '.', '_' or '-', starting with a letter, and neither 'latest' nor 'v' with a number";

    /// <summary>Null when the name may be given to a model; otherwise what is wrong with it.</summary>
    public static Error? CheckModel(string? name) => IsPlain(name) ? null : InvalidValue.Of("name", name, NameRule);

    /// <summary>Null when the alias may be set by hand; the champion is not among those, because only a promotion or a rollback moves it.</summary>
    public static Error? CheckAlias(string? alias)
    {
        if (!IsPlain(alias) || !char.IsAsciiLetter(alias![0]) || string.Equals(alias, "latest", StringComparison.OrdinalIgnoreCase) || IsVersion(alias))
            return InvalidValue.Of("alias", alias, AliasRule);
        return string.Equals(alias, "champion", StringComparison.OrdinalIgnoreCase)
            ? new Conflict("The alias 'champion' moves only by a promotion or a rollback.") { Field = "alias", Value = alias, Expected = "another alias" }
            : null;
    }

    /// <summary>Null when a model may have these tags; otherwise what is wrong with the first that is.</summary>
    public static Error? CheckTags(IReadOnlyCollection<string?> tags)
    {
        if (tags.Count > MaxTags)
            return InvalidValue.Of("tags", $"{tags.Count} tags", $"at most {MaxTags}");
        foreach (var tag in tags)
            if (!IsPlain(tag) || tag!.Length > MaxTagLength)
                return InvalidValue.Of("tags", tag ?? "null", TagRule);
        return null;
    }

    /// <summary>Letters, digits, '.', '_' and '-' only, with a letter or digit first: safe in a path, a URL and a file name.</summary>
    internal static bool IsPlain(string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsVersion(string alias) => alias[0] is 'v' or 'V' && int.TryParse(alias.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
