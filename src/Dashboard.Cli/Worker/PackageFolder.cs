using Dashboard.Core;
using Dashboard.Core.Registry;

namespace Dashboard.Cli.Worker;

/// <summary>A model package as a folder of files: how a worker hands its result to the host, and how it reads a champion.</summary>
public static class PackageFolder
{
    public static void Write(ModelPackage package, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in package.Files)
            File.WriteAllBytes(Path.Combine(folder, name), content.Span);
        File.WriteAllBytes(Path.Combine(folder, ModelManifest.FileName), package.ManifestJson.Span);
    }

    /// <summary>Reads a package and checks every hash in it.</summary>
    /// <param name="digest">What it must hash to; null: whatever its manifest says.</param>
    public static async Task<Result<ModelPackage>> ReadAsync(string folder, string? digest, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(folder, ModelManifest.FileName)))
            return new NotFound("model package in", folder);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder))
            files[Path.GetFileName(path)] = await File.ReadAllBytesAsync(path, ct);
        files.Remove(ModelManifest.FileName, out var manifest);
        return ModelPackage.Verify(manifest, files, digest);
    }
}
