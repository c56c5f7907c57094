using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;

namespace Dashboard.Storage.Tests.Governance;

public sealed class CheckpointTests
{
    [Fact]
    public async Task Checkpoints_are_written_when_there_is_something_new_and_only_then()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        Assert.Equal(0, (await audited.SignAsync()).Value);
        Assert.False(File.Exists(audited.Checkpoints));
        await audited.AddAsync(3);
        Assert.Equal(1, (await audited.SignAsync()).Value);
        Assert.Equal(0, (await audited.SignAsync()).Value);
        await audited.AddAsync(1);
        Assert.Equal(1, (await audited.SignAsync()).Value);

        var report = audited.Verify();
        Assert.Equal((true, 2L, 4L), (report.IsIntact, report.Checkpoints, report.Covered));
        Assert.Equal(4, audited.Own.Get<CheckpointWriter>().State().Covered);
    }

    [Fact]
    public async Task Many_entries_make_several_checkpoints_of_bounded_size()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        await using (var db = await audited.ContextAsync())
        {
            db.Activity.AddRange(Enumerable.Range(0, 2500).Select(i => AuditedInstallation.Entry($"{i}")));
            await db.SaveChangesAsync();
        }

        Assert.Equal(3, (await audited.SignAsync()).Value);
        var report = audited.Verify();
        Assert.Equal((true, 2500L, 3L, 2500L), (report.IsIntact, report.Entries, report.Checkpoints, report.Covered));
        Assert.All(await File.ReadAllLinesAsync(audited.Checkpoints), line => Assert.True(line.Length < 100_000));
    }

    [Fact]
    public async Task A_write_that_a_crash_cut_short_is_made_good()
    {
        await using var audited = await AuditedInstallation.WithAsync(3, 2);
        var whole = await File.ReadAllTextAsync(audited.Checkpoints);
        await File.WriteAllTextAsync(audited.Checkpoints, whole[..^60]);
        Assert.Equal(3, audited.Verify().Covered);
        await audited.AddAsync(1);

        Assert.Equal(1, (await audited.SignAsync()).Value);

        var report = audited.Verify();
        Assert.Equal((true, 2L, 6L), (report.IsIntact, report.Checkpoints, report.Covered));
        Assert.StartsWith(whole[..^60], await File.ReadAllTextAsync(audited.Checkpoints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_is_the_owners_alone_and_stays()
    {
        await using var audited = await AuditedInstallation.WithAsync(1);
        var file = CheckpointKeys.PrivateFile(audited.Own.Directory);
        var before = await File.ReadAllTextAsync(file);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await audited.AddAsync(1);
        await audited.SignAsync();

        Assert.Equal(before, await File.ReadAllTextAsync(file));
        Assert.Contains("BEGIN PUBLIC KEY", await File.ReadAllTextAsync(CheckpointKeys.PublicFile(audited.Own.Directory)), StringComparison.Ordinal);
        Assert.DoesNotContain(before.Split('\n')[1], await File.ReadAllTextAsync(audited.Checkpoints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_export_is_what_was_hashed()
    {
        await using var audited = await AuditedInstallation.WithAsync(3);
        var previous = new string('0', 64);
        foreach (var line in (await ExportAsync(audited, AuditFormat.Ndjson)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var entry = JsonElement.Parse(line);
            Assert.Equal(previous, entry.GetProperty("previousHash").GetString());
            var canonical = line[..line.IndexOf(",\"previousHash\"", StringComparison.Ordinal)] + "}";
            var hash = Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(previous), .. Encoding.UTF8.GetBytes(canonical)]));
            Assert.Equal(hash, entry.GetProperty("hash").GetString());
            previous = hash;
        }

        Assert.Equal(audited.Verify().Tip, previous);
    }

    [Fact]
    public async Task The_CSV_quotes_what_it_must_and_holds_no_formula()
    {
        await using var audited = await AuditedInstallation.StartAsync();
        await audited.AddAsync(1, "=HYPERLINK(\"http://evil\"),\n\"quoted\"");

        var csv = await ExportAsync(audited, AuditFormat.Csv);

        Assert.StartsWith("sequence,at,actor,action,model,subject,summary,via,address,page,before,after,imported,previous_hash,hash\n1,2", csv, StringComparison.Ordinal);
        Assert.Contains(",Ann,model.promoted,m,2,\"'=HYPERLINK(\"\"http://evil\"\"),\n\"\"quoted\"\"\",,,,\"{\"\"champion\"\":1}\",\"{\"\"champion\"\":2}\",false," + new string('0', 64) + ",", csv, StringComparison.Ordinal);
        Assert.EndsWith(audited.Verify().Tip + "\n", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_log_cannot_be_looked_at()
    {
        await using var audited = await AuditedInstallation.WithAsync(1);
        Assert.Contains("There is no database", AuditVerification.Run("/nowhere", null, null, default).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("--checkpoints", AuditVerification.Run(audited.Root, "/nowhere", null, default).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("--key", AuditVerification.Run(audited.Root, null, audited.Checkpoints, default).Error!.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ExportAsync(AuditedInstallation audited, AuditFormat format)
    {
        using var log = AuditFile.Open(audited.Own.Directory.DecisionsFile).Value;
        using var output = new MemoryStream();
        await AuditExport.WriteAsync(log.Entries(new()), format, output, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
