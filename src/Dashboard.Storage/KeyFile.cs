using System.Security.Cryptography;
using Dashboard.Core;

namespace Dashboard.Storage;

/// <summary>A key for signing as a PEM file: whole or not there at all, the private half readable by its owner only.</summary>
public static class KeyFile
{
    /// <summary>The key, made if there is none.</summary>
    /// <exception cref="CryptographicException">The file holds no key on P-256.</exception>
    public static ECDsa Open(string file)
    {
        if (File.Exists(file))
            return Read(file, file) is { IsSuccess: true, Value: var known } ? known : throw new CryptographicException($"'{file}' is not {SigningKeys.Expected} in PEM.");
        var key = SigningKeys.Create();
        WritePrivate(file, key);
        return key;
    }

    /// <summary>A key from a PEM file: a public one, or a private one with its public half.</summary>
    /// <param name="field">What errors call it.</param>
    public static Result<ECDsa> Read(string field, string file)
    {
        try
        {
            return SigningKeys.ReadPem(field, File.ReadAllText(file)).Match<Result<ECDsa>>(key => key, _ => InvalidValue.Of(field, file, $"a PEM file with {SigningKeys.Expected}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return InvalidValue.Of(field, file, $"a PEM file with {SigningKeys.Expected} ({exception.Message})");
        }
    }

    public static void WritePrivate(string file, ECDsa key) => SecretFile.Write(file, key.ExportPkcs8PrivateKeyPem(), SecretFile.OwnerOnly);

    public static void WritePublic(string file, ECDsa key) => SecretFile.Write(file, key.ExportSubjectPublicKeyInfoPem(), SecretFile.Readable);
}
