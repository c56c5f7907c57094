namespace Dashboard.Core.Data.Expressions;

/// <summary>A text in one of the product's small languages that cannot be understood, with the place in it.</summary>
public abstract record InvalidExpression : Error
{
    /// <param name="what">What the text is, as a message begins: Target, Segment.</param>
    /// <param name="field">The field it came in.</param>
    /// <param name="position">The character at fault, counted from 1; one more than the text's length where something is missing at its end.</param>
    protected InvalidExpression(string what, string field, string text, int position, string problem, string expected)
        : base(ErrorKind.Invalid, $"{what} '{Shorten(text)}', character {position}: {problem}. Expected {expected}.")
    {
        Position = position;
        Problem = problem;
        Field = field;
        Value = Shorten(text);
        Expected = expected;
    }

    /// <summary>The character at fault, counted from 1.</summary>
    public int Position { get; }

    /// <summary>What is wrong there, without the text and the place.</summary>
    public string Problem { get; }
}
