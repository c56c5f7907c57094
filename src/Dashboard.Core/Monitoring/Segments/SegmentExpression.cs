using Dashboard.Core.Data.Expressions;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>A segment that cannot be understood, or that does not fit a signature, with the place in the text.</summary>
public sealed record InvalidSegment : InvalidExpression
{
    public InvalidSegment(string text, int position, string problem, string expected)
        : base("Segment", "expression", text, position, problem, expected)
    {
    }
}

/// <summary>
/// Says which predictions belong to a segment, by their raw inputs and the parts of their timestamps:
/// <c>origin in ('LAX', 'JFK') and hour between 6 and 9</c>, <c>distance &gt; 1000 or weekday = 'Sat'</c>, <c>not (`air time` is missing)</c>.
/// Comparisons are = != &lt; &lt;= &gt; &gt;=, [not] between … and …, [not] in (…), is [not] missing; they join with and, or, not and parentheses.
/// Names with spaces or signs stand in backticks, texts in quotes (doubled inside), timestamps in ISO 8601 with or without quotes. Keywords may be in capitals.
/// A missing value fulfils no comparison, neither = nor != nor not in; only "is missing" is true of it.
/// </summary>
public sealed class SegmentExpression
{
    /// <summary>The longest text.</summary>
    public const int MostCharacters = 2000;

    /// <summary>The most parentheses and nots inside each other.</summary>
    public const int MostDepth = 32;

    private readonly string source;
    private readonly SegmentNode root;

    private SegmentExpression(string source, SegmentNode root)
    {
        this.source = source;
        this.root = root;
        Text = root.ToString()!;
    }

    /// <summary>The canonical text: one space between words, lower-case keywords, no parentheses that are not needed but those behind "not". It parses to the same segment.</summary>
    public string Text { get; }

    /// <summary>Parses a segment without knowing what its names mean.</summary>
    /// <returns>The expression, or an <see cref="InvalidSegment"/>.</returns>
    public static Result<SegmentExpression> Parse(string text)
    {
        var parsed = new SegmentParser(text).Parse();
        return parsed.IsSuccess ? new SegmentExpression(text, parsed.Value) : parsed.Error!;
    }

    /// <summary>Parses and binds in one step.</summary>
    public static Result<Segment> Compile(string text, IReadOnlyList<FeatureInput> inputs)
    {
        var parsed = Parse(text);
        return parsed.IsSuccess ? parsed.Value.Bind(inputs) : parsed.Error!;
    }

    /// <summary>Finds what the names mean in a signature and checks that every value fits its input.</summary>
    /// <param name="inputs">A version's raw inputs, in the signature's order. Beside them the parts of their timestamps have names: hour, weekday and month, or input_hour and so on where those are not free.</param>
    /// <returns>The segment, ready to be asked, or an <see cref="InvalidSegment"/>.</returns>
    public Result<Segment> Bind(IReadOnlyList<FeatureInput> inputs)
    {
        var bound = new SegmentBinder(source, inputs).Bind(root);
        return bound.IsSuccess ? new Segment(this, bound.Value) : bound.Error!;
    }

    public override string ToString() => Text;
}

/// <summary>A segment of the predictions of one signature. Immutable, safe for any number of threads, and allocates nothing when it is asked.</summary>
public sealed class Segment
{
    private readonly SegmentCondition condition;

    internal Segment(SegmentExpression expression, SegmentCondition condition) => (Expression, this.condition) = (expression, condition);

    public SegmentExpression Expression { get; }

    /// <summary>Whether a prediction belongs to the segment.</summary>
    /// <param name="inputs">Its raw inputs, in the order of the signature that the segment was bound to.</param>
    public bool Contains(ReadOnlySpan<InputValue> inputs) => condition.Holds(inputs);
}
