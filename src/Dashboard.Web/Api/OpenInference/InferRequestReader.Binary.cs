using System.Buffers.Binary;
using System.Text.Unicode;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>The elements of a tensor from the binary extension: little-endian, row by row, without padding; texts behind their length in four bytes.</summary>
internal ref partial struct InferRequestReader
{
    private InvalidValue? ReadBinary(scoped ref Tensor tensor)
    {
        var type = tensor.Datatype!;
        if (tensor.BinarySize > binary.Length)
            return InvalidValue.Of($"{tensor.Name}.parameters.binary_data_size", tensor.BinarySize.ToString(), $"at most the {binary.Length} bytes that follow");
        if (type.Size > 0 && tensor.BinarySize != tensor.Count * type.Size)
            return InvalidValue.Of($"{tensor.Name}.parameters.binary_data_size", tensor.BinarySize.ToString(), $"{tensor.Count * type.Size}: {tensor.ShapeText} of {type.Name}");
        var data = binary[..tensor.BinarySize];
        binary = binary[tensor.BinarySize..];
        for (var i = 0; i < tensor.Count; i++)
        {
            var row = i / tensor.Columns;
            var input = tensor.Input + (i % tensor.Columns);
            var wanted = TakeElement(ref data, type, input, out var value);
            if (wanted is not null)
                return InvalidValue.Of($"{inputs[input].Name}[{row}]", "binary data", wanted);
            Row(row)[input] = value;
        }

        return data.IsEmpty ? null
            : InvalidValue.Of($"{tensor.Name}.parameters.binary_data_size", tensor.BinarySize.ToString(), $"exactly the bytes of {tensor.Count} texts; {data.Length} are left over");
    }

    private readonly string? TakeElement(ref ReadOnlySpan<byte> data, Datatype type, int input, out InputValue value)
    {
        value = default;
        if (type == Datatype.Bytes)
        {
            if (data.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(data) is var length && length > data.Length - 4)
                return "a text behind its length in four bytes";
            var text = data.Slice(4, (int)length);
            data = data[(4 + (int)length)..];
            return ReadText(text, input, out value);
        }

        var number = type.Read(data);
        data = data[type.Size..];
        if (double.IsNaN(number))
            return null;
        if (inputs[input].Type == InputType.Boolean)
        {
            value = InputValue.OfBoolean(number == 1);
            return number is 0 or 1 ? null : "0 or 1, or NaN where it is missing";
        }

        value = InputValue.OfNumber(number);
        return Math.Abs(number) <= float.MaxValue ? null : RequestFault.NumberRange + ", or NaN where it is missing";
    }

    private readonly string? ReadText(ReadOnlySpan<byte> text, int input, out InputValue value)
    {
        value = default;
        if (text.IsEmpty)
            return null;
        if (text.Length > 1024 || !Utf8.IsValid(text))
            return "a text of at most 1024 bytes in UTF-8";
        if (inputs[input].Type == InputType.Category)
        {
            value = model.Encoder.Category(input, text);
            return null;
        }

        Span<char> characters = stackalloc char[64];
        if (text.Length > characters.Length || !FeatureEncoder.TryParseTimestamp(characters[..System.Text.Encoding.UTF8.GetChars(text, characters)], out var wallTime))
            return "an ISO 8601 timestamp such as 2001-02-03T06:00";
        value = InputValue.OfTimestamp(wallTime);
        return null;
    }
}
