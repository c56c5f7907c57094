using Dashboard.Core.Monitoring.Blocks;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a version learnt from, in the form in which windows are kept: the layout, one profile of all rows, and the counts of its blocks.
/// It lies in the package and is what live windows are compared with.
/// </summary>
/// <param name="Profile">Features of every training row; predictions and labels of rows that the model had not seen.</param>
/// <param name="Blocks">The reference's own hours, days or runs of rows: how much it differs from itself.</param>
public sealed record ReferenceProfile(ProfileLayout Layout, WindowProfile Profile, ReferenceBlocks Blocks)
{
    /// <summary>The file in a package.</summary>
    public const string FileName = "reference.profile";

    private const byte Version = 2;

    /// <summary>Version 1 kept whole profiles of days.</summary>
    private const byte WithDays = 1;

    private const int MostDays = 400;

    public byte[] Serialize()
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.Bytes(LayoutFormat.Write(Layout));
        writer.Bytes(Profile.Serialize());
        Blocks.Write(writer);
        return writer.ToArray();
    }

    /// <summary>Reads a package's reference.</summary>
    /// <returns>The reference, or an error that says what is wrong with the bytes.</returns>
    public static Result<ReferenceProfile> Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            var version = reader.Byte();
            if (version is not (Version or WithDays))
                throw new ProfileFormatException($"it is of version {version}, expected {WithDays} or {Version}");
            var layoutReader = new ProfileReader(reader.Bytes(bytes.Length));
            var layout = LayoutFormat.Read(ref layoutReader);
            var profile = WindowProfile.Deserialize(layout, reader.Bytes(bytes.Length));
            if (!profile.IsSuccess)
                return profile.Error!;
            var blockLayout = new BlockLayout(layout, profile.Value.Output);
            var blocks = version == Version ? ReferenceBlocks.Read(ref reader, blockLayout) : ReadDays(ref reader, layout, blockLayout, bytes.Length);
            return reader.AtEnd ? new ReferenceProfile(layout, profile.Value, blocks) : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return ProfileFormat.Fault(fault);
        }
    }

    private static ReferenceBlocks ReadDays(ref ProfileReader reader, ProfileLayout layout, BlockLayout blockLayout, int most)
    {
        var days = new ReferenceBlock[reader.Length(10, MostDays)];
        for (var i = 0; i < days.Length; i++)
        {
            var number = reader.Count();
            if (number > DateOnly.MaxValue.DayNumber)
                throw new ProfileFormatException($"day {number} does not exist");
            var day = WindowProfile.Deserialize(layout, reader.Bytes(most));
            if (!day.IsSuccess)
                throw new ProfileFormatException(day.Error!.Value ?? day.Error.Message);
            days[i] = new(new DateTimeOffset(DateOnly.FromDayNumber((int)number), TimeOnly.MinValue, TimeSpan.Zero), blockLayout.Count(day.Value));
        }

        return new(blockLayout, days.Length == 0 ? null : BlockPeriod.Day, days);
    }
}
