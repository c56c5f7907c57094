using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;

namespace Dashboard.Storage.Tests.Governance;

/// <summary>Changes a real log behind the product's back, in each way, and expects it to be named.</summary>
public sealed class TamperingTests
{
    [Theory]
    [InlineData("Summary = 'nothing happened'")]
    [InlineData("Actor = 'Bob'")]
    [InlineData("At = At + 1")]
    [InlineData("AfterJson = '{\"champion\":3}'")]
    [InlineData("BeforeJson = NULL")]
    [InlineData("Address = '10.0.0.1'")]
    [InlineData("Via = 'CLI'")]
    [InlineData("IsImported = 1")]
    [InlineData("Hash = NULL")]
    [InlineData("Hash = 'text'")]
    [InlineData("At = 9223372036854775807")]
    public async Task An_edit(string change)
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await audited.SqlAsync($"UPDATE Activity SET {change} WHERE Sequence = 8");
        AssertFault(audited, AuditFaultKind.Edited, 8);
    }

    [Fact]
    public async Task A_deletion_in_the_middle_with_and_without_closing_the_gap()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await audited.SqlAsync("DELETE FROM Activity WHERE Sequence = 6");
        AssertFault(audited, AuditFaultKind.Deleted, 6);
        await audited.SqlAsync("UPDATE Activity SET Sequence = -Sequence WHERE Sequence > 6; UPDATE Activity SET Sequence = -Sequence - 1 WHERE Sequence < 0");
        AssertFault(audited, AuditFaultKind.Deleted, 6);
    }

    [Fact]
    public async Task Another_order()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await audited.SqlAsync("UPDATE Activity SET Sequence = 0 WHERE Sequence = 4; UPDATE Activity SET Sequence = 4 WHERE Sequence = 9; UPDATE Activity SET Sequence = 9 WHERE Sequence = 0");
        AssertFault(audited, AuditFaultKind.Reordered, 4);
    }

    [Fact]
    public async Task A_tail_cut_off()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await audited.SqlAsync("DELETE FROM Activity WHERE Sequence > 10");
        AssertFault(audited, AuditFaultKind.TailCut, 11);

        // Nothing is signed on top of it, and what the product adds makes it no better.
        var refused = (await audited.SignAsync()).Error!.Message;
        Assert.Contains("entry 12 is not the one that was signed", refused, StringComparison.Ordinal);
        await audited.AddAsync(4, "afterwards");
        AssertFault(audited, AuditFaultKind.Rewritten, 11);
        Assert.False((await audited.SignAsync()).IsSuccess);
    }

    [Fact]
    public async Task A_tail_cut_off_and_the_chain_written_anew_by_the_product_itself()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await audited.SqlAsync("DELETE FROM Activity WHERE Sequence > 2");
        await audited.AddAsync(10, "what never happened");
        AssertFault(audited, AuditFaultKind.Rewritten, 3);
    }

    [Fact]
    public async Task Everything_taken_out_of_the_chain_to_be_adopted_again()
    {
        await using var audited = await AuditedInstallation.WithAsync(3);
        await audited.SqlAsync("UPDATE Activity SET Sequence = NULL; UPDATE Activity SET Actor = 'Bob' WHERE Id = 1");
        await StorageSetup.PrepareAsync(audited.Own.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDb>>(), default);
        AssertFault(audited, AuditFaultKind.Rewritten, 1);
    }

    [Fact]
    public async Task An_entry_put_in_beside_the_chain()
    {
        await using var audited = await AuditedInstallation.WithAsync(3);
        await audited.SqlAsync("INSERT INTO Activity (At, Actor, Action, Summary, IsImported) VALUES (1, 'Ann', 'model.promoted', 'never', 0)");
        await StorageSetup.PrepareAsync(audited.Own.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDb>>(), default);
        AssertFault(audited, AuditFaultKind.Inserted, 4);
    }

    [Fact]
    public async Task A_checkpoint_replaced_by_one_of_another_installation()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        await using var other = await AuditedInstallation.WithAsync(5, 7);
        var lines = await File.ReadAllLinesAsync(audited.Checkpoints);
        lines[1] = (await File.ReadAllLinesAsync(other.Checkpoints))[1];
        await File.WriteAllLinesAsync(audited.Checkpoints, lines);
        AssertCheckpointFault(audited, AuditFaultKind.CheckpointForged, 6);

        await File.WriteAllLinesAsync(audited.Checkpoints, lines[..0]);
        AssertCheckpointFault(audited, AuditFaultKind.CheckpointMissing, 1);
    }

    [Fact]
    public async Task Whoever_has_the_installations_key_is_found_by_a_copy_of_the_checkpoints_elsewhere()
    {
        await using var audited = await AuditedInstallation.WithAsync(5, 7);
        var vault = Directory.CreateTempSubdirectory("dashboard-vault-");
        var (checkpoints, key) = (Path.Combine(vault.FullName, "checkpoints.ndjson"), Path.Combine(vault.FullName, "key.pem"));
        File.Copy(audited.Checkpoints, checkpoints);
        File.Copy(CheckpointKeys.PublicFile(audited.Own.Directory), key);
        await audited.SqlAsync("DELETE FROM Activity WHERE Sequence > 2");
        File.Delete(audited.Checkpoints);
        File.Delete(CheckpointKeys.PrivateFile(audited.Own.Directory));
        File.Delete(CheckpointKeys.PublicFile(audited.Own.Directory));
        await audited.AddAsync(10, "what never happened");
        Assert.True((await audited.SignAsync()).IsSuccess);
        Assert.True(audited.Verify().IsIntact);

        var report = AuditVerification.Run(audited.Root, vault.FullName, key, default).Value;

        Assert.Equal((AuditFaultKind.Rewritten, 3L), (report.Fault!.Kind, report.Fault.Sequence));
        vault.Delete(recursive: true);
    }

    private static void AssertFault(AuditedInstallation audited, AuditFaultKind kind, long sequence)
    {
        var report = audited.Verify();
        Assert.Equal((kind, sequence, false), (report.Fault!.Kind, report.Fault.Sequence, report.IsIntact));
        Assert.Null(report.CheckpointFault);
    }

    private static void AssertCheckpointFault(AuditedInstallation audited, AuditFaultKind kind, long sequence)
    {
        var report = audited.Verify();
        Assert.Equal((kind, sequence, false), (report.CheckpointFault!.Kind, report.CheckpointFault.Sequence, report.IsIntact));
        Assert.Null(report.Fault);
    }
}
