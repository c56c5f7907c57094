namespace Dashboard.Core.Tests.Monitoring.Sketches;

/// <summary>Reads what was stored after it was cut and changed: it must be read, and then be of use, or be refused.</summary>
internal static class Hostile
{
    public delegate Result<T> Reading<T>(ReadOnlySpan<byte> bytes);

    public static void Try<T>(IReadOnlyList<byte[]> stored, Reading<T> read, Action<T> use)
    {
        var random = new Random(17);
        var refused = 0;
        foreach (var whole in stored)
        {
            use(read(whole).Value);
            Assert.False(read([.. whole, 0]).IsSuccess);
            for (var length = 0; length < whole.Length; length += 1 + (whole.Length / 200))
                Assert.False(read(whole.AsSpan(0, length)).IsSuccess);
            for (var i = 0; i < 3000; i++)
            {
                var broken = (byte[])whole.Clone();
                for (var flips = random.Next(1, 6); flips > 0; flips--)
                    broken[random.Next(Math.Min(broken.Length, i % 2 == 0 ? 12 : int.MaxValue))] = (byte)random.Next(256);
                Use(read(broken));
            }

            for (var i = 0; i < 1000; i++)
            {
                var noise = new byte[random.Next(1, 64)];
                random.NextBytes(noise);
                Use(read(noise));
            }
        }

        Assert.True(refused > 0);

        void Use(Result<T> result)
        {
            if (result.IsSuccess)
                use(result.Value);
            else
                refused++;
        }
    }
}
