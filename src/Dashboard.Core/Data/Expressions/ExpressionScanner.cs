namespace Dashboard.Core.Data.Expressions;

/// <summary>Walks over an expression: spaces, words, quoted parts and comparison signs, which are written alike in targets and segments.</summary>
/// <param name="stops">The signs that a word without quotes cannot hold.</param>
internal sealed class ExpressionScanner(string text, string stops)
{
    private static readonly (string Sign, ComparisonOperator Comparison)[] Signs =
    [
        (">=", ComparisonOperator.GreaterOrEqual), ("<=", ComparisonOperator.LessOrEqual), ("==", ComparisonOperator.Equal), ("!=", ComparisonOperator.NotEqual),
        ("<>", ComparisonOperator.NotEqual), (">", ComparisonOperator.Greater), ("<", ComparisonOperator.Less), ("=", ComparisonOperator.Equal),
    ];

    /// <summary>The position of the next character, from 0.</summary>
    public int At { get; set; }

    public bool AtEnd => At >= text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Next => AtEnd ? '\0' : text[At];

    public void SkipSpace()
    {
        while (At < text.Length && char.IsWhiteSpace(text[At]))
            At++;
    }

    /// <summary>Takes characters up to a space or a sign; empty where one of those comes next.</summary>
    public string Word()
    {
        var start = At;
        while (At < text.Length && !char.IsWhiteSpace(text[At]) && !stops.Contains(text[At]))
            At++;
        return text[start..At];
    }

    /// <summary>Takes characters up to a space.</summary>
    public string UntilSpace()
    {
        var start = At;
        while (At < text.Length && !char.IsWhiteSpace(text[At]))
            At++;
        return text[start..At];
    }

    /// <summary>Takes a part between two of the sign that comes next; the sign itself stands doubled inside it.</summary>
    /// <returns>What stands between, or null where it is never closed; then nothing is taken.</returns>
    public string? Quoted()
    {
        var quote = text[At];
        var end = At;
        do
            end = text.IndexOf(quote, end == At ? At + 1 : end + 2);
        while (end >= 0 && end + 1 < text.Length && text[end + 1] == quote);
        if (end < 0)
            return null;
        var content = text[(At + 1)..end].Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
        At = end + 1;
        return content;
    }

    /// <summary>Takes a comparison's sign, if one comes next.</summary>
    public ComparisonOperator? Comparison()
    {
        foreach (var (sign, comparison) in Signs)
        {
            if (!text.AsSpan(At).StartsWith(sign))
                continue;
            At += sign.Length;
            return comparison;
        }

        return null;
    }

    /// <summary>The text from a place on, for messages.</summary>
    public string Rest(int from) => Error.Shorten(text[from..].TrimEnd());
}
