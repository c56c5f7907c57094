namespace Dashboard.Core.Serving.Trees.Reading;

internal enum ModelValueKind { Null, Boolean, Number, Text, Numbers, List, Object }

/// <summary>One value of a model file, whether it was written as JSON or as UBJSON. An array of numbers (or booleans, as 0 and 1) is held as one flat array.</summary>
internal sealed class ModelValue
{
    public static readonly ModelValue Null = new() { Kind = ModelValueKind.Null };

    public required ModelValueKind Kind { get; init; }

    public double Number { get; init; }

    public string Text { get; init; } = "";

    public double[] Numbers { get; init; } = [];

    public IReadOnlyList<ModelValue> Items { get; init; } = [];

    public IReadOnlyDictionary<string, ModelValue>? Members { get; init; }

    public static ModelValue OfNumber(double number) => new() { Kind = ModelValueKind.Number, Number = number };

    public static ModelValue OfBoolean(bool value) => new() { Kind = ModelValueKind.Boolean, Number = value ? 1 : 0 };

    public static ModelValue OfText(string text) => new() { Kind = ModelValueKind.Text, Text = text };

    public static ModelValue OfNumbers(double[] numbers) => new() { Kind = ModelValueKind.Numbers, Numbers = numbers };

    public static ModelValue OfMembers(IReadOnlyDictionary<string, ModelValue> members) => new() { Kind = ModelValueKind.Object, Members = members };

    /// <summary>An array whose items came one by one: flat where all are numbers or booleans.</summary>
    public static ModelValue OfItems(IReadOnlyList<ModelValue> items)
    {
        var flat = new double[items.Count];
        for (var i = 0; i < flat.Length; i++)
        {
            if (items[i].Kind is not (ModelValueKind.Number or ModelValueKind.Boolean))
                return new() { Kind = ModelValueKind.List, Items = items };
            flat[i] = items[i].Number;
        }

        return OfNumbers(flat);
    }

    /// <summary>What the value is, for a message.</summary>
    public string Describe() => Kind switch
    {
        ModelValueKind.Null => "null",
        ModelValueKind.Boolean => Number == 1 ? "true" : "false",
        ModelValueKind.Number => Number.ToString("R"),
        ModelValueKind.Text => Text,
        ModelValueKind.Numbers => $"an array of {Numbers.Length} numbers",
        ModelValueKind.List => $"an array of {Items.Count}",
        _ => "an object",
    };
}

/// <summary>Carries a fault of the file out of the readers' depth; <see cref="XGBoostModelReader"/> turns it into a result and lets none out.</summary>
#pragma warning disable CA1032, CA1064 // thrown in this folder and caught in one place of it
internal sealed class MalformedModelException(string field, string? actual, string expected) : Exception
#pragma warning restore CA1032, CA1064
{
    public InvalidValue Error { get; } = InvalidValue.Of(field, actual, expected);
}
