using System.Buffers.Binary;
using Dashboard.Core.Data.Features;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>A datatype of the Open Inference Protocol.</summary>
/// <param name="Size">Bytes of one element in the binary extension; 0 for BYTES, which carry their own lengths.</param>
/// <param name="Minimum">The smallest value of a whole-number type; null for the others.</param>
/// <param name="Maximum">The largest value of a whole-number type.</param>
internal sealed record Datatype(string Name, int Size, double? Minimum = null, double? Maximum = null)
{
    public static readonly Datatype Bool = new("BOOL", 1);
    public static readonly Datatype Fp32 = new("FP32", 4);
    public static readonly Datatype Fp64 = new("FP64", 8);
    public static readonly Datatype Fp16 = new("FP16", 2);
    public static readonly Datatype Bytes = new("BYTES", 0);
    public static readonly Datatype Int64 = new("INT64", 8, long.MinValue, long.MaxValue);

    private static readonly Datatype[] All =
    [
        Fp32, Fp64, Int64, Bytes, Bool, Fp16,
        new("INT8", 1, sbyte.MinValue, sbyte.MaxValue), new("INT16", 2, short.MinValue, short.MaxValue), new("INT32", 4, int.MinValue, int.MaxValue),
        new("UINT8", 1, 0, byte.MaxValue), new("UINT16", 2, 0, ushort.MaxValue), new("UINT32", 4, 0, uint.MaxValue), new("UINT64", 8, 0, ulong.MaxValue),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name).Order(StringComparer.Ordinal));

    public bool IsWhole => Minimum is not null;

    /// <summary>Whether a whole-number type holds the value.</summary>
    public bool Holds(double value) => value >= Minimum && value <= Maximum && Math.Floor(value) == value;

    public static Datatype? Find(ReadOnlySpan<byte> name)
    {
        foreach (var type in All)
            if (name.Length == type.Name.Length && System.Text.Ascii.Equals(name, type.Name))
                return type;
        return null;
    }

    /// <summary>One element of the binary extension, little-endian.</summary>
    public double Read(ReadOnlySpan<byte> data) => Name switch
    {
        "FP32" => BinaryPrimitives.ReadSingleLittleEndian(data),
        "FP64" => BinaryPrimitives.ReadDoubleLittleEndian(data),
        "FP16" => (double)BinaryPrimitives.ReadHalfLittleEndian(data),
        "INT8" => (sbyte)data[0],
        "INT16" => BinaryPrimitives.ReadInt16LittleEndian(data),
        "INT32" => BinaryPrimitives.ReadInt32LittleEndian(data),
        "INT64" => BinaryPrimitives.ReadInt64LittleEndian(data),
        "UINT16" => BinaryPrimitives.ReadUInt16LittleEndian(data),
        "UINT32" => BinaryPrimitives.ReadUInt32LittleEndian(data),
        "UINT64" => BinaryPrimitives.ReadUInt64LittleEndian(data),
        "BOOL" or "UINT8" => data[0],
        _ => throw new InvalidOperationException($"{Name} has no elements of one size."),
    };

    /// <summary>What the metadata names for an input.</summary>
    public static Datatype Of(InputType input) => input switch
    {
        InputType.Number => Fp64,
        InputType.Boolean => Bool,
        _ => Bytes,
    };

    /// <summary>Whether values of this type can be given for an input.</summary>
    public bool Suits(InputType input) => input switch
    {
        InputType.Number => this != Bytes && this != Bool,
        InputType.Boolean => this != Bytes,
        _ => this == Bytes,
    };

    /// <summary>The types that an input takes, for messages.</summary>
    public static string Wanted(InputType input) => input switch
    {
        InputType.Number => "a number type: FP64, FP32, FP16, INT8 to INT64 or UINT8 to UINT64",
        InputType.Boolean => "BOOL, or a number type with 0 and 1",
        InputType.Category => "BYTES: a category is a text",
        _ => "BYTES: a timestamp is a text in ISO 8601",
    };
}
