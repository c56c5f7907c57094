using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>A bound condition. Everything that can be known beforehand is: bounds are closed intervals, categories are codes, hours and weekdays are bits.</summary>
internal abstract class SegmentCondition
{
    public abstract bool Holds(ReadOnlySpan<InputValue> inputs);
}

internal sealed class AllCondition(SegmentCondition[] parts) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        foreach (var part in parts)
            if (!part.Holds(inputs))
                return false;
        return true;
    }
}

internal sealed class AnyCondition(SegmentCondition[] parts) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        foreach (var part in parts)
            if (part.Holds(inputs))
                return true;
        return false;
    }
}

internal sealed class NotCondition(SegmentCondition inner) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs) => !inner.Holds(inputs);
}

internal sealed class MissingCondition(int input, bool isNegated) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs) => (inputs[input].Kind == InputKind.Missing) != isNegated;
}

/// <summary>A number or a boolean (0 or 1) inside or outside a closed interval.</summary>
internal sealed class IntervalCondition(int input, double low, double high, bool isNegated) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        ref readonly var value = ref inputs[input];
        return value.Kind != InputKind.Missing && (value.Number >= low && value.Number <= high) != isNegated;
    }
}

/// <summary>A number or a boolean (0 or 1) that is, or is not, one of some.</summary>
internal sealed class NumbersCondition(int input, double[] numbers, bool isNegated) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        ref readonly var value = ref inputs[input];
        return value.Kind != InputKind.Missing && numbers.AsSpan().Contains(value.Number) != isNegated;
    }
}

/// <summary>A timestamp inside or outside a closed interval of ticks of wall time.</summary>
internal sealed class TimesCondition(int input, long low, long high, bool isNegated) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        ref readonly var value = ref inputs[input];
        if (value.Kind != InputKind.Timestamp)
            return false;
        var ticks = value.AsTimestamp().Ticks;
        return (ticks >= low && ticks <= high) != isNegated;
    }
}

/// <summary>The hour, weekday or month of a timestamp among those whose bits are set.</summary>
internal sealed class PartCondition(int input, TimestampParts part, uint wanted) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        ref readonly var value = ref inputs[input];
        if (value.Kind != InputKind.Timestamp)
            return false;
        var time = value.AsTimestamp();
        var bit = part switch
        {
            TimestampParts.Hour => time.Hour,
            TimestampParts.Weekday => ((int)time.DayOfWeek + 6) % 7,
            _ => time.Month,
        };
        return (wanted >> bit & 1) != 0;
    }
}

/// <summary>A category that is, or is not, one of some: by code where the model knows it, by text where it does not.</summary>
internal sealed class CategoryCondition(int input, bool[] known, string[] unknown, bool isNegated) : SegmentCondition
{
    public override bool Holds(ReadOnlySpan<InputValue> inputs)
    {
        ref readonly var value = ref inputs[input];
        return value.Kind switch
        {
            InputKind.Code => known[(int)value.Number] != isNegated,
            InputKind.Text => unknown.AsSpan().Contains(value.Text!) != isNegated,
            _ => false,
        };
    }
}
