using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>What of a stored profile is read.</summary>
[Flags]
public enum ProfileParts
{
    None = 0,

    /// <summary>Histograms, missing values and moments of features.</summary>
    Features = 1,

    /// <summary>What was answered and how right it was.</summary>
    Output = 2,

    /// <summary>Quantiles and different values of number features; their moments must be read as well.</summary>
    Sketches = 4,

    /// <summary>Categories that the model does not know.</summary>
    Unknown = 8,

    /// <summary>Groups of features.</summary>
    Slices = 16,

    /// <summary>Scores of all predictions by class, for models of several classes.</summary>
    Scores = 32,

    /// <summary>What performance is estimated from before labels arrive, for models of several classes and regressions.</summary>
    Estimates = 64,

    All = Features | Output | Sketches | Unknown | Slices | Scores | Estimates,
}

/// <summary>
/// How a window's profile is stored: a version byte, the layout's fingerprint, then sections in ascending order of their ids, each with its length before it, so that what
/// nobody asks for costs nothing and what a later version adds is passed over. A section that holds nothing is left out. Counts are sparse varints, sums are exact.
/// Windows of version 1 are read as well (<see cref="ProfileFormatV1"/>).
/// </summary>
internal static class ProfileFormat
{
    private const byte Version = 2;

    private const ulong Features = 1, Output = 2, Sketches = 3, Unknown = 4, Slices = 5, Scores = 6, Estimates = 16;

    public static byte[] Write(WindowProfile profile)
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.UInt64(profile.Layout.Fingerprint);
        var section = new ProfileWriter();
        Section(writer, Features, section, profile, WriteFeatures);
        Section(writer, Output, section, profile, static (writer, profile) => profile.Output.Write(writer));
        Section(writer, Sketches, section, profile, WriteSketches);
        Section(writer, Unknown, section, profile, WriteUnknown);
        Section(writer, Slices, section, profile, static (writer, profile) => profile.Slices.Write(writer));
        Section(writer, Scores, section, profile, static (writer, profile) => profile.Output.WriteScores(writer));
        Section(writer, Estimates, section, profile, static (writer, profile) => writer.Raw(profile.Estimates is { Rows: > 0 } estimates ? estimates.Serialize() : []));
        return writer.ToArray();
    }

    public static Result<WindowProfile> Read(ProfileLayout layout, ReadOnlySpan<byte> bytes, ProfileParts parts)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            var version = reader.Byte();
            if (version is not (1 or Version))
                throw new ProfileFormatException($"it is of version {version}, expected 1 or {Version}");
            if (reader.UInt64() != layout.Fingerprint)
                throw new ProfileFormatException("it belongs to another layout");
            return version == 1 ? ProfileFormatV1.Read(layout, ref reader) : Read(layout, ref reader, parts);
        }
        catch (ProfileFormatException fault)
        {
            return Fault(fault);
        }
    }

    internal static Error Fault(ProfileFormatException fault) => InvalidValue.Of("profile", fault.Message, "a profile as this product writes it");

    private static void Section(ProfileWriter writer, ulong id, ProfileWriter section, WindowProfile profile, Action<ProfileWriter, WindowProfile> write)
    {
        section.Clear();
        write(section, profile);
        if (section.IsEmpty)
            return;
        writer.Varint(id);
        writer.Bytes(section.Written);
    }

    private static WindowProfile Read(ProfileLayout layout, ref ProfileReader reader, ProfileParts parts)
    {
        var profile = new WindowProfile(layout);
        ulong last = 0;
        while (!reader.AtEnd)
        {
            var id = reader.Varint();
            if (id <= last)
                throw new ProfileFormatException($"section {id} comes after {last}");
            last = id;
            var section = new ProfileReader(reader.Bytes(int.MaxValue));
            if (!Read(profile, id, ref section, parts))
                continue;
            if (!section.AtEnd)
                throw new ProfileFormatException($"there are bytes behind the end of section {id}");
        }

        return profile;
    }

    /// <returns>False where the section is not known or not asked for.</returns>
    private static bool Read(WindowProfile profile, ulong id, ref ProfileReader reader, ProfileParts parts)
    {
        switch (id)
        {
            case Features when parts.HasFlag(ProfileParts.Features):
                ReadFeatures(profile, ref reader);
                return true;
            case Output when parts.HasFlag(ProfileParts.Output):
                profile.Output.Read(ref reader);
                return true;
            case Sketches when parts.HasFlag(ProfileParts.Sketches) && parts.HasFlag(ProfileParts.Features):
                ReadSketches(profile, ref reader);
                return true;
            case Unknown when parts.HasFlag(ProfileParts.Unknown):
                ReadUnknown(profile, ref reader);
                return true;
            case Slices when parts.HasFlag(ProfileParts.Slices):
                profile.Slices.Read(ref reader);
                return true;
            case Scores when parts.HasFlag(ProfileParts.Scores):
                profile.Output.ReadScores(ref reader);
                return true;
            case Estimates when parts.HasFlag(ProfileParts.Estimates):
                profile.Restore(EstimateProfile.Read(profile.Layout.Output, ref reader));
                return true;
            default:
                return false;
        }
    }

    private static void WriteFeatures(ProfileWriter writer, WindowProfile profile)
    {
        if (profile.FeatureRows == 0)
            return;
        writer.Varint((ulong)profile.FeatureRows);
        writer.Sparse(profile.Bins);
        writer.Sparse(profile.Missing);
        foreach (var number in profile.Numbers)
        {
            writer.Varint((ulong)(number?.Count ?? 0));
            if (number is not { Count: > 0 })
                continue;
            number.Sum.Write(writer);
            number.Squares.Write(writer);
            writer.Single(number.Minimum);
            writer.Single(number.Maximum);
        }
    }

    private static void ReadFeatures(WindowProfile profile, ref ProfileReader reader)
    {
        profile.FeatureRows = reader.Count();
        reader.Sparse(profile.Bins);
        reader.Sparse(profile.Missing);
        for (var feature = 0; feature < profile.Numbers.Length; feature++)
        {
            if (reader.Count() is var count && count == 0)
                continue;
            if (profile.Layout.Features[feature].IsCategorical)
                throw new ProfileFormatException($"{profile.Layout.Features[feature].Name} is a category and has no numbers");
            profile.Restore(feature, NumberProfile.Of(count, ExactSum.Read(ref reader), ExactSum.Read(ref reader), reader.FiniteSingle(), reader.FiniteSingle()));
        }
    }

    private static void WriteSketches(ProfileWriter writer, WindowProfile profile)
    {
        foreach (var number in profile.Numbers)
        {
            if (number is not { Count: > 0 })
                continue;
            number.Values.Write(writer);
            number.Distinct?.Write(writer);
        }
    }

    private static void ReadSketches(WindowProfile profile, ref ProfileReader reader)
    {
        foreach (var number in profile.Numbers)
        {
            if (number is null)
                continue;
            var values = KllSketch.Read(ref reader);
            if (values.Count > number.Count || values.K != KllSketch.DefaultK)
                throw new ProfileFormatException($"a sketch of size {values.K} of {values.Count} values does not fit {number.Count}");
            number.Restore(values, values.IsExact ? null : HyperLogLog.Read(ref reader));
        }
    }

    private static void WriteUnknown(ProfileWriter writer, WindowProfile profile)
    {
        for (var feature = 0; feature < profile.UnknownValues.Length; feature++)
        {
            if (profile.UnknownValues[feature] is not { } values)
                continue;
            writer.Varint((ulong)feature);
            values.Write(writer);
        }
    }

    private static void ReadUnknown(WindowProfile profile, ref ProfileReader reader)
    {
        while (!reader.AtEnd)
        {
            var feature = reader.Count();
            if (feature >= profile.UnknownValues.Length || !profile.Layout.Features[(int)feature].IsCategorical)
                throw new ProfileFormatException($"feature {feature} is no category");
            profile.Restore((int)feature, ValueCounts.Read(ref reader));
        }
    }
}
