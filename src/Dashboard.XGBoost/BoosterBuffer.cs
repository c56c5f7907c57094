using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>A booster to and from the bytes of a model file.</summary>
internal static class BoosterBuffer
{
    /// <param name="format">json or ubj.</param>
    public static unsafe byte[] Save(BoosterHandle booster, string format)
    {
        NativeMethods.Check(NativeMethods.XGBoosterSaveModelToBuffer(booster, $$"""{"format":"{{format}}"}""", out var length, out var content));
        return new ReadOnlySpan<byte>(content, checked((int)length)).ToArray();
    }

    public static unsafe BoosterHandle Load(ReadOnlySpan<byte> model)
    {
        NativeMethods.Check(NativeMethods.XGBoosterCreate(null, 0, out var booster));
        try
        {
            fixed (byte* content = model)
                NativeMethods.Check(NativeMethods.XGBoosterLoadModelFromBuffer(booster, content, (ulong)model.Length));
            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }
}
