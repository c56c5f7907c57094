using System.Buffers.Binary;
using System.Text;
using Dashboard.Core.Data.Features;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>A prediction's outputs and raw inputs as bytes: outputs first, since ground truth needs only them; each input with one byte that says what follows.</summary>
internal static class PredictionPayload
{
    private const byte Missing = 0, Single = 1, Double = 2, False = 3, True = 4, Code = 5, Text = 6, Timestamp = 7, SmallInteger = 8;

    /// <summary>Writes into a buffer that grows as needed and is used again.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(ref byte[] buffer, ReadOnlySpan<float> outputs, ReadOnlySpan<InputValue> inputs)
    {
        var at = 0;
        Reserve(ref buffer, at, 10 + (4 * outputs.Length));
        at = Varint(buffer, at, (ulong)outputs.Length);
        foreach (var output in outputs)
        {
            BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(at), output);
            at += 4;
        }

        foreach (ref readonly var input in inputs)
        {
            Reserve(ref buffer, at, 16 + (3 * (input.Text?.Length ?? 0)));
            at = Input(buffer, at, input);
        }

        return at;
    }

    public static float[] Outputs(ReadOnlySpan<byte> payload)
    {
        var at = 0;
        var count = Varint(payload, ref at);
        if (count > (ulong)(payload.Length / 4))
            throw new InvalidDataException($"A prediction of {payload.Length} bytes says that it has {count} outputs.");
        var outputs = new float[count];
        for (var i = 0; i < outputs.Length; i++, at += 4)
            outputs[i] = BinaryPrimitives.ReadSingleLittleEndian(payload[at..]);
        return outputs;
    }

    /// <summary>Reads the raw inputs.</summary>
    /// <param name="count">As many as the version's signature has.</param>
    public static InputValue[] Inputs(ReadOnlySpan<byte> payload, int count)
    {
        var inputs = new InputValue[count];
        Inputs(payload, inputs);
        return inputs;
    }

    /// <summary>Reads the raw inputs into a buffer that is used again, as long as the version's signature.</summary>
    public static void Inputs(ReadOnlySpan<byte> payload, Span<InputValue> inputs)
    {
        var at = 0;
        var outputs = (int)Varint(payload, ref at);
        at += 4 * outputs;
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = Input(payload, ref at);
    }

    private static int Input(Span<byte> buffer, int at, in InputValue input)
    {
        switch (input.Kind)
        {
            case InputKind.Missing:
                buffer[at++] = Missing;
                return at;
            case InputKind.Boolean:
                buffer[at++] = input.Number != 0 ? True : False;
                return at;
            case InputKind.Code:
                buffer[at++] = Code;
                return Varint(buffer, at, (ulong)input.Number);
            case InputKind.Text:
                buffer[at++] = Text;
                var bytes = Encoding.UTF8.GetByteCount(input.Text!);
                at = Varint(buffer, at, (ulong)bytes);
                return at + Encoding.UTF8.GetBytes(input.Text, buffer[at..]);
            case InputKind.Timestamp:
                buffer[at++] = Timestamp;
                BinaryPrimitives.WriteInt64LittleEndian(buffer[at..], input.AsTimestamp().Ticks);
                return at + 8;
            default:
                return Number(buffer, at, input.Number);
        }
    }

    private static int Number(Span<byte> buffer, int at, double number)
    {
        if (number is >= 0 and < 1 << 20 && number == (int)number && BitConverter.DoubleToInt64Bits(number) >= 0)
        {
            buffer[at++] = SmallInteger;
            return Varint(buffer, at, (ulong)number);
        }

        if ((float)number == number)
        {
            buffer[at++] = Single;
            BinaryPrimitives.WriteSingleLittleEndian(buffer[at..], (float)number);
            return at + 4;
        }

        buffer[at++] = Double;
        BinaryPrimitives.WriteDoubleLittleEndian(buffer[at..], number);
        return at + 8;
    }

    private static InputValue Input(ReadOnlySpan<byte> payload, ref int at)
    {
        switch (payload[at++])
        {
            case Missing:
                return InputValue.Missing;
            case False:
                return InputValue.OfBoolean(false);
            case True:
                return InputValue.OfBoolean(true);
            case Code:
                return InputValue.OfCode((int)Varint(payload, ref at));
            case Text:
                var length = (int)Varint(payload, ref at);
                at += length;
                return InputValue.OfUnknownCategory(Encoding.UTF8.GetString(payload.Slice(at - length, length)));
            case Timestamp:
                at += 8;
                return InputValue.OfTimestamp(new DateTime(BinaryPrimitives.ReadInt64LittleEndian(payload[(at - 8)..])));
            case SmallInteger:
                return InputValue.OfNumber(Varint(payload, ref at));
            case Single:
                at += 4;
                return InputValue.OfNumber(BinaryPrimitives.ReadSingleLittleEndian(payload[(at - 4)..]));
            case Double:
                at += 8;
                return InputValue.OfNumber(BinaryPrimitives.ReadDoubleLittleEndian(payload[(at - 8)..]));
            case var tag:
                throw new InvalidDataException($"A logged prediction has an input of kind {tag}; expected 0 to 8.");
        }
    }

    private static void Reserve(ref byte[] buffer, int used, int more)
    {
        if (used + more > buffer.Length)
            Array.Resize(ref buffer, Math.Max(2 * buffer.Length, used + more));
    }

    private static int Varint(Span<byte> buffer, int at, ulong value)
    {
        while (value >= 0x80)
        {
            buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[at++] = (byte)value;
        return at;
    }

    private static ulong Varint(ReadOnlySpan<byte> payload, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = payload[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
