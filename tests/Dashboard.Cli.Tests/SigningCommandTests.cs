using System.Text;

namespace Dashboard.Cli.Tests;

/// <summary><c>dashboard key</c> and <c>dashboard package</c>, on files.</summary>
public sealed class SigningCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-cli-").FullName;

    private string Data => Path.Combine(folder, "data");

    private string Zip => Path.Combine(folder, "tiny.zip");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_package_is_signed_verified_and_keeps_its_digest_and_its_signature_through_an_import()
    {
        var digest = await ExportAsync();
        var (key, stranger) = (await KeyAsync("factory"), await KeyAsync("stranger"));
        var unsigned = await CommandRun.OfAsync("package", "verify", Zip);
        Assert.Equal((3, ""), (unsigned.Code, unsigned.Errors));
        Assert.Contains("Nobody has signed it.", unsigned.Output, StringComparison.Ordinal);

        var signed = await CommandRun.OfAsync("package", "sign", Zip, "--key", Path.Combine(folder, "factory.pem"), "--json");
        Assert.Equal((0, digest, key), (signed.Code, signed.Json.GetProperty("digest").GetString(), signed.Json.GetProperty("key").GetString()));
        Assert.Contains("has signed this package already", (await CommandRun.OfAsync("package", "sign", Zip, "--key", Path.Combine(folder, "factory.pem"))).Errors, StringComparison.Ordinal);

        var verified = await CommandRun.OfAsync("package", "verify", Zip, "--key", Path.Combine(folder, "factory.pub.pem"));
        Assert.Equal(0, verified.Code);
        Assert.Contains($"signed by key {key}", verified.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("package", "verify", Zip)).Code);
        var byOther = await CommandRun.OfAsync("package", "verify", Zip, "--key", Path.Combine(folder, "stranger.pub.pem"), "--json");
        Assert.Equal((3, false), (byOther.Code, byOther.Json.GetProperty("isSigned").GetBoolean()));
        Assert.Equal(0, (await CommandRun.OfAsync("package", "verify", Zip, "--key", Path.Combine(folder, "stranger.pub.pem"), "--key", Path.Combine(folder, "factory.pub.pem"))).Code);
        Assert.NotEqual(key, stranger);

        // In and out of an installation again: the same digest, the same signature.
        Assert.Equal(0, (await CommandRun.OfAsync("models", "import", "--name", "moved", "--file", Zip, "--data", Data)).Code);
        var back = Path.Combine(folder, "back.zip");
        Assert.Equal(0, (await CommandRun.OfAsync("models", "export", "--name", "moved", "--version", "1", "--out", back, "--data", Data)).Code);
        Assert.Equal(await File.ReadAllBytesAsync(Zip), await File.ReadAllBytesAsync(back));
    }

    [Fact]
    public async Task A_key_is_made_for_its_owner_only_and_never_over_another_file()
    {
        await KeyAsync("factory");
        var file = Path.Combine(folder, "factory.pem");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("BEGIN PUBLIC KEY", await File.ReadAllTextAsync(Path.Combine(folder, "factory.pub.pem")), StringComparison.Ordinal);

        var again = await CommandRun.OfAsync("key", "create", "--out", file);
        Assert.Equal((1, $"'--out' is '{file}'; expected a file that does not exist yet."), (again.Code, again.Errors.Trim()));
    }

    [Fact]
    public async Task What_cannot_be_signed_or_verified_is_refused_by_name()
    {
        await ExportAsync();
        await KeyAsync("factory");
        var (publicHalf, noKey, noZip) = (Path.Combine(folder, "factory.pub.pem"), Path.Combine(folder, "no.pem"), Path.Combine(folder, "no.zip"));
        await File.WriteAllTextAsync(noKey, "nothing");
        await File.WriteAllTextAsync(noZip, "nothing");

        Assert.Contains("this one has the public half only", (await CommandRun.OfAsync("package", "sign", Zip, "--key", publicHalf)).Errors, StringComparison.Ordinal);
        Assert.Contains("a PEM file with a key of ECDSA on P-256", (await CommandRun.OfAsync("package", "sign", Zip, "--key", noKey)).Errors, StringComparison.Ordinal);
        var damaged = await CommandRun.OfAsync("package", "verify", noZip);
        Assert.Equal(1, damaged.Code);
        Assert.Contains("not a readable zip archive", damaged.Errors, StringComparison.Ordinal);
        Assert.Contains("a package (.zip) that exists", (await CommandRun.OfAsync("package", "verify", Path.Combine(folder, "none.zip"))).Errors, StringComparison.Ordinal);
    }

    private async Task<string> KeyAsync(string name)
    {
        var made = await CommandRun.OfAsync("key", "create", "--out", Path.Combine(folder, $"{name}.pem"), "--json");
        Assert.Equal(0, made.Code);
        return made.Json.GetProperty("key").GetString()!;
    }

    private async Task<string> ExportAsync()
    {
        var model = Path.Combine(folder, "model.json");
        await File.WriteAllBytesAsync(model, Tiny());
        Assert.Equal(0, (await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", model, "--data", Data)).Code);
        var exported = await CommandRun.OfAsync("models", "export", "--name", "tiny", "--version", "1", "--out", Zip, "--data", Data, "--json");
        return exported.Json.GetProperty("digest").GetString()!;
    }

    /// <summary>A linear model of one feature that answers with its bias.</summary>
    private static byte[] Tiny() => Encoding.UTF8.GetBytes("""
        {"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],
         "gradient_booster":{"model":{"weights":[0,1]},"name":"gblinear"},
         "learner_model_param":{"base_score":"0E0","num_class":"0","num_feature":"1","num_target":"1"},
         "objective":{"name":"reg:squarederror"} } }
        """);
}
