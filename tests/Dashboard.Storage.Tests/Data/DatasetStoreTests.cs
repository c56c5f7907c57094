using System.IO.Compression;
using System.Text;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Storage.Data;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Data;

public sealed class DatasetStoreTests
{
    private const string Csv = "when,size\n2001-02-03T06:00,1\n2001-02-03T07:00,2\n";

    [Fact]
    public async Task A_registered_dataset_can_be_listed_profiled_and_read_again()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        var told = new List<Notification>();
        using var subscription = installation.Get<Notifications>().Subscribe(told.Add);

        var version = (await store.RegisterAsync("sizes", Text(Csv), "sizes.csv", "ann", isDemo: false, default)).Value;

        var listed = Assert.Single(await store.ListAsync(default));
        Assert.Equal(("sizes", 1, 2L, 2), (listed.Name, listed.Newest.Number, listed.Newest.Rows, listed.Newest.Columns));
        Assert.Equal("sizes", (await store.FindVersionAsync(version.ContentHash, default))!.Dataset.Name);
        Assert.Equal([ColumnType.Timestamp, ColumnType.Number], (await store.ProfileAsync("sizes", null, default)).Value.Schema.Columns.Select(c => c.Type));
        using var reader = new CanonicalReader(store.OpenCanonical(version.ContentHash));
        Assert.True(reader.Read());
        Assert.Equal(("2001-02-03T06:00:00", "1"), (reader[0], reader[1]));
        Assert.Equal(new Notification(Topics.Datasets, Subject: "sizes"), Assert.Single(told));
        await using var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var entry = Assert.Single(await db.Activity.ToListAsync());
        Assert.Equal(("ann", "dataset.registered", version.ContentHash), (entry.Actor, entry.Action, entry.Subject));
    }

    [Fact]
    public async Task The_same_content_twice_is_the_same_version_even_in_another_dress()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();

        var first = (await store.RegisterAsync(new("sizes", "a.csv", "ann"), Text(Csv), default)).Value;
        var again = (await store.RegisterAsync(new("sizes", "b.csv", "bob"), Text(Csv.Replace(',', ';').Replace("\n", "\r\n")), default)).Value;
        var other = (await store.RegisterAsync(new("sizes", "c.csv", "bob"), Text(Csv + "2001-02-03T08:00,3\n"), default)).Value;

        Assert.Equal((true, false, true), (first.IsNew, again.IsNew, other.IsNew));
        Assert.Equal(first.Version.Id, again.Version.Id);
        Assert.Equal(2, other.Version.Number);
        Assert.Equal([2, 1], (await store.FindAsync("sizes", default))!.Versions.Select(v => v.Number));
    }

    [Fact]
    public async Task Gzip_is_told_by_its_bytes_and_read_from_streams_that_cannot_seek()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();

        var plain = (await store.RegisterAsync("plain", new OneWayStream(Text(Csv)), "", "ann", false, default)).Value;
        var gzip = (await store.RegisterAsync("gzip", Gzip(Csv), "", "ann", false, default)).Value;
        var oneWay = (await store.RegisterAsync("one way", new OneWayStream(Gzip(Csv)), "", "ann", false, default)).Value;

        Assert.Equal(plain.ContentHash, gzip.ContentHash);
        Assert.Equal(plain.ContentHash, oneWay.ContentHash);
        Assert.Single(Directory.EnumerateFiles(installation.Directory.Datasets));
        Assert.Empty(Directory.EnumerateFiles(installation.Directory.Temporary));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a\nb")]
    public async Task A_name_that_cannot_stand_in_an_address_is_refused(string name)
    {
        await using var installation = await TestInstallation.StartAsync();

        var result = await installation.Get<DatasetStore>().RegisterAsync(name, Text(Csv), "", "ann", false, default);

        Assert.Equal("name", Assert.IsType<InvalidValue>(result.Error).Field);
    }

    [Fact]
    public async Task Broken_gzip_too_large_content_and_files_that_are_no_CSV_leave_nothing_behind()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        var zeros = new MemoryStream();
        await using (var compress = new GZipStream(zeros, CompressionLevel.Fastest, leaveOpen: true))
            await compress.WriteAsync(Encoding.ASCII.GetBytes("a\n" + new string('1', 1_000_000)));

        var broken = await store.RegisterAsync("a", new MemoryStream([0x1F, 0x8B, 1, 2, 3]), "", "ann", false, default);
        var bomb = await store.RegisterAsync(new("a", "", "ann") { MaximumBytes = 10_000 }, new MemoryStream(zeros.ToArray()), default);
        var html = await store.RegisterAsync("a", Text("<html>"), "", "ann", false, default);

        Assert.IsType<BrokenGzip>(broken.Error);
        Assert.Equal(new DatasetTooLarge(10_000), bomb.Error);
        Assert.Equal(ErrorKind.Invalid, html.Error!.Kind);
        Assert.Empty(await store.ListAsync(default));
        Assert.Empty(Directory.EnumerateFiles(installation.Directory.Root, "*.gz", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(installation.Directory.Temporary));
    }

    [Fact]
    public async Task What_a_crash_leaves_before_the_commit_is_removed_at_the_next_start()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        var kept = (await store.RegisterAsync("sizes", Text(Csv), "", "ann", false, default)).Value;
        var orphan = Path.Combine(installation.Directory.Datasets, $"{new string('a', 64)}.csv.gz");
        await File.WriteAllTextAsync(orphan, "published, and then the process died");

        await store.RemoveOrphansAsync(default);

        Assert.False(File.Exists(orphan));
        using var reader = new CanonicalReader(store.OpenCanonical(kept.ContentHash));
        Assert.True(reader.Read());
    }

    [Fact]
    public async Task A_registration_whose_commit_fails_leaves_neither_row_nor_version()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        await using (var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON Activity BEGIN SELECT RAISE(ABORT, 'no space'); END");

        await Assert.ThrowsAsync<DbUpdateException>(() => store.RegisterAsync("sizes", Text(Csv), "", "ann", false, default));

        Assert.Empty(await store.ListAsync(default));
        await store.RemoveOrphansAsync(default);
        Assert.Empty(Directory.EnumerateFiles(installation.Directory.Datasets));
    }

    [Fact]
    public async Task Ten_registrations_at_once_are_ten_versions_in_a_row()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.RegisterAsync("sizes", Text($"{Csv}2001-02-04T00:00,{i + 10}\n"), "", "ann", false, default)));

        Assert.Equal(Enumerable.Range(1, 10).Reverse(), (await store.FindAsync("sizes", default))!.Versions.Select(v => v.Number));
    }

    [Fact]
    public async Task Deleting_takes_the_file_only_when_no_other_dataset_holds_the_same_content()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        await store.RegisterAsync("one", Text(Csv), "", "ann", false, default);
        var version = (await store.RegisterAsync("two", Text(Csv), "", "ann", false, default)).Value;

        Assert.Equal(1, (await store.DeleteAsync("one", "ann", withDemo: false, default)).Value);
        await store.OpenCanonical(version.ContentHash).DisposeAsync();
        Assert.Equal(1, (await store.DeleteAsync("two", "ann", withDemo: false, default)).Value);

        Assert.Empty(Directory.EnumerateFiles(installation.Directory.Datasets));
        Assert.IsType<NotFound>((await store.DeleteAsync("two", "ann", withDemo: false, default)).Error);
    }

    [Fact]
    public async Task One_version_can_be_deleted_and_the_dataset_goes_with_the_last()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        await store.RegisterAsync("sizes", Text(Csv), "", "ann", false, default);
        await store.RegisterAsync("sizes", Text(Csv + "2001-02-03T08:00,3\n"), "", "ann", false, default);

        Assert.IsType<NotFound>((await store.DeleteVersionAsync("sizes", 3, "ann", default)).Error);
        Assert.Equal(1, (await store.DeleteVersionAsync("sizes", 1, "ann", default)).Value);
        Assert.Equal([2], (await store.FindAsync("sizes", default))!.Versions.Select(v => v.Number));
        await store.DeleteVersionAsync("sizes", 2, "ann", default);
        Assert.Null(await store.FindAsync("sizes", default));
    }

    [Fact]
    public async Task A_dataset_that_a_waiting_job_or_a_model_needs_is_not_deleted()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<DatasetStore>();
        var version = (await store.RegisterAsync("sizes", Text(Csv), "", "ann", false, default)).Value;
        var now = DateTimeOffset.UtcNow;
        await using var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var job = new Job { Id = "j", Title = "Train size", ModelName = "m", SpecJson = $"{{\"datasetVersion\":\"{version.ContentHash}\"}}", RequestedBy = "ann", CreatedAt = now };
        db.Jobs.Add(job);
        await db.SaveChangesAsync();

        Assert.Contains("Train size", Assert.IsType<Conflict>((await store.DeleteAsync("sizes", "ann", false, default)).Error).Message);

        job.Status = JobStatus.Succeeded;
        var run = new Run { Id = "r", Experiment = new() { Name = "e", CreatedAt = now }, Name = "run 1", StartedAt = now, DatasetVersion = version.ContentHash };
        var model = new RegisteredModel { Name = "size-model", CreatedAt = now };
        model.Versions.Add(new() { Number = 4, Digest = "d", ManifestJson = "{}", Source = "trained", CreatedBy = "ann", CreatedAt = now, RunId = "r" });
        db.AddRange(run, model);
        await db.SaveChangesAsync();

        var use = Assert.Single(await store.UsesAsync(version.ContentHash, default));
        Assert.Equal(("run 1", "size-model", 4), (use.RunName, use.ModelName, use.ModelVersion));
        Assert.Contains("version 4 of model 'size-model'", Assert.IsType<Conflict>((await store.DeleteAsync("sizes", "ann", false, default)).Error).Message);
        Assert.Equal(1, (await store.DeleteAsync("sizes", "ann", withDemo: true, default)).Value);
    }

    private static MemoryStream Text(string csv) => new(Encoding.UTF8.GetBytes(csv));

    private static MemoryStream Gzip(string csv)
    {
        var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
            compress.Write(Encoding.UTF8.GetBytes(csv));
        return new(gzip.ToArray());
    }

    /// <summary>As a request's body: read once, a few bytes at a time.</summary>
    private sealed class OneWayStream(Stream source) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, Math.Min(count, 7));
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
