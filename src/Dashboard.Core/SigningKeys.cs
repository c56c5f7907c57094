using System.Security.Cryptography;

namespace Dashboard.Core;

/// <summary>The one way in which the product signs: ECDSA over P-256 with SHA-256 (FIPS 186-5), signatures in DER (RFC 3279, 2.2.3), public keys as SubjectPublicKeyInfo (RFC 5280, 4.1), both in Base64.</summary>
public static class SigningKeys
{
    /// <summary>What is asked of a key, for messages.</summary>
    public const string Expected = "a key of ECDSA on P-256";

    /// <summary>A signature on P-256 in DER has at most 72 bytes.</summary>
    private const int MaxSignature = 128;

    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>A new key.</summary>
    public static ECDsa Create() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hexadecimal digits.</summary>
    public static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The public half in Base64.</summary>
    public static string PublicHalf(ECDsa key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>Whether it is on the one curve that is used here.</summary>
    public static bool IsOnP256(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 };

    /// <summary>Signs a statement.</summary>
    /// <param name="key">With its private half.</param>
    public static string Sign(ECDsa key, ReadOnlySpan<byte> statement) => Convert.ToBase64String(key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <summary>Whether the key signed exactly this.</summary>
    public static bool Verify(ECDsa key, ReadOnlySpan<byte> statement, string signature)
    {
        Span<byte> bytes = stackalloc byte[MaxSignature];
        return Convert.TryFromBase64String(signature, bytes, out var length) && key.VerifyData(statement, bytes[..length], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Reads a public key.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo in Base64.</param>
    /// <returns>Null: it is none on P-256.</returns>
    public static ECDsa? Read(string publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            if (IsOnP256(key))
                return key;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            // Not Base64, or no key.
        }

        key.Dispose();
        return null;
    }

    /// <summary>Reads a key from PEM: a public one, or a private one with its public half.</summary>
    /// <param name="field">What errors call it.</param>
    public static Result<ECDsa> ReadPem(string field, string? pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (IsOnP256(key))
                return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // Said below; what came may hold a private key, and is not repeated.
        }

        key.Dispose();
        return InvalidValue.Of(field, string.IsNullOrWhiteSpace(pem) ? null : $"{pem.Length} characters", $"{Expected} in PEM");
    }
}
