namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>The generator and the shuffle behind NumPy's RandomState (Matsumoto and Nishimura 1998, MT19937), so that what is drawn here is what scikit-learn draws.</summary>
internal sealed class MersenneTwister
{
    private const int Length = 624, Middle = 397;

    private readonly uint[] state = new uint[Length];
    private int at = Length;

    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Length; i++)
            state[i] = (1_812_433_253 * (state[i - 1] ^ (state[i - 1] >> 30))) + (uint)i;
    }

    /// <summary>0 to n − 1 in random order.</summary>
    public int[] Permutation(int n)
    {
        var order = new int[n];
        for (var i = 0; i < n; i++)
            order[i] = i;
        for (var i = n - 1; i >= 1; i--)
        {
            var j = UpTo(i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>A whole number from 0 to <paramref name="most"/>: bits are drawn until they are not above it.</summary>
    private int UpTo(int most)
    {
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)most);
        uint drawn;
        do
        {
            drawn = Next() & mask;
        }
        while (drawn > most);
        return (int)drawn;
    }

    private uint Next()
    {
        if (at == Length)
            Turn();
        var y = state[at++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        return y ^ (y >> 18);
    }

    private void Turn()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (state[i] & 0x8000_0000) | (state[(i + 1) % Length] & 0x7FFF_FFFF);
            state[i] = state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908_B0DF : 0);
        }

        at = 0;
    }
}
