using System.IO.Compression;
using Dashboard.Core.Registry;

namespace Dashboard.Core.Tests.Registry;

public sealed class PackageArchiveTests
{
    [Fact]
    public async Task A_package_keeps_its_digest_on_the_way_through_a_zip_and_the_zip_is_always_the_same()
    {
        var package = Packages.Flights();
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        await PackageArchive.WriteAsync(package, first, default);
        await PackageArchive.WriteAsync(package, second, default);
        first.Position = 0;

        var read = await PackageArchive.ReadAsync(first, default);

        Assert.Equal(package.Digest, read.Value.Digest);
        Assert.Equal(package.Model.ToArray(), read.Value.Model.ToArray());
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("folder/model.json")]
    [InlineData("..\\model.json")]
    [InlineData("folder/")]
    [InlineData(".hidden")]
    public async Task An_entry_outside_the_package_is_refused_by_name(string name)
    {
        var error = await RefusalAsync(zip => Write(zip, name, [1]));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Invalid, error.Kind);
    }

    [Fact]
    public async Task A_manifest_that_unpacks_to_more_than_a_manifest_can_have_is_refused() =>
        Assert.Equal(ErrorKind.TooLarge, (await RefusalAsync(zip => Write(zip, ModelManifest.FileName, new byte[ManifestReader.MaxBytes + 1]))).Kind);

    [Fact]
    public async Task A_header_that_lies_about_the_size_does_not_get_more_memory()
    {
        using var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            Write(zip, ModelManifest.FileName, new byte[ManifestReader.MaxBytes + 1]);
        var bytes = stream.ToArray();
        PatchUncompressedSize(bytes, 10);

        var read = await PackageArchive.ReadAsync(new MemoryStream(bytes), default);

        Assert.False(read.IsSuccess);
    }

    [Fact]
    public async Task Too_many_entries_are_refused() =>
        Assert.Contains("33 entries", (await RefusalAsync(zip =>
        {
            for (var i = 0; i <= PackageArchive.MaxEntries; i++)
                Write(zip, $"f{i}", []);
        })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_comes_twice_is_refused() =>
        Assert.Contains("twice", (await RefusalAsync(zip =>
        {
            Write(zip, "a", [1]);
            Write(zip, "a", [2]);
        })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_archive_without_a_manifest_says_so() =>
        Assert.Equal("The package lacks the file 'model.json'.", (await RefusalAsync(zip => Write(zip, "model.ubj", [1]))).Message);

    [Fact]
    public async Task Bytes_that_are_no_zip_are_an_error_and_not_an_exception()
    {
        var random = new byte[1000];
        new Random(1).NextBytes(random);

        Assert.Contains("not a readable zip", (await PackageArchive.ReadAsync(new MemoryStream(random), default)).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("not a readable zip", (await PackageArchive.ReadAsync(new MemoryStream(), default)).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_that_is_cut_off_or_damaged_anywhere_is_an_error_and_not_an_exception()
    {
        using var stream = new MemoryStream();
        await PackageArchive.WriteAsync(Packages.Flights(), stream, default);
        var whole = stream.ToArray();
        var digest = Packages.Flights().Digest;

        for (var i = 0; i < whole.Length; i += 7)
        {
            Assert.False((await PackageArchive.ReadAsync(new MemoryStream(whole[..i]), default)).IsSuccess);
            var damaged = whole.ToArray();
            damaged[i] ^= 0xFF;
            var read = await PackageArchive.ReadAsync(new MemoryStream(damaged), default);
            Assert.True(!read.IsSuccess || read.Value.Digest == digest, $"Byte {i} changed and the package became another one.");
        }
    }

    private static async Task<Error> RefusalAsync(Action<ZipArchive> fill)
    {
        using var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            fill(zip);
        stream.Position = 0;
        return (await PackageArchive.ReadAsync(stream, default)).Error!;
    }

    private static void Write(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }

    /// <summary>Writes a false size into the local header (offset 22) and the central directory (signature PK\1\2, offset 24).</summary>
    private static void PatchUncompressedSize(byte[] zip, int size)
    {
        BitConverter.TryWriteBytes(zip.AsSpan(22), size);
        var central = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(central + 24), size);
    }
}
