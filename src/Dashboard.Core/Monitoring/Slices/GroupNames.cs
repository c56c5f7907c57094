using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>
/// Names the groups of one feature for people and as segments. A band of numbers is half open, as its bins are; where every number of the reference has a bin of its own, and for hours, weekdays, months and booleans,
/// it is named by its first and last value.
/// </summary>
internal sealed class GroupNames(Preprocessing preprocessing, int feature, BinLayout bins)
{
    private readonly EncodedFeature encoded = preprocessing.Features[feature];
    private readonly int[] groups = bins.CoarseBins();

    private InputType Type => preprocessing.Inputs[encoded.Input].Type;

    private string Name => SegmentSyntax.Name(encoded.Name);

    /// <summary>Hours, weekdays, months and booleans have no values between or beyond those that are known.</summary>
    private bool IsClosed => Type is InputType.Timestamp or InputType.Boolean;

    public SliceGroup Missing() => Group("missing", $"{encoded.Name} missing", $"{Name} is missing");

    public SliceGroup Category(int code) => Group(bins.Categories[code], $"{encoded.Name} = {bins.Categories[code]}", $"{Name} = {SegmentSyntax.Text(bins.Categories[code])}");

    /// <summary>The categories that the model does not know: all but those that it does.</summary>
    public SliceGroup Unknown() => Group("unknown to the model", $"{encoded.Name} unknown to the model",
        bins.Categories.Count == 0 ? null : $"{Name} not in ({Listed(bins.Categories)})");

    /// <summary>Rare categories together.</summary>
    public SliceGroup Pooled(IReadOnlyList<int> codes) => codes.Count == 1 ? Category(codes[0]) : Group($"{codes.Count} rare values", $"{encoded.Name}: {codes.Count} rare values together",
        $"{Name} in ({Listed(codes.Select(code => bins.Categories[code]))})");

    /// <summary>Neighbouring groups of a number.</summary>
    public SliceGroup Band(int first, int last)
    {
        int begin = Array.IndexOf(groups, first), end = Array.LastIndexOf(groups, last);
        bool isFirst = begin == 0, isLast = end == bins.Edges.Length;
        if (!bins.HasOwnBins)
        {
            if (isFirst)
                return Group($"below {Say(bins.Edges[end])}", $"{encoded.Name} below {Say(bins.Edges[end])}", $"{Name} < {Write(bins.Edges[end])}");
            var low = bins.Edges[begin - 1];
            if (isLast)
                return Group($"from {Say(low)}", $"{encoded.Name} from {Say(low)}", $"{Name} >= {Write(low)}");
            return Group($"{Say(low)} to {Say(bins.Edges[end])}", $"{encoded.Name} {Say(low)} to {Say(bins.Edges[end])}", $"{Name} >= {Write(low)} and {Name} < {Write(bins.Edges[end])}");
        }

        // The bin before the first value and the one behind the last hold what the reference does not have.
        float from = bins.Edges[Math.Max(begin, 1) - 1], to = bins.Edges[Math.Min(end, bins.Edges.Length - 1) - 1];
        var expression = !IsClosed && isFirst ? $"{Name} <= {Write(to)}"
            : !IsClosed && isLast ? $"{Name} >= {Write(from)}"
            : from == to ? $"{Name} = {Write(from)}" : $"{Name} between {Write(from)} and {Write(to)}";
        return from == to
            ? Group(Say(from), $"{encoded.Name} = {Say(from)}", expression)
            : Group($"{Say(from)} to {Say(to)}", $"{encoded.Name} {Say(from)} to {Say(to)}", expression);
    }

    private static string Listed(IEnumerable<string> values) => string.Join(", ", values.Select(SegmentSyntax.Text));

    private SliceGroup Group(string value, string text, string? expression) =>
        new(encoded.Name, value, text, expression is not null && SegmentExpression.Compile(expression, preprocessing.Inputs) is { IsSuccess: true } segment ? segment.Value.Expression.Text : null);

    private string Say(float value) => Type switch
    {
        InputType.Boolean => value != 0 ? "true" : "false",
        _ when encoded.Categories.Count > value && value >= 0 => encoded.Categories[(int)value],
        _ => value.ToString(Math.Abs(value) is >= 1000 and < 1e15f ? "0" : "G4", CultureInfo.InvariantCulture),
    };

    private string Write(float value) => Type switch
    {
        InputType.Boolean => value != 0 ? "true" : "false",
        _ when encoded.Categories.Count > value && value >= 0 => SegmentSyntax.Text(encoded.Categories[(int)value]),
        // The shortest number that is this edge as float32: what people typed, where they typed it.
        _ => SegmentSyntax.Number(double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
    };
}
