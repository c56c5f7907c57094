using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Signing;

namespace Dashboard.Core.Tests.Registry;

/// <summary>What a signature of a package is over, and each way of tampering with one.</summary>
public sealed class PackageSignatureTests : IDisposable
{
    private static readonly DateTimeOffset Since = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly ECDsa key = SigningKeys.Create();
    private readonly ModelPackage package = Packages.Flights();

    public void Dispose() => key.Dispose();

    [Fact]
    public void The_statement_and_the_key_id_are_as_documented_so_that_other_tools_can_check_them()
    {
        var signature = PackageSignature.Make(key, package.Digest);

        Assert.Equal($$"""{"type":"dashboard.package.v1","digest":"{{package.Digest}}"}""", Encoding.UTF8.GetString(PackageSignature.Statement(package.Digest)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(signature.PublicKey))), signature.Key);
        using var other = ECDsa.Create();
        other.ImportSubjectPublicKeyInfo(Convert.FromBase64String(signature.PublicKey), out _);
        Assert.True(other.VerifyData(PackageSignature.Statement(package.Digest), Convert.FromBase64String(signature.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Null(signature.Check(package.Digest));
    }

    /// <summary>Made by openssl 3: ecparam -name prime256v1 -genkey, dgst -sha256 -sign over the statement for the digest of 64 times 'a'.</summary>
    [Fact]
    public void A_signature_by_openssl_is_right()
    {
        var publicKey = OpenSsl.PublicKey;
        var signature = new PackageSignature(Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey))), publicKey, OpenSsl.Signature);

        Assert.Null(signature.Check(new string('a', 64)));
        Assert.NotNull(signature.Check(new string('b', 64)));
    }

    [Fact]
    public void A_signature_that_was_tampered_with_is_wrong_and_named_by_its_key()
    {
        using var foreign = SigningKeys.Create();
        var good = PackageSignature.Make(key, package.Digest);
        var bytes = Convert.FromBase64String(good.Signature);
        (string What, PackageSignature Signature, string Expected)[] tampered =
        [
            ("copied from another package", PackageSignature.Make(key, new string('0', 64)), "was not made by this key over the package’s digest"),
            ("made over the bare digest", good with { Signature = SigningKeys.Sign(key, Encoding.UTF8.GetBytes(package.Digest)) }, "was not made by this key"),
            ("by another key", good with { Signature = PackageSignature.Make(foreign, package.Digest).Signature }, "was not made by this key"),
            ("with another key's public half", good with { PublicKey = SigningKeys.PublicHalf(foreign) }, "its public key is another one"),
            ("truncated", good with { Signature = Convert.ToBase64String(bytes[..^1]) }, "was not made by this key"),
            ("emptied", good with { Signature = "" }, "was not made by this key"),
            ("with a bit turned", good with { Signature = Convert.ToBase64String([.. bytes[..^1], (byte)(bytes[^1] ^ 1)]) }, "was not made by this key"),
            ("no Base64", good with { Signature = "…" }, "was not made by this key"),
            ("longer than any", good with { Signature = new string('A', 4000) }, "was not made by this key"),
            ("without a key", good with { PublicKey = "AAAA" }, "its public key is not a key of ECDSA on P-256"),
            ("with a key on another curve", OnP384(), "its public key is not a key of ECDSA on P-256"),
            ("with a short id", good with { Key = good.Key[..16] }, "64 lower-case hexadecimal digits"),
        ];
        foreach (var (what, signature, expected) in tampered)
        {
            var wrong = signature.Check(package.Digest);
            Assert.True(wrong?.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {wrong?.Message ?? "was taken"}");
            Assert.Contains(signature.Key, wrong!.Message, StringComparison.Ordinal);
            Assert.Equal(wrong with { Field = SignatureFile.Name }, package.WithSignatures([signature]).Error);
        }
    }

    [Fact]
    public async Task Signatures_travel_with_the_archive_and_leave_the_digest_as_it_is()
    {
        using var second = SigningKeys.Create();
        var signed = package.WithSignatures([PackageSignature.Make(key, package.Digest), PackageSignature.Make(second, package.Digest)]).Value;

        var read = await PackageArchive.ReadAsync(new MemoryStream(await ZipAsync(signed)), default);

        Assert.Equal(package.Digest, read.Value.Digest);
        Assert.Equal(signed.Signatures.OrderBy(one => one.Key, StringComparer.Ordinal), read.Value.Signatures);
        Assert.Empty((await PackageArchive.ReadAsync(new MemoryStream(await ZipAsync(package)), default)).Value.Signatures);
        Assert.Equal(await ZipAsync(package), await ZipAsync(signed.WithSignatures([]).Value));
    }

    [Fact]
    public async Task An_archive_with_a_wrong_or_malformed_signature_is_refused_by_name()
    {
        var good = PackageSignature.Make(key, package.Digest);
        var elsewhere = PackageSignature.Make(key, new string('0', 64));
        (byte[] Content, string Expected)[] archives =
        [
            (SignatureFile.Write([elsewhere]), $"The signature by key '{elsewhere.Key}' is wrong"),
            (SignatureFile.Write([good, good]), "the archive holds two by this key"),
            ("nothing"u8.ToArray(), "_signatures.json: not a list of signatures in JSON"),
            ("""{"type":"dashboard.package.signatures.v1","signatures":[null]}"""u8.ToArray(), "expected { key, publicKey, signature }"),
            ("""{"type":"dashboard.package.signatures.v1","signatures":[{}]}"""u8.ToArray(), "is wrong"),
            ("""{"type":"dashboard.package.signatures.v1"}"""u8.ToArray(), "'signatures' is missing"),
            ("""{"type":"another","signatures":[]}"""u8.ToArray(), "'type' is 'another'; expected dashboard.package.signatures.v1"),
            (SignatureFile.Write([.. Enumerable.Repeat(good, SignatureFile.MaxSignatures + 1)]), "at most 20"),
            (new byte[SignatureFile.MaxBytes + 1], "unpacks to more than 65536 bytes"),
        ];
        foreach (var (content, expected) in archives)
        {
            var read = await PackageArchive.ReadAsync(new MemoryStream(await ZipAsync(package, content)), default);
            Assert.True(read.Error?.Message.Contains(expected, StringComparison.Ordinal), $"{expected}: {read.Error?.Message ?? "was taken"}");
            Assert.Equal(SignatureFile.Name, read.Error!.Field);
        }
    }

    [Fact]
    public void One_trusted_signature_is_enough_and_revoked_unknown_and_wrong_ones_are_none()
    {
        using Named revoked = new(), unknown = new();
        PublisherKey[] publishers = [new(SigningKeys.IdOf(key), "Factory", Since, null), new(revoked.Id, "Old factory", Since, Since.AddYears(1))];
        var (byTrusted, byRevoked, byUnknown) = (PackageSignature.Make(key, package.Digest), PackageSignature.Make(revoked.Key, package.Digest), PackageSignature.Make(unknown.Key, package.Digest));

        var all = PackageTrust.Of(package.Digest, [byUnknown, byRevoked, byTrusted], publishers);
        Assert.True(all.IsTrusted);
        Assert.Equal([SignatureStanding.Trusted, SignatureStanding.Revoked, SignatureStanding.Unknown], all.Signatures.Select(one => one.Standing));
        Assert.Equal($"Signed by Factory (key {byTrusted.Key[..12]}…), trusted since 3 Feb 2001.", all.Words);

        var none = PackageTrust.Of(package.Digest, [byUnknown, byRevoked], publishers);
        Assert.False(none.IsTrusted);
        Assert.Contains("Signed by Old factory, whose key", none.Words, StringComparison.Ordinal);
        Assert.Contains("was revoked on 3 Feb 2002 and counts no more.", none.Words, StringComparison.Ordinal);
        Assert.Contains("which no trusted publisher has.", none.Words, StringComparison.Ordinal);

        var copied = PackageTrust.Of(package.Digest, [byTrusted, PackageSignature.Make(unknown.Key, new string('0', 64))], publishers);
        Assert.False(copied.IsTrusted);
        Assert.Contains("it was changed, or copied from another package", copied.Words, StringComparison.Ordinal);
        Assert.Equal("Nobody has signed it.", PackageTrust.Of(package.Digest, [], publishers).Words);
    }

    private PackageSignature OnP384()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return PackageSignature.Make(other, package.Digest);
    }

    private static async Task<byte[]> ZipAsync(ModelPackage package, byte[]? signatures = null)
    {
        using var stream = new MemoryStream();
        await PackageArchive.WriteAsync(package, stream, default);
        if (signatures is not null)
        {
            await using var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true);
            await using var entry = await zip.CreateEntry(SignatureFile.Name).OpenAsync();
            await entry.WriteAsync(signatures);
        }

        return stream.ToArray();
    }

    private sealed class Named : IDisposable
    {
        public ECDsa Key { get; } = SigningKeys.Create();

        public string Id => SigningKeys.IdOf(Key);

        public void Dispose() => Key.Dispose();
    }

    private static class OpenSsl
    {
        public const string PublicKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2naHf2GZaBCQePJ2r+pz3r880no6pQfOlhZrPIcWFcB81ZrSEI9M3EwAbqkNqB2YfehieDzsnv5Ld77mr25oZQ==";
        public const string Signature = "MEUCIQCUMlw5f7rbnL9OJ7qE6BcjJrlcsoEwNNdpp7yhA+iWlQIgQMAskn3UIzA6bi7WyxrTjRaa+4vfWFi3AYOrqlEW8hs=";
    }
}
