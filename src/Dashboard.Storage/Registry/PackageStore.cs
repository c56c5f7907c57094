using Dashboard.Core;
using Dashboard.Core.Registry;

namespace Dashboard.Storage.Registry;

/// <summary>Packages on disk: a folder named by digest each, complete or not there at all. Whatever leaves the store has been verified.</summary>
public sealed class PackageStore(DataDirectory directory) : IDisposable
{
    /// <summary>One writer at a time: what a writer finds damaged must not have been mended by another before it is moved away.</summary>
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Keeps a package. The same package again is nothing new; one that was damaged on disk is replaced.</summary>
    public async Task WriteAsync(ModelPackage package, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if (!(await ReadAsync(package.Digest, ct)).IsSuccess)
                await WriteAnewAsync(package, ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Reads a package and checks all of it against the digest.</summary>
    public async Task<Result<ModelPackage>> ReadAsync(string digest, CancellationToken ct)
    {
        var folder = Folder(digest);
        if (!Directory.Exists(folder))
            return new NotFound("package", digest);
        try
        {
            return await ReadFolderAsync(folder, digest, ct);
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            // Deleted while it was read.
            return new NotFound("package", digest);
        }
    }

    public void Delete(string digest)
    {
        if (Directory.Exists(Folder(digest)))
            Directory.Delete(Folder(digest), recursive: true);
    }

    public void Dispose() => _writing.Dispose();

    private string Folder(string digest) => digest is { Length: 64 } && digest.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(directory.Packages, digest)
        : throw new ArgumentException($"'{digest}' is not a SHA-256.", nameof(digest));

    private static async Task<Result<ModelPackage>> ReadFolderAsync(string folder, string digest, CancellationToken ct)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (!File.Exists(path) || files.Count > PackageArchive.MaxEntries)
                return PackageDamaged.UnexpectedFile(name);
            files[name] = await File.ReadAllBytesAsync(path, ct);
        }

        return files.Remove(ModelManifest.FileName, out var manifest)
            ? ModelPackage.Verify(manifest, files, digest)
            : PackageDamaged.MissingFile(ModelManifest.FileName);
    }

    private async Task WriteAnewAsync(ModelPackage package, CancellationToken ct)
    {
        var incoming = Path.Combine(directory.Temporary, Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(incoming);
        await WriteFileAsync(Path.Combine(incoming, ModelManifest.FileName), package.ManifestJson, ct);
        foreach (var (name, content) in package.Files)
            await WriteFileAsync(Path.Combine(incoming, name), content, ct);
        PutInPlace(incoming, package.Digest);
    }

    private void PutInPlace(string incoming, string digest)
    {
        var folder = Folder(digest);
        if (Directory.Exists(folder))
            Directory.Move(folder, incoming + ".damaged");
        try
        {
            Directory.Move(incoming, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process that wrote the same package was faster; its content has the same digest.
            Directory.Delete(incoming, recursive: true);
        }
    }

    private static async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous);
        await file.WriteAsync(content, ct);
        file.Flush(flushToDisk: true);
    }
}
