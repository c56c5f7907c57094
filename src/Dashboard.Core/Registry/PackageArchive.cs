using System.IO.Compression;
using Dashboard.Core.Registry.Signing;

namespace Dashboard.Core.Registry;

/// <summary>A package as one zip file. The same package with the same signatures always gives the same bytes; a zip from outside is read with bounds, whatever its headers say.</summary>
public static class PackageArchive
{
    /// <summary>The most files of a package, its manifest among them and its signatures not.</summary>
    public const int MaxEntries = 32;

    /// <summary>The most bytes that a package may have when unpacked.</summary>
    public const long MaxBytes = 512L << 20;

    // The first moment that a zip's date field can hold: the same package gives the same bytes.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task WriteAsync(ModelPackage package, Stream destination, CancellationToken ct)
    {
        await using var zip = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(zip, ModelManifest.FileName, package.ManifestJson, ct);
        foreach (var (name, content) in package.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            await AddAsync(zip, name, content, ct);
        if (package.Signatures.Count > 0)
            await AddAsync(zip, SignatureFile.Name, SignatureFile.Write(package.Signatures), ct);
    }

    /// <summary>Reads and verifies a package, and the signatures that came with it.</summary>
    /// <param name="source">Seekable.</param>
    public static async Task<Result<ModelPackage>> ReadAsync(Stream source, CancellationToken ct)
    {
        try
        {
            await using var zip = new ZipArchive(source, ZipArchiveMode.Read, leaveOpen: true);
            return await ReadEntriesAsync(zip, ct);
        }
        catch (InvalidDataException exception)
        {
            return new ArchiveRefused(ErrorKind.Invalid, $"The file is not a readable zip archive: {exception.Message}");
        }
    }

    private static async Task<Result<ModelPackage>> ReadEntriesAsync(ZipArchive zip, CancellationToken ct)
    {
        var entries = zip.Entries.Count(entry => entry.FullName != SignatureFile.Name);
        if (entries > MaxEntries || zip.Entries.Count > MaxEntries + 1)
            return new ArchiveRefused(ErrorKind.TooLarge, $"The archive has {zip.Entries.Count} entries; a package has at most {MaxEntries}.");
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var budget = MaxBytes;
        foreach (var entry in zip.Entries)
        {
            if (!ModelNames.IsPlain(entry.FullName) && entry.FullName != SignatureFile.Name)
                return new ArchiveRefused(ErrorKind.Invalid, $"The archive holds '{Error.Shorten(entry.FullName)}'; a package has plain files only, in no folder.") { Field = Error.Shorten(entry.FullName) };
            var limit = Math.Min(budget, entry.FullName switch { ModelManifest.FileName => ManifestReader.MaxBytes, SignatureFile.Name => SignatureFile.MaxBytes, _ => MaxBytes });
            if (await ReadAsync(entry, limit, ct) is not { } content)
                return new ArchiveRefused(ErrorKind.TooLarge, $"'{entry.FullName}' unpacks to more than {limit} bytes; a package has at most {MaxBytes}.") { Field = entry.FullName };
            if (Crc32.Of(content) != entry.Crc32)
                return new ArchiveRefused(ErrorKind.Invalid, $"'{entry.FullName}' was damaged on its way: its checksum is not the archive's.") { Field = entry.FullName };
            if (!files.TryAdd(entry.FullName, content))
                return new ArchiveRefused(ErrorKind.Invalid, $"The archive holds '{entry.FullName}' twice.") { Field = entry.FullName };
            budget -= content.Length;
        }

        var isSigned = files.Remove(SignatureFile.Name, out var signatures);
        if (!files.Remove(ModelManifest.FileName, out var manifest))
            return PackageDamaged.MissingFile(ModelManifest.FileName);
        var package = ModelPackage.Verify(manifest, files);
        return package.IsSuccess && isSigned ? SignatureFile.Read(signatures.Span).Match(package.Value.WithSignatures, wrong => wrong) : package;
    }

    /// <summary>The entry's content, or null when there is more of it than <paramref name="limit"/>: its header is not believed.</summary>
    private static async Task<byte[]?> ReadAsync(ZipArchiveEntry entry, long limit, CancellationToken ct)
    {
        if (entry.Length > limit)
            return null;
        await using var unpacked = await entry.OpenAsync(ct);
        using var content = new MemoryStream((int)Math.Min(entry.Length, 1 << 20));
        var buffer = new byte[81_920];
        int read;
        while ((read = await unpacked.ReadAsync(buffer, ct)) > 0)
        {
            if (content.Length + read > limit)
                return null;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static async Task AddAsync(ZipArchive zip, string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = Epoch;
        await using var packed = await entry.OpenAsync(ct);
        await packed.WriteAsync(content, ct);
    }
}
