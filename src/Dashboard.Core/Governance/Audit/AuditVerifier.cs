using System.Security.Cryptography;

namespace Dashboard.Core.Governance.Audit;

/// <summary>An entry as it is stored.</summary>
public sealed record ChainedEntry(AuditEntry Entry, byte[] PreviousHash, byte[] Hash);

/// <summary>Goes through the whole log once, beside its checkpoints, and names the first entry that is not as it was written. Keeps one entry at a time.</summary>
public static class AuditVerifier
{
    /// <summary>How far off a number may be for an entry to be recognised as one that was moved down into a gap.</summary>
    private const int RenumberedWithin = 1000;

    /// <param name="entries">By sequence, the first one first.</param>
    /// <param name="stranger">The row id of an entry without a place in the chain; null: there is none.</param>
    /// <param name="checkpoints">Their lines, in the order in which they were written.</param>
    /// <param name="key">The public key; null: signatures are not checked.</param>
    /// <param name="expectsCheckpoints">Whether the installation has signed before, so that their absence is a fault.</param>
    public static AuditReport Verify(IEnumerable<ChainedEntry> entries, long? stranger, IEnumerable<string> checkpoints, ECDsa? key, bool expectsCheckpoints, CancellationToken ct)
    {
        using var lines = checkpoints.GetEnumerator();
        var trail = new CheckpointTrail(lines, key);
        var walk = new Walk(trail);
        foreach (var entry in entries)
        {
            ct.ThrowIfCancellationRequested();
            walk.Take(entry);
        }

        trail.Finish();
        var fault = walk.Fault() ?? (stranger is { } row ? new AuditFault(AuditFaultKind.Inserted, walk.Good + 1, $"The row with id {row} stands in the log without a place in the chain: something other than the product wrote it.") : null);
        var missing = expectsCheckpoints && trail is { Count: 0, Fault: null } && walk.Count > 0
            ? new AuditFault(AuditFaultKind.CheckpointMissing, 1, "The installation has signed checkpoints, but there are none where they are looked for.")
            : trail.Fault;
        return new(walk.Count, walk.Imported, Convert.ToHexStringLower(walk.Tip), trail.Count, trail.Last?.Size ?? 0, trail.Last?.Time, fault, missing);
    }

    private sealed class Walk(CheckpointTrail trail)
    {
        private ChainedEntry? misfit;
        private ChainedEntry? successor;
        private AuditFault? fault;

        public long Count { get; private set; }

        public long Imported { get; private set; }

        /// <summary>The number of the last entry up to which everything fits.</summary>
        public long Good { get; private set; }

        public byte[] Tip { get; private set; } = AuditEntry.Genesis;

        public void Take(ChainedEntry stored)
        {
            Count++;
            Imported += stored.Entry.IsImported ? 1 : 0;
            if (fault is not null)
                return;
            if (misfit is not null)
            {
                // What follows the last good entry by its own word tells a changed order from a removal.
                if (successor is null && stored.PreviousHash.AsSpan().SequenceEqual(Tip))
                    successor = stored;
                return;
            }

            var expected = Good + 1;
            if (stored.Entry.Sequence != expected || !stored.PreviousHash.AsSpan().SequenceEqual(Tip) || !stored.Entry.Hash(Tip).AsSpan().SequenceEqual(stored.Hash))
                misfit = stored;
            else if (trail.HashOf(expected) is { } vouched && vouched != Convert.ToHexStringLower(stored.Hash))
                fault = new(AuditFaultKind.Rewritten, expected, $"Entry {expected} is not the one that the checkpoint of {trail.Last!.Size} entries of {AuditEntry.Instant(trail.Last.Time)} vouches for: it was replaced, and the chain from there on computed anew.");
            else
                (Good, Tip) = (expected, stored.Hash);
        }

        public AuditFault? Fault() => fault ?? (misfit is { } entry ? Judge(entry, Good + 1) : Cut());

        private AuditFault? Cut() => trail.Last is { } last && last.Size > Good
            ? new(AuditFaultKind.TailCut, Good + 1, $"The entries {Good + 1} to {last.Size} are gone: the log ends with entry {Good}, but the checkpoint of {AuditEntry.Instant(last.Time)} covers {last.Size}.")
            : null;

        private AuditFault Judge(ChainedEntry stored, long expected)
        {
            var found = stored.Entry.Sequence;
            if (found < expected)
                return new(AuditFaultKind.Inserted, expected, $"There is a second entry with the number {found}: it was put in.");
            if (found > expected)
                return new(AuditFaultKind.Deleted, expected, found == expected + 1 ? $"Entry {expected} is gone." : $"The entries {expected} to {found - 1} are gone.");
            if (stored.PreviousHash.AsSpan().SequenceEqual(Tip))
                return new(AuditFaultKind.Edited, expected, $"Entry {expected} says something else than was written: its hash does not fit its content.");
            if (successor is { Entry.Sequence: var moved })
                return new(AuditFaultKind.Reordered, expected, $"Entry {expected} is not the one that was written there: that one now stands as entry {moved}. The order was changed.");
            if (Original(stored) is { } original)
                return new(AuditFaultKind.Deleted, expected, $"Entry {expected} is gone: what stands there was entry {original}, given another number.");
            return stored.Entry.Hash(Tip).AsSpan().SequenceEqual(stored.Hash)
                ? new(AuditFaultKind.Edited, expected, $"Entry {expected} says that another entry came before it than does.")
                : new(AuditFaultKind.Edited, expected, $"Entry {expected} does not follow entry {expected - 1}, and its hash does not fit its content: it was replaced.");
        }

        /// <summary>The number under which the entry fits its own hash.</summary>
        private static long? Original(ChainedEntry stored) =>
            Enumerable.Range(1, RenumberedWithin).Select(by => (long?)(stored.Entry.Sequence + by)).FirstOrDefault(number => (stored.Entry with { Sequence = number!.Value }).Hash(stored.PreviousHash).AsSpan().SequenceEqual(stored.Hash));
    }
}
