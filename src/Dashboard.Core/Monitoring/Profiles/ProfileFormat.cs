namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// How a window's profile is stored: a version byte, the layout's fingerprint, then counts as sparse varints and sums as doubles. A window of a thousand
/// predictions of eight features takes a few kilobytes.
/// </summary>
internal static class ProfileFormat
{
    private const byte Version = 1;

    public static byte[] Write(WindowProfile profile)
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.UInt64(profile.Layout.Fingerprint);
        writer.Varint((ulong)profile.FeatureRows);
        writer.Sparse(profile.Bins);
        writer.Sparse(profile.Missing);
        writer.Sparse(profile.Finite);
        writer.Doubles(profile.Sums);
        writer.Singles(profile.Minima);
        writer.Singles(profile.Maxima);
        writer.Sparse(profile.Output.Counts);
        writer.Doubles(profile.Output.Sums);
        return writer.ToArray();
    }

    public static Result<WindowProfile> Read(ProfileLayout layout, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            if (reader.Byte() is var version && version != Version)
                throw new ProfileFormatException($"it is of version {version}, expected {Version}");
            if (reader.UInt64() != layout.Fingerprint)
                throw new ProfileFormatException("it belongs to another layout");
            var profile = new WindowProfile(layout) { FeatureRows = reader.Count() };
            reader.Sparse(profile.Bins);
            reader.Sparse(profile.Missing);
            reader.Sparse(profile.Finite);
            reader.Doubles(profile.Sums);
            reader.Singles(profile.Minima);
            reader.Singles(profile.Maxima);
            reader.Sparse(profile.Output.Counts);
            reader.Doubles(profile.Output.Sums);
            return reader.AtEnd ? profile : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return Fault(fault);
        }
    }

    internal static Error Fault(ProfileFormatException fault) => InvalidValue.Of("profile", fault.Message, "a profile as this product writes it");
}
