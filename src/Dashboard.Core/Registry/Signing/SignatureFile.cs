using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Core.Registry.Signing;

/// <summary>The signatures of a package beside its files in an archive. The digest does not cover it, so that signatures can be added; no file of a package can have its name.</summary>
public static class SignatureFile
{
    /// <summary>Begins with what a package's files never begin with (<see cref="ModelNames.IsPlain"/>).</summary>
    public const string Name = "_signatures.json";

    /// <summary>Most signatures of one package.</summary>
    public const int MaxSignatures = 20;

    /// <summary>More than so many signatures ever take.</summary>
    public const int MaxBytes = 64 << 10;

    private const string Type = "dashboard.package.signatures.v1";

    public static byte[] Write(IReadOnlyList<PackageSignature> signatures) => CanonicalJson.SerializeToUtf8(new Document(Type, [.. signatures.OrderBy(one => one.Key, StringComparer.Ordinal)]));

    /// <summary>Reads signatures; whether they are right is for <see cref="Check"/>.</summary>
    public static Result<IReadOnlyList<PackageSignature>> Read(ReadOnlySpan<byte> json)
    {
        Document document;
        try
        {
            document = CanonicalJson.Deserialize<Document>(json);
        }
        catch (JsonException exception)
        {
            return new ArchiveRefused(ErrorKind.Invalid, $"{Name}: not a list of signatures in JSON ({exception.Message})") { Field = Name };
        }

        if (document.Type != Type || document.Signatures is null)
            return new ArchiveRefused(ErrorKind.Invalid, $"{Name}: {InvalidValue.Of(document.Type != Type ? "type" : "signatures", document.Type != Type ? document.Type : null, document.Type != Type ? Type : "an array").Message}") { Field = Name };
        return document.Signatures.ToList();
    }

    /// <summary>What is wrong with signatures of a package, the first thing first; null when nothing is.</summary>
    public static Error? Check(IReadOnlyList<PackageSignature?> signatures, string digest)
    {
        if (signatures.Count > MaxSignatures)
            return new ArchiveRefused(ErrorKind.TooLarge, $"{Name} has {signatures.Count} signatures; a package has at most {MaxSignatures}.") { Field = Name };
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signature in signatures)
        {
            if (signature is null)
                return new ArchiveRefused(ErrorKind.Invalid, $"{Name}: expected {{ key, publicKey, signature }}, found null.") { Field = Name };
            if (signature.Check(digest) is { } wrong)
                return wrong with { Field = Name };
            if (!keys.Add(signature.Key))
                return new SignatureWrong(signature.Key, "the archive holds two by this key") { Field = Name };
        }

        return null;
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Document(string Type, IReadOnlyList<PackageSignature> Signatures);
}
