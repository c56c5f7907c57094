using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Registry.Signing;

/// <summary>Publishers, and what the installation makes of their signatures.</summary>
public sealed class PublisherStoreTests : IDisposable
{
    private readonly ECDsa factory = SigningKeys.Create();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task The_installations_own_key_is_made_once_for_its_owner_only_and_trusted_from_the_start()
    {
        await using var installation = await TestInstallation.StartAsync();
        var publishers = installation.Get<PublisherStore>();
        await publishers.TrustOwnAsync(default);
        await publishers.TrustOwnAsync(default);

        var own = Assert.Single(await publishers.ListAsync(default));
        Assert.Equal((PublisherStore.Own, true, "installation", null), (own.Name, own.IsOwn, own.TrustedBy, own.RevokedAt));
        var file = installation.Get<OwnKey>().PrivateFile;
        Assert.Contains("BEGIN PRIVATE KEY", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), (File.GetUnixFileMode(file), File.GetUnixFileMode(Path.GetDirectoryName(file)!)));

        var package = Packages.Make(1);
        await RegisterAsync(installation, package.WithSignatures([installation.Get<OwnKey>().Sign(package.Digest)]).Value);
        Assert.True((await TrustAsync(installation, package)).IsTrusted);
        Assert.Equal(["package.signed", "publisher.trusted"], await ActionsAsync(installation, "package.", "publisher."));
    }

    [Fact]
    public async Task A_signature_counts_from_when_its_publisher_is_trusted_until_the_key_is_revoked()
    {
        await using var installation = await TestInstallation.StartAsync();
        var publishers = installation.Get<PublisherStore>();
        var package = Sign(Packages.Make(1));
        await RegisterAsync(installation, package);
        Assert.Equal(SignatureStanding.Unknown, Assert.Single((await TrustAsync(installation, package)).Signatures).Standing);

        var made = (await publishers.TrustAsync(" Factory ", factory.ExportSubjectPublicKeyInfoPem(), "ann", default)).Value;
        Assert.Equal(("Factory", SigningKeys.IdOf(factory), "ann"), (made.Name, made.Key, made.TrustedBy));
        Assert.Contains("Signed by Factory", (await TrustAsync(installation, package)).Words, StringComparison.Ordinal);

        var revoked = (await publishers.RevokeAsync(made.Id, "the laptop was stolen", "ann", default)).Value;
        Assert.Equal(("ann", "the laptop was stolen"), (revoked.RevokedBy, revoked.RevokedReason));
        var trust = await TrustAsync(installation, package);
        Assert.False(trust.IsTrusted);
        Assert.Contains("counts no more", trust.Words, StringComparison.Ordinal);
        Assert.Equal(["publisher.revoked", "publisher.trusted"], await ActionsAsync(installation, "publisher."));

        // A key that was revoked is not trusted again, and nothing is revoked twice.
        Assert.Contains("was revoked, and is not trusted again", (await publishers.TrustAsync("Factory 2", factory.ExportSubjectPublicKeyInfoPem(), "ann", default)).Error!.Message, StringComparison.Ordinal);
        Assert.IsType<Conflict>((await publishers.RevokeAsync(made.Id, "again", "ann", default)).Error);
    }

    [Fact]
    public async Task The_installation_takes_a_new_key_when_its_own_is_revoked_also_after_a_crash_in_between()
    {
        await using var installation = await TestInstallation.StartAsync();
        var (publishers, own) = (installation.Get<PublisherStore>(), installation.Get<OwnKey>());
        await publishers.TrustOwnAsync(default);
        var first = (await publishers.ListAsync(default))[0];

        await publishers.RevokeAsync(first.Id, "rotated", "ann", default);
        var second = (await publishers.ListAsync(default))[0];
        Assert.Equal((true, false), (second.IsOwn, second.Key == first.Key));
        Assert.Equal(second.Key, own.Sign(new string('a', 64)).Key);

        await using (var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
            await db.Publishers.Where(p => p.Id == second.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.RevokedAt, DateTimeOffset.UnixEpoch));
        await publishers.TrustOwnAsync(default);
        Assert.DoesNotContain(own.Sign(new string('a', 64)).Key, (string[])[first.Key, second.Key]);
        Assert.Single(await publishers.ListAsync(default), publisher => publisher.RevokedAt is null);
    }

    [Fact]
    public async Task What_cannot_be_trusted_is_refused_by_field_and_a_private_key_is_not_repeated()
    {
        await using var installation = await TestInstallation.StartAsync();
        var publishers = installation.Get<PublisherStore>();
        await publishers.TrustAsync("Factory", factory.ExportSubjectPublicKeyInfoPem(), "ann", default);
        using ECDsa other = SigningKeys.Create(), wide = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        (string Name, string? Pem, string Field)[] refused =
        [
            ("", other.ExportSubjectPublicKeyInfoPem(), "name"), (new string('x', PublisherStore.MaxName + 1), other.ExportSubjectPublicKeyInfoPem(), "name"), ("Factory", other.ExportSubjectPublicKeyInfoPem(), "name"),
            ("Other", null, "publicKey"), ("Other", "-----BEGIN", "publicKey"), ("Other", wide.ExportSubjectPublicKeyInfoPem(), "publicKey"), ("Other", rsa.ExportSubjectPublicKeyInfoPem(), "publicKey"),
            ("Other", factory.ExportSubjectPublicKeyInfoPem(), "publicKey"), ("Other", other.ExportPkcs8PrivateKeyPem(), "publicKey"),
        ];
        foreach (var (name, pem, field) in refused)
            Assert.Equal(field, (await publishers.TrustAsync(name, pem, "ann", default)).Error?.Field);
        var secret = other.ExportPkcs8PrivateKeyPem();
        Assert.DoesNotContain(secret.Split('\n')[1], (await publishers.TrustAsync("Other", secret, "ann", default)).Error!.Message, StringComparison.Ordinal);
        Assert.Equal("reason", (await publishers.RevokeAsync(1, " ", "ann", default)).Error?.Field);
        Assert.IsType<NotFound>((await publishers.RevokeAsync(4711, "gone", "ann", default)).Error);
        Assert.Single(await publishers.ListAsync(default));
    }

    [Fact]
    public async Task Signatures_are_kept_leave_with_the_package_gain_others_and_go_with_it()
    {
        await using var installation = await TestInstallation.StartAsync();
        using var second = SigningKeys.Create();
        var package = Packages.Make(1);
        var version = await RegisterAsync(installation, Sign(package));
        var again = await RegisterAsync(installation, package.WithSignatures([PackageSignature.Make(second, package.Digest)]).Value);
        Assert.Equal(version.Number, again.Number);

        var stored = (await installation.Get<PackageStore>().ReadAsync(package.Digest, default)).Value;
        var leaving = await installation.Get<PackageSignatures>().SignedAsync(stored, default);
        Assert.Equal(new[] { SigningKeys.IdOf(factory), SigningKeys.IdOf(second) }.Order(StringComparer.Ordinal), leaving.Signatures.Select(one => one.Key));
        using var zip = new MemoryStream();
        await PackageArchive.WriteAsync(leaving, zip, default);
        await using var there = await TestInstallation.StartAsync();
        await RegisterAsync(there, (await PackageArchive.ReadAsync(zip, default)).Value);
        Assert.Equal(2, (await TrustAsync(there, package)).Signatures.Count);

        await installation.Get<ModelRegistry>().DeleteAsync("flights", "ann", default);
        Assert.Empty((await TrustAsync(installation, package)).Signatures);
    }

    [Theory]
    [InlineData("UPDATE PackageSignatures SET Digest = '{0}'", SignatureStanding.Wrong)]
    [InlineData("UPDATE PackageSignatures SET Signature = substr(Signature, 1, 60)", SignatureStanding.Wrong)]
    [InlineData("UPDATE PackageSignatures SET PublicKey = '{1}'", SignatureStanding.Wrong)]
    [InlineData("UPDATE PackageSignatures SET Key = '{2}', PublicKey = '{1}'", SignatureStanding.Wrong)]
    public async Task A_signature_that_is_changed_where_it_is_kept_counts_no_more_and_stays_behind(string sql, SignatureStanding expected)
    {
        await using var installation = await TestInstallation.StartAsync();
        using var foreign = SigningKeys.Create();
        Assert.Null((await installation.Get<PublisherStore>().TrustAsync("Factory", factory.ExportSubjectPublicKeyInfoPem(), "ann", default)).Error);
        var (signed, other) = (Sign(Packages.Make(1)), Packages.Make(2));
        await RegisterAsync(installation, signed);
        await RegisterAsync(installation, other);
        await using (var db = await installation.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
            await db.Database.ExecuteSqlRawAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, other.Digest, SigningKeys.PublicHalf(foreign), SigningKeys.IdOf(foreign)));

        var tampered = sql.Contains("Digest", StringComparison.Ordinal) ? other : signed;
        var trust = await TrustAsync(installation, tampered);
        Assert.Equal((expected, false), (Assert.Single(trust.Signatures).Standing, trust.IsTrusted));
        Assert.Empty((await installation.Get<PackageSignatures>().SignedAsync(tampered, default)).Signatures);
    }

    private ModelPackage Sign(ModelPackage package) => package.WithSignatures([PackageSignature.Make(factory, package.Digest)]).Value;

    private static async Task<ModelVersion> RegisterAsync(TestInstallation installation, ModelPackage package) =>
        (await installation.Get<ModelRegistry>().RegisterAsync(new("flights", package, "imported package", "dia"), default)).Value;

    private static Task<PackageTrust> TrustAsync(TestInstallation installation, ModelPackage package) => installation.Get<PackageSignatures>().TrustOfAsync(package.Digest, default);

    private static async Task<List<string>> ActionsAsync(TestInstallation installation, params string[] beginnings) =>
        [.. (await installation.Get<ActivityLog>().ListAsync(null, 50, null, default)).Select(entry => entry.Action).Where(action => beginnings.Any(beginning => action.StartsWith(beginning, StringComparison.Ordinal)))];
}
