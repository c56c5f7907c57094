using System.IO.Compression;
using Dashboard.Core;

namespace Dashboard.Storage.Data;

/// <summary>A file is longer, uncompressed, than the installation allows.</summary>
public sealed record DatasetTooLarge(long Limit) : Error(ErrorKind.TooLarge, $"The file is larger than {Limit:N0} bytes uncompressed, the limit of this installation.");

/// <summary>The upload says gzip and is not, or breaks off.</summary>
public sealed record BrokenGzip(string Reason) : Error(ErrorKind.Invalid, $"The gzip file cannot be decompressed: {Reason} Expected a complete .csv.gz file.");

/// <summary>The files behind dataset versions: written to a temporary name, forced to the disk, then moved in one step to {hash}.csv.gz, so that a file there is complete.</summary>
public sealed class CanonicalFiles(DataDirectory directory)
{
    private const int BufferSize = 1 << 16;

    /// <summary>Where a version's canonical content lies, compressed.</summary>
    public string PathOf(string contentHash) => Path.Combine(directory.Datasets, $"{contentHash}.csv.gz");

    /// <summary>The canonical content of a version, decompressed while it is read.</summary>
    /// <exception cref="FileNotFoundException">The version's file was taken away behind the product's back.</exception>
    public Stream Open(string contentHash) => new GZipStream(OpenCompressed(contentHash), CompressionMode.Decompress);

    /// <summary>The canonical content as it is stored, a gzip file.</summary>
    public FileStream OpenCompressed(string contentHash) => new(PathOf(contentHash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);

    /// <summary>A file that disappears when it is closed.</summary>
    public FileStream CreateTemporary() =>
        new(Path.Combine(directory.Temporary, $"{Guid.NewGuid():N}.csv"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferSize, FileOptions.DeleteOnClose);

    /// <summary>A name for canonical content under way.</summary>
    public string NewTemporaryPath() => Path.Combine(directory.Temporary, $"{Guid.NewGuid():N}.csv.gz");

    /// <summary>
    /// The upload as uncompressed CSV that can be read twice: itself where it is seekable and plain, otherwise a temporary copy. Gzip is told by its first bytes, not by a name.
    /// </summary>
    /// <param name="limit">The most bytes after decompression: a small gzip file may hold terabytes.</param>
    public async Task<Result<Stream>> SpoolAsync(Stream upload, long limit, CancellationToken ct)
    {
        var start = new byte[2];
        var read = await upload.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        var isGzip = read == 2 && start is [0x1F, 0x8B];
        if (upload.CanSeek && !isGzip)
            return upload.Length <= limit ? upload : new DatasetTooLarge(limit);

        var copy = CreateTemporary();
        var kept = false;
        try
        {
            await using var whole = new PrefixedStream(start.AsMemory(0, read), upload);
            await using var plain = isGzip ? new GZipStream(whole, CompressionMode.Decompress, leaveOpen: true) : (Stream)whole;
            if (!await CopyAsync(plain, copy, limit, ct))
                return new DatasetTooLarge(limit);
            kept = true;
            return copy;
        }
        catch (InvalidDataException e)
        {
            return new BrokenGzip(e.Message);
        }
        finally
        {
            if (!kept)
                await copy.DisposeAsync();
        }
    }

    /// <summary>Moves finished content to its place. Content that is there already stays: the name is its hash.</summary>
    public void Publish(string temporaryPath, string contentHash) => File.Move(temporaryPath, PathOf(contentHash), overwrite: true);

    public void Delete(string contentHash) => File.Delete(PathOf(contentHash));

    /// <summary>Hashes of all files there are.</summary>
    public IEnumerable<string> Hashes() => Directory.EnumerateFiles(directory.Datasets, "*.csv.gz").Select(path => Path.GetFileName(path)[..^".csv.gz".Length]);

    private static async Task<bool> CopyAsync(Stream from, Stream to, long limit, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        long copied = 0;
        while (await from.ReadAsync(buffer, ct) is var read and > 0)
        {
            copied += read;
            if (copied > limit)
                return false;
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        to.Position = 0;
        return true;
    }
}
