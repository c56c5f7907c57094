using System.Globalization;

namespace Dashboard.Core.Registry.Cards;

/// <summary>Characters that would make a document show something else than it holds.</summary>
internal static class CardCharacters
{
    /// <summary>Puts a mark in the place of control characters other than line breaks and tabs, of those that turn the direction of writing, and of halves of a surrogate pair.</summary>
    public static string Clean(string text)
    {
        if (!Needs(text))
            return text;
        return string.Create(text.Length, text, static (clean, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                clean[i] = IsHarmful(from, i) ? '\uFFFD' : from[i];
        });
    }

    private static bool Needs(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (IsHarmful(text, i))
                return true;
        return false;
    }

    private static bool IsHarmful(string text, int at) => text[at] switch
    {
        '\n' or '\r' or '\t' => false,
        >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' => true,
        var c when char.IsHighSurrogate(c) => at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]),
        var c when char.IsLowSurrogate(c) => at == 0 || !char.IsHighSurrogate(text[at - 1]),
        var c => char.GetUnicodeCategory(c) == UnicodeCategory.Control,
    };
}
