using System.CommandLine;
using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard key …</c> and <c>dashboard package …</c>: publishers' keys and signatures, on files alone.</summary>
internal static class SigningCommands
{
    public static Command Keys()
    {
        var output = new Option<string>("--out") { Description = "PEM file to write the private key to, readable by you only; it must not exist. The public half is written beside it, as .pub.pem.", HelpName = "file", Required = true };
        var create = new Command("create", "Make a key to sign packages with. Its public half goes to whoever shall trust it.") { output };
        create.Works((parsed, outcome, _) => Task.FromResult(Create(outcome, Path.GetFullPath(parsed.GetRequiredValue(output)))));
        return new Command("key", "Keys of publishers: ECDSA on P-256, in PEM.") { create };
    }

    public static Command Packages() => new("package", "Packages as zip files, and who signed them.") { Sign(), Verify() };

    private static Command Sign()
    {
        var file = new Argument<string>("file") { Description = "A package (.zip); the signature is added to it. Its digest stays the same." };
        var key = new Option<string>("--key") { Description = "PEM file with the private key.", HelpName = "file", Required = true };
        var command = new Command("sign", "Sign a package over its digest. Imported again, the version has the signature, too.") { file, key };
        command.Works(async (parsed, outcome, ct) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            var opened = KeyFile.Read("--key", parsed.GetRequiredValue(key));
            if (opened.Error is { } noKey)
                return outcome.Of(noKey);
            using var own = opened.Value;
            var read = await ReadAsync(path, ct);
            if (read.Error is { } damaged)
                return outcome.Of(damaged);
            var signed = SignWith(own, parsed.GetRequiredValue(key), read.Value);
            if (signed.Error is { } refused)
                return outcome.Of(refused);
            await using (var zip = new FileStream(path + ".part", FileMode.Create, FileAccess.Write))
                await PackageArchive.WriteAsync(signed.Value, zip, ct);
            File.Move(path + ".part", path, overwrite: true);
            return outcome.Of<SignedPackage>(new SignedPackage(path, signed.Value.Digest, SigningKeys.IdOf(own), signed.Value.Signatures.Count), (made, text) =>
            {
                text.WriteLine($"{made.File}: package {made.Digest}");
                text.WriteLine($"signed by key {made.Key}; it has {made.Signatures} {(made.Signatures == 1 ? "signature" : "signatures")}");
            });
        });
        return command;
    }

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "A package (.zip)." };
        var keys = new Option<string[]>("--key") { Description = "PEM file with the public key of somebody whom you trust; may be given again. Without it: whether anybody signed it.", HelpName = "file", AllowMultipleArgumentsPerToken = false };
        var command = new Command("verify", "Check every file against the digest and every signature over it. Ends with 0 when it is signed (by one of the keys), 3 when it is whole and not signed so, 1 when it or a signature is damaged.") { file, keys };
        command.Works(async (parsed, outcome, ct) =>
        {
            var trusted = new List<PublisherKey>();
            foreach (var name in parsed.GetValue(keys) ?? [])
            {
                var opened = KeyFile.Read("--key", name);
                if (opened.Error is { } noKey)
                    return outcome.Of(noKey);
                using var key = opened.Value;
                trusted.Add(new(SigningKeys.IdOf(key), name, DateTimeOffset.UnixEpoch, null));
            }

            var read = await ReadAsync(Path.GetFullPath(parsed.GetRequiredValue(file)), ct);
            if (read.Error is { } damaged)
                return outcome.Of(damaged);
            var found = PackageTrust.Of(read.Value.Digest, read.Value.Signatures, trusted);
            var isSigned = trusted.Count == 0 ? found.Signatures.Count > 0 : found.IsTrusted;
            outcome.Of<VerifiedPackage>(new VerifiedPackage(found.Digest, isSigned, [.. found.Signatures.Select(one => new VerifiedSignature(one.Key, one.Publisher?.Name))]), Show);
            return isSigned ? ExitCode.Done : ExitCode.Unsigned;
        });
        return command;
    }

    private static int Create(Outcome outcome, string path)
    {
        var publicFile = Path.ChangeExtension(path, ".pub.pem");
        if (new[] { path, publicFile }.FirstOrDefault(File.Exists) is { } taken)
            return outcome.Of(InvalidValue.Of("--out", taken, "a file that does not exist yet"));
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return outcome.Of(InvalidValue.Of("--out", path, "a file in an existing folder"));
        using var key = SigningKeys.Create();
        KeyFile.WritePrivate(path, key);
        KeyFile.WritePublic(publicFile, key);
        return outcome.Of<KeyMade>(new KeyMade(path, publicFile, SigningKeys.IdOf(key)), (made, text) =>
        {
            text.WriteLine($"key {made.Key}");
            text.WriteLine($"private half {made.PrivateFile}: keep it to yourself");
            text.WriteLine($"public half  {made.PublicFile}: for whoever shall trust it");
        });
    }

    private static Result<ModelPackage> SignWith(ECDsa key, string file, ModelPackage package)
    {
        if (package.Signatures.Any(one => one.Key == SigningKeys.IdOf(key)))
            return new Conflict($"The key {SigningKeys.IdOf(key)} has signed this package already.");
        try
        {
            return package.WithSignatures([.. package.Signatures, PackageSignature.Make(key, package.Digest)]);
        }
        catch (CryptographicException)
        {
            return InvalidValue.Of("--key", file, "a PEM file with a private key; this one has the public half only");
        }
    }

    private static async Task<Result<ModelPackage>> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            return InvalidValue.Of("file", path, "a package (.zip) that exists");
        await using var zip = File.OpenRead(path);
        return await PackageArchive.ReadAsync(zip, ct);
    }

    private static void Show(VerifiedPackage package, TextWriter text)
    {
        text.WriteLine($"Whole: package {package.Digest}");
        foreach (var signature in package.Signatures)
            text.WriteLine($"signed by key {signature.Key}{(signature.Trusted is { } name ? $" ({name})" : "")}");
        if (!package.IsSigned)
            text.WriteLine(package.Signatures.Count == 0 ? "Nobody has signed it." : "None of these keys is one that you named.");
    }

    private sealed record SignedPackage(string File, string Digest, string Key, int Signatures);

    /// <param name="Trusted">The file of the key that was named; null: it was not.</param>
    private sealed record VerifiedSignature(string Key, string? Trusted);

    private sealed record VerifiedPackage(string Digest, bool IsSigned, IReadOnlyList<VerifiedSignature> Signatures);

    private sealed record KeyMade(string PrivateFile, string PublicFile, string Key);
}
