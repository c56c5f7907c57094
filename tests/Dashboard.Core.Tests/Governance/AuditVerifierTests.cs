using System.Security.Cryptography;
using Dashboard.Core.Governance.Audit;

namespace Dashboard.Core.Tests.Governance;

/// <summary>A log of twenty entries with checkpoints at 5, 12 and 20, changed in each way.</summary>
public sealed class AuditVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa key = SigningKeys.Create();
    private readonly List<ChainedEntry> log = Chain(AuditEntry.Genesis, 1, 20);
    private readonly List<Checkpoint> checkpoints;

    public AuditVerifierTests()
    {
        var frontier = new MerkleFrontier();
        checkpoints = [.. new[] { (0, 5), (5, 12), (12, 20) }.Select(range => CheckpointSigning.Sign(key, frontier, [.. log[range.Item1..range.Item2].Select(entry => entry.Hash)], Start.AddHours(range.Item2)))];
    }

    public void Dispose() => key.Dispose();

    [Fact]
    public void What_was_written_is_intact()
    {
        var report = Verify();

        Assert.True(report.IsIntact);
        Assert.Equal((20, 3, 20, Convert.ToHexStringLower(log[^1].Hash)), (report.Entries, report.Checkpoints, report.Covered, report.Tip));
    }

    [Fact]
    public void Entries_after_the_last_checkpoint_are_held_by_the_chain()
    {
        log.AddRange(Chain(log[^1].Hash, 21, 3));
        Assert.True(Verify().IsIntact);

        log[21] = log[21] with { Entry = log[21].Entry with { Summary = "nothing" } };
        AssertFault(AuditFaultKind.Edited, 22);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(19)]
    public void An_edit_is_found(int index)
    {
        log[index] = log[index] with { Entry = log[index].Entry with { Actor = "nobody" } };
        AssertFault(AuditFaultKind.Edited, index + 1);
    }

    [Fact]
    public void An_edit_with_a_hash_to_match_is_found()
    {
        var edited = log[7].Entry with { Actor = "nobody" };
        log[7] = new(edited, log[7].PreviousHash, edited.Hash(log[7].PreviousHash));
        AssertFault(AuditFaultKind.Rewritten, 8);
    }

    [Fact]
    public void A_removal_is_found()
    {
        log.RemoveRange(7, 2);
        Assert.Contains("The entries 8 to 9 are gone", AssertFault(AuditFaultKind.Deleted, 8).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removal_whose_gap_was_closed_is_found()
    {
        log.RemoveAt(7);
        for (var i = 7; i < log.Count; i++)
            log[i] = log[i] with { Entry = log[i].Entry with { Sequence = i + 1 } };
        AssertFault(AuditFaultKind.Deleted, 8);
    }

    [Fact]
    public void Another_order_is_found()
    {
        (log[7], log[10]) = (log[10] with { Entry = log[10].Entry with { Sequence = 8 } }, log[7] with { Entry = log[7].Entry with { Sequence = 11 } });
        Assert.Contains("now stands as entry 11", AssertFault(AuditFaultKind.Reordered, 8).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tail_cut_off_is_found()
    {
        log.RemoveRange(15, 5);
        AssertFault(AuditFaultKind.TailCut, 16);
        log.Clear();
        AssertFault(AuditFaultKind.TailCut, 1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(17)]
    public void A_tail_cut_off_and_written_anew_is_found_at_its_first_entry(int kept)
    {
        log.RemoveRange(kept, 20 - kept);
        log.AddRange(Chain(log[^1].Hash, kept + 1, 25, "another"));
        AssertFault(AuditFaultKind.Rewritten, kept + 1);
    }

    [Fact]
    public void An_entry_put_in_is_found()
    {
        log.Insert(8, log[7]);
        AssertFault(AuditFaultKind.Inserted, 9);
        log.RemoveAt(8);
        var report = AuditVerifier.Verify(log, 99, Lines(), key, expectsCheckpoints: true, default);
        Assert.Equal(AuditFaultKind.Inserted, report.Fault!.Kind);
        Assert.Contains("id 99", report.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_key_is_found()
    {
        using var other = SigningKeys.Create();
        var frontier = new MerkleFrontier();
        for (var i = 0; i < 5; i++)
            frontier.Add(MerkleTree.Leaf(log[i].Hash));
        checkpoints[1] = CheckpointSigning.Sign(other, frontier, [.. log[5..12].Select(entry => entry.Hash)], Start);
        AssertCheckpointFault(AuditFaultKind.CheckpointForged, 6);
    }

    [Fact]
    public void A_checkpoint_that_was_changed_or_taken_away_is_found()
    {
        var whole = checkpoints[1];
        checkpoints[1] = whole with { Entries = [.. whole.Entries.Skip(1), whole.Entries[0]] };
        AssertCheckpointFault(AuditFaultKind.CheckpointForged, 6);
        checkpoints[1] = whole with { Root = checkpoints[0].Root };
        AssertCheckpointFault(AuditFaultKind.CheckpointForged, 6);
        checkpoints[1] = whole with { Time = whole.Time.AddDays(1) };
        AssertCheckpointFault(AuditFaultKind.CheckpointForged, 6);
        checkpoints.RemoveAt(1);
        AssertCheckpointFault(AuditFaultKind.CheckpointMissing, 6);
        checkpoints.Clear();
        AssertCheckpointFault(AuditFaultKind.CheckpointMissing, 1);
    }

    [Fact]
    public void A_line_that_a_crash_cut_short_is_no_fault()
    {
        var lines = Lines();
        var report = AuditVerifier.Verify(log, null, [lines[0], lines[1][..40], lines[1], lines[2]], key, expectsCheckpoints: true, default);
        Assert.True(report.IsIntact);
        Assert.Equal(3, report.Checkpoints);
    }

    [Fact]
    public void Imported_entries_are_counted()
    {
        var old = log[0].Entry with { IsImported = true };
        var hash = old.Hash(AuditEntry.Genesis);
        List<ChainedEntry> imported = [new(old, AuditEntry.Genesis, hash), .. Chain(hash, 2, 2)];
        var report = AuditVerifier.Verify(imported, null, [], null, expectsCheckpoints: false, default);
        Assert.Equal((true, 3, 1), (report.IsIntact, report.Entries, report.Imported));
    }

    private static List<ChainedEntry> Chain(byte[] previous, int first, int count, string summary = "Promoted.")
    {
        var chain = new List<ChainedEntry>();
        for (var i = first; i < first + count; i++)
        {
            var entry = new AuditEntry(i, Start.AddMinutes(i), "Ann", "model.promoted", "m", $"{i}", summary, null, null, null, null, null, IsImported: false);
            chain.Add(new(entry, previous, entry.Hash(previous)));
            previous = chain[^1].Hash;
        }

        return chain;
    }

    private List<string> Lines() => checkpoints.ConvertAll(CanonicalJson.Serialize);

    private AuditReport Verify() => AuditVerifier.Verify(log, null, Lines(), key, expectsCheckpoints: true, default);

    private AuditFault AssertFault(AuditFaultKind kind, long sequence)
    {
        var report = Verify();
        Assert.False(report.IsIntact);
        Assert.Equal((kind, sequence), (report.Fault!.Kind, report.Fault.Sequence));
        Assert.Null(report.CheckpointFault);
        return report.Fault;
    }

    private void AssertCheckpointFault(AuditFaultKind kind, long sequence)
    {
        var report = Verify();
        Assert.Equal((kind, sequence), (report.CheckpointFault!.Kind, report.CheckpointFault.Sequence));
        Assert.Null(report.Fault);
    }
}
