namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// How reference rows are stored: a version byte, the sizes, features and outputs as 32-bit floats, labels and times in 64 bits, and each raw input as its distinct
/// texts and, for each row, which of them it has.
/// </summary>
internal static class ReferenceRowsFormat
{
    private const byte Version = 1;
    private const int MostFeatures = 1_000_000;
    private const int MostOutputs = 10_000;

    public static byte[] Write(ReferenceRows rows)
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.Varint((ulong)rows.Width);
        writer.Varint((ulong)rows.OutputCount);
        writer.Varint((ulong)rows.Count);
        writer.Singles(rows.Features);
        writer.Singles(rows.Outputs);
        foreach (var label in rows.Labels)
            writer.UInt64(BitConverter.DoubleToUInt64Bits(label));
        writer.Byte(rows.Times is null ? (byte)0 : (byte)1);
        foreach (var time in rows.Times ?? [])
            writer.UInt64((ulong)time);
        writer.Varint((ulong)rows.Inputs.Count);
        foreach (var input in rows.Inputs)
            Write(writer, input);
        return writer.ToArray();
    }

    public static Result<ReferenceRows> Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            if (reader.Byte() is var version && version != Version)
                throw new ProfileFormatException($"it is of version {version}, expected {Version}");
            // A row takes four bytes a feature and more: a length that the bytes do not bear out is refused before anything is allocated.
            var width = reader.Length(0, MostFeatures);
            var outputs = reader.Length(0, MostOutputs);
            if (width == 0 || outputs == 0)
                throw new ProfileFormatException($"rows of {width} features and {outputs} outputs are none");
            var count = reader.Length((4 * (width + outputs)) + 8, ReferenceRows.MostRows);
            var features = new float[count * width];
            for (var i = 0; i < features.Length; i++)
                features[i] = reader.Single();
            var answers = new float[count * outputs];
            for (var i = 0; i < answers.Length; i++)
                answers[i] = reader.Single() is var output && float.IsFinite(output) ? output : throw new ProfileFormatException("an output is not a finite number");
            var labels = new double[count];
            for (var i = 0; i < count; i++)
                labels[i] = BitConverter.UInt64BitsToDouble(reader.UInt64()) is var label && !double.IsInfinity(label) ? label : throw new ProfileFormatException("a label is infinite");
            var times = ReadTimes(ref reader, count);
            var inputs = new ReferenceInput[reader.Length(2 + count, MostFeatures)];
            for (var i = 0; i < inputs.Length; i++)
                inputs[i] = ReadInput(ref reader, count);
            return reader.AtEnd ? new ReferenceRows(width, outputs, features, answers, labels, times, inputs) : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return InvalidValue.Of(ReferenceRows.FileName, fault.Message, "reference rows as this product writes them");
        }
    }

    private static void Write(ProfileWriter writer, ReferenceInput input)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in input.Values)
            if (value is not null)
                places.TryAdd(value, places.Count + 1);
        writer.Text(input.Name);
        writer.Varint((ulong)places.Count);
        foreach (var (value, _) in places.OrderBy(pair => pair.Value))
            writer.Text(value);
        foreach (var value in input.Values)
            writer.Varint(value is null ? 0 : (ulong)places[value]);
    }

    private static long[]? ReadTimes(ref ProfileReader reader, int count)
    {
        if (reader.Byte() is var known && known > 1)
            throw new ProfileFormatException($"{known} says neither that there are times nor that there are none");
        if (known == 0)
            return null;
        var times = new long[count];
        for (var i = 0; i < count; i++)
            times[i] = reader.UInt64() is var ticks && ticks <= (ulong)DateTime.MaxValue.Ticks ? (long)ticks : throw new ProfileFormatException($"time {ticks} does not exist");
        return times;
    }

    private static ReferenceInput ReadInput(ref ProfileReader reader, int count)
    {
        var name = reader.Text();
        var texts = new string[reader.Length(1, count)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Text();
        var values = new string?[count];
        for (var i = 0; i < count; i++)
        {
            var place = reader.Varint();
            if (place > (ulong)texts.Length)
                throw new ProfileFormatException($"text {place} of {name} is none of {texts.Length}");
            values[i] = place == 0 ? null : texts[place - 1];
        }

        return new(name, values);
    }
}
