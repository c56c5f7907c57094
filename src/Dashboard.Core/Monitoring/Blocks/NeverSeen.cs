namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>How surprising it is that something occurs in a window that occurs nowhere in the reference.</summary>
internal static class NeverSeen
{
    /// <summary>
    /// The chance that all k rows which have it are among the window's m and none among the reference's N, were rows exchangeable: ∏ (m − j)/(N + m − j) for j from 0 to k − 1 (the
    /// hypergeometric tail, as in Fisher's exact test).
    /// </summary>
    /// <returns>In (0, 1]; 1 for k = 0.</returns>
    public static double P(long having, long rows, long reference)
    {
        var log = 0.0;
        for (long j = 0; j < having && log > -700; j++)
            log += Math.Log((double)(rows - j) / (reference + rows - j));
        return Math.Exp(log);
    }
}
