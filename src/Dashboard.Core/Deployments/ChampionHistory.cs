namespace Dashboard.Core.Deployments;

/// <summary>One change of champion.</summary>
/// <param name="IsRollback">False: a promotion.</param>
public readonly record struct ChampionChange(bool IsRollback, int ToVersionId);

/// <summary>
/// The champions that a rollback can return to. A promotion puts a version on top; a rollback takes the top one off, so that repeated rollbacks walk
/// further back and a promotion after a rollback does not bring the version that was rolled back into reach again.
/// </summary>
public static class ChampionHistory
{
    /// <summary>The champions in order of promotion that are still in force; the last one is live.</summary>
    /// <param name="changes">Oldest first.</param>
    public static IReadOnlyList<int> Standing(IEnumerable<ChampionChange> changes)
    {
        var standing = new List<int>();
        foreach (var change in changes)
        {
            if (change.IsRollback)
                standing.RemoveAt(standing.Count - 1);
            else
                standing.Add(change.ToVersionId);
        }

        return standing;
    }
}
