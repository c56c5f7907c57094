using System.Globalization;

namespace Dashboard.Core.Serving.Trees.Reading;

/// <summary>A value of the file with the path that leads to it, so that each fault names its field.</summary>
internal readonly record struct ModelField(string Path, ModelValue Value)
{
    public ModelField this[string name] => Find(name) ?? throw new MalformedModelException($"{Path}{(Path.Length == 0 ? "" : ".")}{name}", null, "a field of an XGBoost model");

    /// <summary>The member, or null where there is none.</summary>
    public ModelField? Find(string name)
    {
        if (Value.Members is not { } members)
            throw Wrong("an object");
        return members.TryGetValue(name, out var member) ? new($"{Path}{(Path.Length == 0 ? "" : ".")}{name}", member) : null;
    }

    public string Text() => Value.Kind == ModelValueKind.Text ? Value.Text : throw Wrong("a text");

    /// <summary>A whole number; XGBoost writes its parameters as texts.</summary>
    public int Whole(int minimum, int maximum)
    {
        var number = Value.Kind switch
        {
            ModelValueKind.Number => Value.Number,
            ModelValueKind.Text when double.TryParse(Value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => double.NaN,
        };
        return number >= minimum && number <= maximum && number == Math.Floor(number) ? (int)number : throw Wrong($"a whole number from {minimum} to {maximum}");
    }

    public IReadOnlyList<ModelField> Items()
    {
        var path = Path;
        return Value.Kind switch
        {
            ModelValueKind.List => [.. Value.Items.Select((item, i) => new ModelField($"{path}[{i}]", item))],
            ModelValueKind.Numbers => [.. Value.Numbers.Select((number, i) => new ModelField($"{path}[{i}]", ModelValue.OfNumber(number)))],
            _ => throw Wrong("an array"),
        };
    }

    public IReadOnlyList<string> Texts() => [.. Items().Select(item => item.Text())];

    /// <summary>An array of numbers, of exactly this length where one is given.</summary>
    public double[] Numbers(int? length = null)
    {
        if (Value.Kind != ModelValueKind.Numbers)
            throw Wrong("an array of numbers");
        return length is null || Value.Numbers.Length == length ? Value.Numbers : throw Wrong($"{length} numbers");
    }

    public MalformedModelException Wrong(string expected) => new(Path, Value.Describe(), expected);

    public MalformedModelException Wrong(int index, string expected) => new($"{Path}[{index}]", Value.Numbers[index].ToString("R", CultureInfo.InvariantCulture), expected);
}
