using System.Collections.Frozen;
using System.Security.Cryptography;
using Dashboard.Core.Registry.Signing;

namespace Dashboard.Core.Registry;

/// <summary>An immutable model package in memory, its hashes right: made here, or verified.</summary>
public sealed class ModelPackage
{
    private ModelPackage(ModelManifest manifest, ReadOnlyMemory<byte> manifestJson, string digest, FrozenDictionary<string, ReadOnlyMemory<byte>> files, IReadOnlyList<PackageSignature> signatures) =>
        (Manifest, ManifestJson, Digest, Files, Signatures) = (manifest, manifestJson, digest, files, signatures);

    public ModelManifest Manifest { get; }

    /// <summary>model.json, byte for byte.</summary>
    public ReadOnlyMemory<byte> ManifestJson { get; }

    /// <summary>SHA-256 of <see cref="ManifestJson"/> in lower-case hexadecimal. The manifest lists the hash of every file, so this stands for all of them.</summary>
    public string Digest { get; }

    /// <summary>Every file but the manifest, by name.</summary>
    public FrozenDictionary<string, ReadOnlyMemory<byte>> Files { get; }

    /// <summary>Who vouches for it, as far as it came with that; each was checked against the digest, which does not cover them.</summary>
    public IReadOnlyList<PackageSignature> Signatures { get; }

    public ReadOnlyMemory<byte> Model => Files[Manifest.ModelFile];

    /// <summary>The serialized reference profile, if the package has one.</summary>
    public ReadOnlyMemory<byte>? Reference => Manifest.ReferenceFile is { } name ? Files[name] : null;

    /// <summary>A sample of held-out rows, serialized, if the package has one.</summary>
    public ReadOnlyMemory<byte>? ReferenceRows => Manifest.ReferenceRowsFile is { } name ? Files[name] : null;

    /// <summary>The evaluation report as JSON, if the package has one.</summary>
    public ReadOnlyMemory<byte>? Evaluation => Manifest.EvaluationFile is { } name ? Files[name] : null;

    /// <summary>Closes a package: lists the files with their hashes in the manifest and computes the digest.</summary>
    /// <param name="draft">Everything but <see cref="ModelManifest.Files"/>, which is replaced.</param>
    /// <param name="files">Contents by name.</param>
    public static Result<ModelPackage> Create(ModelManifest draft, IReadOnlyDictionary<string, byte[]> files)
    {
        var listed = files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => new PackageFile(f.Key, Hash(f.Value), f.Value.Length)).ToList();
        var json = CanonicalJson.SerializeToUtf8(draft with { FormatVersion = ManifestReader.FormatVersion, Files = listed });
        return Verify(json, files.ToDictionary(f => f.Key, f => (ReadOnlyMemory<byte>)f.Value, StringComparer.Ordinal));
    }

    /// <summary>Checks a package's parts against its manifest, and the manifest against the digest that was approved.</summary>
    /// <param name="expectedDigest">The digest it must have; null when any will do, as at an import.</param>
    /// <returns>The package, or the first file that is missing, unlisted, or differs, with the expected and the actual hash.</returns>
    public static Result<ModelPackage> Verify(ReadOnlyMemory<byte> manifestJson, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string? expectedDigest = null)
    {
        var digest = Hash(manifestJson.Span);
        if (expectedDigest is not null && digest != expectedDigest)
            return PackageDamaged.WrongHash(ModelManifest.FileName, expectedDigest, digest);
        var read = ManifestReader.Read(manifestJson.Span);
        if (read.Error is { } fault)
            return fault;
        var manifest = read.Value;
        foreach (var listed in manifest.Files)
        {
            if (!files.TryGetValue(listed.Name, out var content))
                return PackageDamaged.MissingFile(listed.Name);
            if (content.Length != listed.Size)
                return PackageDamaged.WrongSize(listed.Name, listed.Size, content.Length);
            if (Hash(content.Span) is var actual && actual != listed.Sha256)
                return PackageDamaged.WrongHash(listed.Name, listed.Sha256, actual);
        }

        foreach (var name in files.Keys)
            if (manifest.Files.All(listed => listed.Name != name))
                return PackageDamaged.UnexpectedFile(name);
        return new ModelPackage(manifest, manifestJson, digest, files.ToFrozenDictionary(StringComparer.Ordinal), []);
    }

    /// <summary>The same package with these signatures and no others.</summary>
    /// <returns>The package, or the first signature that is wrong.</returns>
    public Result<ModelPackage> WithSignatures(IReadOnlyList<PackageSignature> signatures) =>
        SignatureFile.Check(signatures, Digest) is { } wrong ? wrong : new ModelPackage(Manifest, ManifestJson, Digest, Files, signatures);

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
