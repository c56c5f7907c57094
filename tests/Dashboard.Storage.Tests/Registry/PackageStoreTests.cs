using Dashboard.Core.Registry;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Tests.Registry;

public sealed class PackageStoreTests
{
    [Fact]
    public async Task A_package_is_read_back_as_it_was_written_and_nothing_is_left_behind()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<PackageStore>();
        var package = Packages.Make(1);

        await store.WriteAsync(package, default);
        await store.WriteAsync(package, default);

        Assert.Equal(package.Model.ToArray(), (await store.ReadAsync(package.Digest, default)).Value.Model.ToArray());
        Assert.Empty(Directory.EnumerateFileSystemEntries(installation.Directory.Temporary));
    }

    [Fact]
    public async Task A_package_moved_to_another_installation_has_the_same_digest_there()
    {
        await using var here = await TestInstallation.StartAsync();
        await using var there = await TestInstallation.StartAsync();
        var package = Packages.Make(2);
        await here.Get<PackageStore>().WriteAsync(package, default);
        using var zip = new MemoryStream();

        await PackageArchive.WriteAsync((await here.Get<PackageStore>().ReadAsync(package.Digest, default)).Value, zip, default);
        zip.Position = 0;
        var version = (await there.Get<ModelRegistry>().RegisterAsync(new("flights", (await PackageArchive.ReadAsync(zip, default)).Value, "imported package", "me"), default)).Value;

        Assert.Equal(package.Digest, version.Digest);
        Assert.Equal(package.ManifestJson.ToArray(), (await there.Get<PackageStore>().ReadAsync(version.Digest, default)).Value.ManifestJson.ToArray());
    }

    [Fact]
    public async Task Damage_on_disk_is_found_at_reading_and_mended_by_writing_again()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<PackageStore>();
        var package = Packages.Make(3);
        await store.WriteAsync(package, default);
        await File.WriteAllBytesAsync(Path.Combine(installation.Directory.Packages, package.Digest, "model.ubj"), [9, 9, 9, 9]);

        var damaged = await store.ReadAsync(package.Digest, default);
        await store.WriteAsync(package, default);

        Assert.Equal("model.ubj", damaged.Error!.Field);
        Assert.True((await store.ReadAsync(package.Digest, default)).IsSuccess);
    }

    [Fact]
    public async Task Many_writers_of_one_package_leave_one()
    {
        await using var installation = await TestInstallation.StartAsync();
        var store = installation.Get<PackageStore>();
        var package = Packages.Make(4);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.WriteAsync(package, default))));

        Assert.Single(Directory.EnumerateDirectories(installation.Directory.Packages));
        Assert.True((await store.ReadAsync(package.Digest, default)).IsSuccess);
    }

    [Fact]
    public async Task A_package_that_is_not_there_is_not_found()
    {
        await using var installation = await TestInstallation.StartAsync();

        Assert.Equal(Core.ErrorKind.NotFound, (await installation.Get<PackageStore>().ReadAsync(new string('0', 64), default)).Error!.Kind);
    }
}
