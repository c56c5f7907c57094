using System.Text.Json;
using Dashboard.Core;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>What a request says about one of its tensors.</summary>
/// <param name="ordinal">Its position among the request's tensors.</param>
internal struct Tensor(int ordinal)
{
    private long rows = -1;

    public readonly int Ordinal => ordinal;

    public string Name { get; private set; } = "";

    public Datatype? Datatype { get; private set; }

    /// <summary>1 or 2; 0 before the shape was read.</summary>
    public int Dimensions { get; private set; }

    public readonly int Rows => (int)Math.Min(rows, int.MaxValue);

    /// <summary>Values in a row: 1 for a tensor of one input.</summary>
    public int Columns { get; private set; } = 1;

    public readonly long Count => rows * Columns;

    /// <summary>Bytes in the binary extension; -1 where the tensor is in JSON.</summary>
    public int BinarySize { get; private set; } = -1;

    public bool HasData { get; set; }

    /// <summary>True for one tensor that holds every input.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The input that it holds, or the first of all.</summary>
    public int Input { get; set; }

    public readonly bool IsDescribed => Name.Length > 0 && Datatype is not null && Dimensions > 0;

    public readonly string Label => Name.Length > 0 ? Name : $"inputs[{ordinal}]";

    public readonly string ShapeText => Dimensions == 2 ? $"[{rows},{Columns}]" : $"[{rows}]";

    /// <summary>Reads the property on which the reader stands; one that the protocol does not know is passed over.</summary>
    public Error? ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("name"u8))
        {
            reader.Read();
            var error = RequestParameters.ReadId(ref reader, $"inputs[{ordinal}].name", out var name);
            Name = name ?? "";
            return error;
        }

        if (reader.ValueTextEquals("shape"u8))
        {
            reader.Read();
            return ReadShape(ref reader);
        }

        if (reader.ValueTextEquals("datatype"u8))
        {
            reader.Read();
            Datatype = reader.TokenType == JsonTokenType.String ? Datatype.Find(reader.ValueSpan) : null;
            return Datatype is null ? InvalidValue.Of($"{Label}.datatype", InputReader.Show(ref reader), $"one of {Datatype.Names}") : null;
        }

        if (reader.ValueTextEquals("parameters"u8))
        {
            reader.Read();
            return ReadParameters(ref reader);
        }

        reader.Skip();
        return null;
    }

    /// <summary>The first thing that the tensor lacks.</summary>
    public readonly Error? FindMissing() =>
        Name.Length == 0 ? InvalidValue.Of($"{Label}.name", null, "the input's name")
        : Dimensions == 0 ? InvalidValue.Of($"{Label}.shape", null, "[rows], or [rows, inputs] for one tensor of all features")
        : Datatype is null ? InvalidValue.Of($"{Label}.datatype", null, $"one of {Datatype.Names}")
        : !HasData && BinarySize < 0 ? InvalidValue.Of($"{Label}.data", null, $"an array of {Count} values")
        : HasData && BinarySize >= 0 ? InvalidValue.Of($"{Label}.data", "an array beside binary_data_size", "one of the two")
        : null;

    private InvalidValue? ReadShape(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return InvalidValue.Of($"{Label}.shape", InputReader.Show(ref reader), "an array of one or two sizes");
        Dimensions = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var size) || size < 1)
                return InvalidValue.Of($"{Label}.shape[{Dimensions}]", InputReader.Show(ref reader), "a whole number from 1");
            if (Dimensions == 2)
                return InvalidValue.Of($"{Label}.shape", "more than two sizes", "[rows], or [rows, inputs] for one tensor of all features");
            if (Dimensions++ == 0)
                rows = size;
            else
                Columns = size;
        }

        return Dimensions > 0 ? null : InvalidValue.Of($"{Label}.shape", "[]", "[rows], or [rows, inputs] for one tensor of all features");
    }

    private InvalidValue? ReadParameters(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return InvalidValue.Of($"{Label}.parameters", InputReader.Show(ref reader), "an object");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isSize = reader.ValueTextEquals("binary_data_size"u8);
            reader.Read();
            if (isSize)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var size) || size < 0)
                    return InvalidValue.Of($"{Label}.parameters.binary_data_size", InputReader.Show(ref reader), "a number of bytes");
                BinarySize = size;
            }
            else
            {
                reader.Skip();
            }
        }

        return null;
    }
}
