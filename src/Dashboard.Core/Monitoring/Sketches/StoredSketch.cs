using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>A sketch as bytes of its own; inside a profile the same bytes lie one behind the other.</summary>
internal static class StoredSketch
{
    public delegate T Reading<out T>(ref ProfileReader reader);

    public static byte[] Write(Action<ProfileWriter> write)
    {
        var writer = new ProfileWriter();
        write(writer);
        return writer.ToArray();
    }

    public static Result<T> Read<T>(ReadOnlySpan<byte> bytes, Reading<T> read)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            var sketch = read(ref reader);
            return reader.AtEnd ? sketch : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return InvalidValue.Of("sketch", fault.Message, "a sketch as this product writes it");
        }
    }
}
