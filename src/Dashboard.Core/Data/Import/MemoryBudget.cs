namespace Dashboard.Core.Data.Import;

/// <summary>How many bytes all columns together may spend on remembering distinct values.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private long left = bytes;

    public bool TryTake(long wanted)
    {
        if (wanted > left)
            return false;
        left -= wanted;
        return true;
    }
}
