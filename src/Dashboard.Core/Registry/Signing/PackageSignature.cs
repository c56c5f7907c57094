using System.Security.Cryptography;

namespace Dashboard.Core.Registry.Signing;

/// <summary>
/// A detached signature over a package's digest: whoever holds the key vouches for exactly these files. It says nothing about who that is; a trusted publisher does (<see cref="PackageTrust"/>).
/// It carries its public key, so that it can be checked where nobody knows the key yet.
/// </summary>
/// <param name="Key">SHA-256 of the SubjectPublicKeyInfo, in lower-case hexadecimal.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo, in Base64.</param>
/// <param name="Signature">Over <see cref="Statement"/>, as of <see cref="SigningKeys"/>.</param>
public sealed record PackageSignature(string Key, string PublicKey, string Signature)
{
    /// <summary>What keeps a signature of a package from being one of anything else.</summary>
    public const string StatementType = "dashboard.package.v1";

    /// <summary>What is signed: one JSON object, <c>{"type":"dashboard.package.v1","digest":"…"}</c>.</summary>
    /// <param name="digest">The package's, 64 lower-case hexadecimal digits.</param>
    public static byte[] Statement(string digest) => CanonicalJson.SerializeToUtf8(new SignedStatement(StatementType, digest));

    /// <summary>Signs a package.</summary>
    /// <param name="key">With its private half.</param>
    public static PackageSignature Make(ECDsa key, string digest) => new(SigningKeys.IdOf(key), SigningKeys.PublicHalf(key), SigningKeys.Sign(key, Statement(digest)));

    /// <summary>Null when the key signed this digest; otherwise what is wrong, with the signature by its key.</summary>
    public SignatureWrong? Check(string digest)
    {
        if (Key is not { Length: 64 } || !Key.All(char.IsAsciiHexDigitLower))
            return new(Key ?? "", "its key’s id is not a SHA-256 of 64 lower-case hexadecimal digits");
        using var key = SigningKeys.Read(PublicKey ?? "");
        return key is null ? new(Key, $"its public key is not {SigningKeys.Expected}, as SubjectPublicKeyInfo in Base64")
            : SigningKeys.IdOf(key) != Key ? new(Key, $"its public key is another one, {SigningKeys.IdOf(key)}")
            : !SigningKeys.Verify(key, Statement(digest), Signature ?? "") ? new(Key, $"it was not made by this key over the package’s digest {digest}")
            : null;
    }

    private sealed record SignedStatement(string Type, string Digest);
}

/// <summary>A signature that is not what it says.</summary>
/// <param name="Key">Whose it says it is.</param>
public sealed record SignatureWrong(string Key, string Reason) : Error(ErrorKind.Invalid, $"The signature by key '{Shorten(Key)}' is wrong: {Reason}.")
{
    /// <summary>A key's id as people read it.</summary>
    public static string Short(string key) => key.Length <= 12 ? key : $"{key[..12]}…";
}
