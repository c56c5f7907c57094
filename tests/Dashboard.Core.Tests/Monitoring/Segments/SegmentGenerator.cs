using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Core.Tests.Monitoring.Segments;

/// <summary>A random segment as text, and beside it what it means, said in the plainest way.</summary>
internal sealed record GeneratedSegment(string Text, Func<InputValue[], bool> Holds);

/// <summary>Makes random segments over a signature with every type and awkward names, and random rows for it.</summary>
internal sealed class SegmentGenerator(int seed)
{
    public static readonly FeatureInput[] Inputs =
    [
        new("distance", InputType.Number, []), new("2nd number", InputType.Number, []), new("origin", InputType.Category, ["LAX", "it's", "", "ÅØ \"q\""]),
        new("not", InputType.Boolean, []), new("a`b(c)", InputType.Timestamp, []),
    ];

    private static readonly double[] Numbers = [0, -0.0, 1, -1.5, 0.1, 1e-300, 1e300, 123456789.125, 3];
    private static readonly string[] Texts = ["LAX", "it's", "", "ÅØ \"q\"", "unknown", "and", "('"];
    private static readonly DateTime[] Times = [new(2001, 2, 3), new(2001, 2, 3, 6, 15, 0), new(1999, 12, 31, 23, 59, 59), new DateTime(2001, 2, 3, 6, 15, 7).AddTicks(1_234_567)];

    private readonly Random random = new(seed);

    public InputValue[] Row() =>
    [
        Maybe(InputValue.OfNumber(Pick(Numbers))), Maybe(InputValue.OfNumber(Pick(Numbers))),
        Maybe(Pick(Texts) is var text && Inputs[2].Categories.ToList().IndexOf(text) is var code and >= 0 ? InputValue.OfCode(code) : InputValue.OfUnknownCategory(text)),
        Maybe(InputValue.OfBoolean(random.Next(2) == 0)), Maybe(InputValue.OfTimestamp(Pick(Times))),
    ];

    public GeneratedSegment Segment(int depth = 5)
    {
        if (depth == 0 || random.Next(3) == 0)
            return Condition();
        if (random.Next(4) == 0)
        {
            var inner = Segment(depth - 1);
            return new($"{Case("not")} ({inner.Text})", row => !inner.Holds(row));
        }

        var all = random.Next(2) == 0;
        var parts = Enumerable.Range(0, random.Next(2, 4)).Select(_ => Segment(depth - 1)).ToArray();
        var text = string.Join($" {Case(all ? "and" : "or")}{Space()}", parts.Select(part => $"({Space()}{part.Text})"));
        return new(text, row => all ? parts.All(part => part.Holds(row)) : parts.Any(part => part.Holds(row)));
    }

    private GeneratedSegment Condition()
    {
        var input = random.Next(Inputs.Length);
        var name = SegmentSyntax.Name(Inputs[input].Name);
        if (random.Next(6) == 0)
        {
            var present = random.Next(2) == 0;
            return new($"{name} {Case("is")} {(present ? "not " : "")}{Case("missing")}", row => (row[input].Kind == InputKind.Missing) != present);
        }

        return Inputs[input].Type switch
        {
            InputType.Number => Ordered(name, Numbers, SegmentSyntax.Number, row => row[input].Kind == InputKind.Missing ? null : row[input].Number),
            InputType.Timestamp when random.Next(2) == 0 => Ordered("hour", [6, 0, 23, 5.5], SegmentSyntax.Number, row => row[input].Kind == InputKind.Missing ? null : row[input].AsTimestamp().Hour),
            InputType.Timestamp => Ordered(name, Times, time => random.Next(2) == 0 ? SegmentSyntax.Timestamp(time) : $"'{time.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}'",
                row => row[input].Kind == InputKind.Missing ? null : row[input].AsTimestamp()),
            InputType.Boolean => Equality(name, [true, false], value => Case(value ? "true" : "false"), row => row[input].Kind == InputKind.Missing ? null : (object)(row[input].Number != 0)),
            _ => Equality(name, Texts, SegmentSyntax.Text, row => row[input].Kind switch { InputKind.Missing => null, InputKind.Code => Inputs[input].Categories[(int)row[input].Number], _ => row[input].Text }),
        };
    }

    private GeneratedSegment Ordered<T>(string name, T[] values, Func<T, string> write, Func<InputValue[], T?> read)
        where T : struct, IComparable<T>
    {
        T one = Pick(values), other = Pick(values);
        Func<InputValue[], bool> When(Func<T, bool> holds) => row => read(row) is { } value && holds(value);
        switch (random.Next(7))
        {
            case 0:
                return new($"{name}<{write(one)}", When(value => value.CompareTo(one) < 0));
            case 1:
                return new($"{name} <= {write(one)}", When(value => Same(value, one) || value.CompareTo(one) < 0));
            case 2:
                return new($"{name}  > {write(one)}", When(value => !Same(value, one) && value.CompareTo(one) > 0));
            case 3:
                return new($"{name} >={write(one)}", When(value => value.CompareTo(one) >= 0));
            case 4:
                if (one.CompareTo(other) > 0)
                    (one, other) = (other, one);
                return new($"{name} between {write(one)} {Case("and")} {write(other)}", When(value => value.CompareTo(one) >= 0 && (Same(value, other) || value.CompareTo(other) <= 0)));
            default:
                return Equality(name, values, write, row => read(row));
        }
    }

    private GeneratedSegment Equality<T>(string name, T[] values, Func<T, string> write, Func<InputValue[], object?> read)
    {
        var negated = random.Next(2) == 0;
        var wanted = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(values)).ToArray();
        bool Holds(InputValue[] row) => read(row) is { } value && wanted.Any(one => Same(one, value)) != negated;
        return wanted.Length == 1
            ? new($"{name} {(negated ? "!=" : "=")} {write(wanted[0])}", Holds)
            : new($"{name} {(negated ? "not " : "")}{Case("in")} ({string.Join(",", wanted.Select(write))} )", Holds);
    }

    /// <summary>Equality as people mean it: zero has no sign.</summary>
    private static bool Same(object? one, object? other) => one is double x && other is double y ? x == y : Equals(one, other);

    private InputValue Maybe(InputValue value) => random.Next(4) == 0 ? InputValue.Missing : value;

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];

    private string Case(string word) => random.Next(3) == 0 ? word.ToUpperInvariant() : word;

    private string Space() => random.Next(3) == 0 ? "  " : "";
}
