using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// What a window keeps, beside its profile, so that performance can be estimated from it: nothing for a binary model, whose score histogram says it all; sums for the others,
/// folded in with each prediction. Estimates of one layout merge by addition, exactly, in any order and grouping. Not safe for several threads.
/// </summary>
public abstract class EstimateProfile
{
    /// <summary>Predictions that were folded in.</summary>
    public long Rows { get; private set; }

    /// <summary>Those of them that lie outside of what the estimator learnt from.</summary>
    public long Outside { get; private set; }

    /// <summary>An empty one; null where the output profile says it all.</summary>
    public static EstimateProfile? For(OutputLayout layout) => layout.Task switch
    {
        ModelTask.MulticlassClassification => new ClassEstimates(layout.Classes.Count, layout.Scores.Count),
        ModelTask.Regression => new LossEstimates(),
        _ => null,
    };

    /// <summary>Adds another one of the same layout.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public virtual void Add(EstimateProfile other)
    {
        Rows += other.Rows;
        Outside += other.Outside;
    }

    /// <summary>Back to nothing counted.</summary>
    public virtual void Clear() => (Rows, Outside) = (0, 0);

    /// <summary>A compact form; the layout is not in it.</summary>
    public byte[] Serialize()
    {
        var writer = new ProfileWriter();
        writer.Varint((ulong)Rows);
        writer.Varint((ulong)Outside);
        WriteSums(writer);
        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote for this layout.</summary>
    /// <returns>The estimates, or an error that says what is wrong with the bytes.</returns>
    public static Result<EstimateProfile> Deserialize(OutputLayout layout, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new ProfileReader(bytes);
            var profile = Read(layout, ref reader);
            return reader.AtEnd ? profile : throw new ProfileFormatException("there are bytes behind its estimates");
        }
        catch (ProfileFormatException fault)
        {
            return ProfileFormat.Fault(fault);
        }
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Serialize"/> writes for this layout.</exception>
    internal static EstimateProfile Read(OutputLayout layout, ref ProfileReader reader)
    {
        var profile = For(layout) ?? throw new ProfileFormatException($"a profile of {layout.Task} keeps no estimates");
        profile.Rows = reader.Count();
        profile.Outside = reader.Count();
        profile.ReadSums(ref reader);
        return profile;
    }

    private protected void Count(bool isOutside)
    {
        Rows++;
        Outside += isOutside ? 1 : 0;
    }

    private protected abstract void WriteSums(ProfileWriter writer);

    private protected abstract void ReadSums(ref ProfileReader reader);
}
