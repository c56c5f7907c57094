namespace Dashboard.Core.Governance.Audit;

/// <summary>What was done to the log.</summary>
public enum AuditFaultKind
{
    /// <summary>An entry says something else than was hashed.</summary>
    Edited,

    /// <summary>An entry is gone, and later ones are there.</summary>
    Deleted,

    /// <summary>Entries stand in another order.</summary>
    Reordered,

    /// <summary>An entry is there that the chain does not know.</summary>
    Inserted,

    /// <summary>The last entries are gone.</summary>
    TailCut,

    /// <summary>An entry differs from what a checkpoint vouches for, though the chain was computed anew to fit.</summary>
    Rewritten,

    /// <summary>A checkpoint is not what the installation signed.</summary>
    CheckpointForged,

    /// <summary>A checkpoint is gone.</summary>
    CheckpointMissing,
}

/// <summary>The first thing that is not as it was written.</summary>
/// <param name="Sequence">The entry; of a checkpoint, the first entry that it covers.</param>
/// <param name="Message">For people.</param>
public sealed record AuditFault(AuditFaultKind Kind, long Sequence, string Message);

/// <summary>What a look at the whole log found.</summary>
/// <param name="Entries">How many there are.</param>
/// <param name="Imported">How many of them are from before there was a chain.</param>
/// <param name="Tip">The hash of the last entry that follows from the first, in hexadecimal.</param>
/// <param name="Checkpoints">How many checkpoints fit.</param>
/// <param name="Covered">How many entries the last of them covers: what comes after is held by the chain alone.</param>
/// <param name="LastCheckpoint">When that was signed.</param>
/// <param name="Fault">The first entry that is not as it was written.</param>
/// <param name="CheckpointFault">The first checkpoint that is not as it was signed.</param>
public sealed record AuditReport(long Entries, long Imported, string Tip, long Checkpoints, long Covered, DateTimeOffset? LastCheckpoint, AuditFault? Fault, AuditFault? CheckpointFault)
{
    public bool IsIntact => Fault is null && CheckpointFault is null;
}
