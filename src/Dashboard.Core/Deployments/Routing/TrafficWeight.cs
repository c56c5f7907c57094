using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Core.Deployments.Routing;

/// <summary>A share of the traffic in hundredths of a percent, the finest that the buckets of a <see cref="TrafficSplit"/> can tell apart. In JSON it is a percentage.</summary>
[JsonConverter(typeof(TrafficWeightJson))]
public readonly record struct TrafficWeight : IComparable<TrafficWeight>
{
    /// <summary>All of the traffic, in parts.</summary>
    public const int Whole = 10_000;

    public static readonly TrafficWeight None;

    public static readonly TrafficWeight All = new(Whole);

    private TrafficWeight(int parts) => Parts = parts;

    /// <summary>From 0 to <see cref="Whole"/>.</summary>
    public int Parts { get; }

    public decimal Percent => Parts / 100m;

    /// <summary>From 0 to 1.</summary>
    public double Share => Parts / (double)Whole;

    public static bool operator <(TrafficWeight left, TrafficWeight right) => left.Parts < right.Parts;

    public static bool operator >(TrafficWeight left, TrafficWeight right) => left.Parts > right.Parts;

    public static bool operator <=(TrafficWeight left, TrafficWeight right) => left.Parts <= right.Parts;

    public static bool operator >=(TrafficWeight left, TrafficWeight right) => left.Parts >= right.Parts;

    /// <summary>From 0 to 100 with at most two decimals.</summary>
    public static Result<TrafficWeight> OfPercent(decimal percent, string field = "weight") =>
        percent is >= 0 and <= 100 && decimal.IsInteger(percent * 100) ? new TrafficWeight((int)(percent * 100)) : InvalidValue.Of(field, $"{percent}", "a percentage from 0 to 100 with at most two decimals");

    /// <summary>The share that <paramref name="part"/> of <paramref name="whole"/> equal pieces are, rounded down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no pieces, or not as many.</exception>
    public static TrafficWeight OfPieces(int part, int whole)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(whole, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, whole);
        return new((int)((long)Whole * part / whole));
    }

    public int CompareTo(TrafficWeight other) => Parts.CompareTo(other.Parts);

    public override string ToString() => $"{Percent:0.##} %";

    private sealed class TrafficWeightJson : JsonConverter<TrafficWeight>
    {
        public override TrafficWeight Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var percent)
                ? OfPercent(percent).Match(weight => weight, error => throw new JsonException(error.Message))
                : throw new JsonException("A weight is a percentage from 0 to 100 with at most two decimals.");

        // Without trailing zeros, so that one weight has one text.
        public override void Write(Utf8JsonWriter writer, TrafficWeight value, JsonSerializerOptions options) => writer.WriteRawValue($"{value.Percent:0.##}");
    }
}
