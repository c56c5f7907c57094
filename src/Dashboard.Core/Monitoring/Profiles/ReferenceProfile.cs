namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a version learnt from, in the form in which windows are kept: the layout, one profile of all rows, and one for each day where rows have a time.
/// It lies in the package and is what live windows are compared with.
/// </summary>
/// <param name="Profile">Features of every training row; predictions and labels of rows that the model had not seen.</param>
/// <param name="Days">Profiles by day, ascending; empty without times or beyond <see cref="MostDays"/> days.</param>
public sealed record ReferenceProfile(ProfileLayout Layout, WindowProfile Profile, IReadOnlyList<ReferenceDay> Days)
{
    /// <summary>The file in a package.</summary>
    public const string FileName = "reference.profile";

    public const int MostDays = 400;

    private const byte Version = 1;

    public byte[] Serialize()
    {
        var writer = new ProfileWriter();
        writer.Byte(Version);
        writer.Bytes(LayoutFormat.Write(Layout));
        writer.Bytes(Profile.Serialize());
        writer.Varint((ulong)Days.Count);
        foreach (var day in Days)
        {
            writer.Varint((ulong)day.Day.DayNumber);
            writer.Bytes(day.Profile.Serialize());
        }

        return writer.ToArray();
    }

    /// <summary>Reads a package's reference.</summary>
    /// <returns>The reference, or an error that says what is wrong with the bytes.</returns>
    public static Result<ReferenceProfile> Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            if (reader.Byte() is var version && version != Version)
                throw new ProfileFormatException($"it is of version {version}, expected {Version}");
            var layoutReader = new ProfileReader(reader.Bytes(bytes.Length));
            var layout = LayoutFormat.Read(ref layoutReader);
            var profile = WindowProfile.Deserialize(layout, reader.Bytes(bytes.Length));
            if (!profile.IsSuccess)
                return profile.Error!;
            var days = new ReferenceDay[reader.Length(10, MostDays)];
            for (var i = 0; i < days.Length; i++)
            {
                var number = reader.Count();
                if (number > DateOnly.MaxValue.DayNumber)
                    throw new ProfileFormatException($"day {number} does not exist");
                var day = WindowProfile.Deserialize(layout, reader.Bytes(bytes.Length));
                if (!day.IsSuccess)
                    return day.Error!;
                days[i] = new(DateOnly.FromDayNumber((int)number), day.Value);
            }

            return reader.AtEnd ? new ReferenceProfile(layout, profile.Value, days) : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return ProfileFormat.Fault(fault);
        }
    }
}

/// <summary>The rows of one day of the reference.</summary>
public sealed record ReferenceDay(DateOnly Day, WindowProfile Profile);
