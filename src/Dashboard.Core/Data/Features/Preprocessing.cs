using System.Text.Json.Serialization;

namespace Dashboard.Core.Data.Features;

public enum InputType { Number, Category, Boolean, Timestamp }

/// <summary>What a timestamp becomes. A part that never changes in training (the month, in a month of data) teaches nothing and would drift for ever: the trainer leaves it out.</summary>
[Flags]
public enum TimestampParts { None = 0, Hour = 1, Weekday = 2, Month = 4, All = Hour | Weekday | Month }

/// <summary>One raw input of a model, as a caller sends it.</summary>
/// <param name="Categories">For a category: its known values; the position is the code. Empty otherwise.</param>
/// <param name="Minimum">For a number: the smallest value seen in training, for the signature's domain.</param>
/// <param name="Maximum">For a number: the largest value seen in training.</param>
/// <param name="Parts">For a timestamp: the features made from it.</param>
public sealed record FeatureInput(string Name, InputType Type, IReadOnlyList<string> Categories, double? Minimum = null, double? Maximum = null,
    TimestampParts Parts = TimestampParts.All);

/// <summary>One column of the matrix that the model sees.</summary>
/// <param name="Input">The position of the raw input it comes from.</param>
/// <param name="IsCategorical">True where XGBoost splits natively on category codes.</param>
/// <param name="Categories">The values behind the codes; for hour, weekday and month their labels. Empty for numbers.</param>
public sealed record EncodedFeature(string Name, int Input, bool IsCategorical, IReadOnlyList<string> Categories);

/// <summary>
/// How raw inputs become the model's feature vector: a number stays itself, a boolean is 0 or 1, a category is its code (native categorical split),
/// a timestamp becomes up to three numbers: hour 0–23, weekday 0 (Monday)–6, month 1–12, in the wall time that was sent. Missing is NaN.
/// </summary>
public sealed record Preprocessing(IReadOnlyList<FeatureInput> Inputs)
{
    public static readonly IReadOnlyList<string> Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    private static readonly (TimestampParts Part, string Name)[] PartNames =
        [(TimestampParts.Hour, "hour"), (TimestampParts.Weekday, "weekday"), (TimestampParts.Month, "month")];

    /// <summary>
    /// The encoded columns, in order. With a single timestamp input they are named hour, weekday and month where those names are free, otherwise input_hour and so on.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<EncodedFeature> Features => features ??= Expand();

    private IReadOnlyList<EncodedFeature>? features;

    private List<EncodedFeature> Expand()
    {
        var timestamps = Inputs.Count(input => input.Type == InputType.Timestamp);
        var taken = Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var expanded = new List<EncodedFeature>();
        for (var i = 0; i < Inputs.Count; i++)
        {
            var input = Inputs[i];
            switch (input.Type)
            {
                case InputType.Timestamp:
                    foreach (var (part, name) in PartNames)
                    {
                        if (input.Parts.HasFlag(part))
                            expanded.Add(new(timestamps == 1 && !taken.Contains(name) ? name : $"{input.Name}_{name}", i, IsCategorical: false, part == TimestampParts.Weekday ? Weekdays : []));
                    }

                    break;
                case InputType.Category:
                    expanded.Add(new(input.Name, i, IsCategorical: true, input.Categories));
                    break;
                default:
                    expanded.Add(new(input.Name, i, IsCategorical: false, []));
                    break;
            }
        }

        return expanded;
    }

    public bool Equals(Preprocessing? other) => other is not null && Inputs.SequenceEqual(other.Inputs);

    public override int GetHashCode() => Inputs.Count;
}
