using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Registry;
using Dashboard.Web.Tests.People;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Requests;

/// <summary>Signatures through HTTP: packages that bring them, publishers that come and go, and the check of a request that follows.</summary>
public sealed class SignatureApiTests
{
    [Fact]
    public async Task The_check_of_a_request_says_who_signed_since_when_they_are_trusted_and_why_nobody_counts()
    {
        await using var team = await Team.StartAsync();
        using HttpClient contributor = team.Client("contributor"), administrator = team.Client("administrator");
        using var factory = SigningKeys.Create();
        await ConstantModels.RegisterAsync(team.Host, "constant", 1);
        await ConstantModels.PromoteAsync(team.Host, "constant", 1);
        await ConstantModels.RegisterAsync(team.Host, "constant", 2);
        var id = (await ReadAsync(await contributor.PostAsJsonAsync("/api/v1/models/constant/requests", new { version = 2, strategy = "allAtOnce", reason = "twice" }), HttpStatusCode.Created)).GetProperty("summary").GetProperty("id").GetInt32();
        Assert.Equal("notApplicable", (await CheckAsync(contributor, id, "Nobody has signed it.")).State);

        // It is taken out, signed elsewhere, and brought in again: the same version, with a signature that nobody here knows.
        var archive = await contributor.GetByteArrayAsync("/api/v1/models/constant/versions/2/package");
        var package = (await PackageArchive.ReadAsync(new MemoryStream(archive), default)).Value;
        var signed = package.WithSignatures([PackageSignature.Make(factory, package.Digest)]).Value;
        Assert.Equal(2, (await ReadAsync(await UploadAsync(contributor, await ZipAsync(signed)))).GetProperty("number").GetInt32());
        Assert.Equal("notApplicable", (await CheckAsync(contributor, id, "which no trusted publisher has")).State);
        Assert.Equal(await ZipAsync(signed), await contributor.GetByteArrayAsync("/api/v1/models/constant/versions/2/package"));

        var body = new { name = "Factory", publicKey = factory.ExportSubjectPublicKeyInfoPem() };
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.PostAsJsonAsync("/api/v1/publishers", body)).StatusCode);
        var publisher = await ReadAsync(await administrator.PostAsJsonAsync("/api/v1/publishers", body), HttpStatusCode.Created);
        var (state, words) = await CheckAsync(contributor, id, "Signed by Factory");
        Assert.Equal("passed", state);
        Assert.Contains($"(key {SigningKeys.IdOf(factory)[..12]}…), trusted since ", words, StringComparison.Ordinal);
        var trust = await ReadAsync(await contributor.GetAsync("/api/v1/models/constant/versions/2/signatures"));
        Assert.Equal((true, "trusted"), (trust.GetProperty("isTrusted").GetBoolean(), trust.GetProperty("signatures")[0].GetProperty("standing").GetString()));
        Assert.Equal(["Factory", "This installation"], (await ReadAsync(await contributor.GetAsync("/api/v1/publishers"))).EnumerateArray().Select(one => one.GetProperty("name").GetString()!).Order());

        // Revoked, it counts no more; and where the policy asks for a signature, it fails.
        await ReadAsync(await administrator.DeleteAsync($"/api/v1/publishers/{publisher.GetProperty("id").GetInt32()}?reason=stolen"));
        Assert.Equal("notApplicable", (await CheckAsync(contributor, id, "counts no more")).State);
        await ReadAsync(await administrator.PutAsync("/api/v1/policy", JsonContent.Create(PromotionPolicy.Default(true) with { RequireSignature = true }, options: CanonicalJson.Options)));
        Assert.Equal("failed", (await CheckAsync(contributor, id, "asks for a signature by a trusted publisher")).State);
    }

    [Fact]
    public async Task An_archive_with_a_wrong_signature_is_refused_by_name_and_registers_nothing()
    {
        await using var host = await TestHost.StartAsync();
        using var factory = SigningKeys.Create();
        await ConstantModels.RegisterAsync(host, "constant", 1);
        var package = (await PackageArchive.ReadAsync(new MemoryStream(await host.Client.GetByteArrayAsync("/api/v1/models/constant/versions/1/package")), default)).Value;
        using var zip = new MemoryStream();
        zip.Write(await ZipAsync(package));
        await using (var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true))
        await using (var entry = await archive.CreateEntry(SignatureFile.Name).OpenAsync())
            await entry.WriteAsync(SignatureFile.Write([PackageSignature.Make(factory, new string('0', 64))]));

        var refused = await ReadAsync(await UploadAsync(host.Client, zip.ToArray(), "other"), HttpStatusCode.BadRequest);

        Assert.Equal(SignatureFile.Name, refused.GetProperty("field").GetString());
        Assert.Contains($"The signature by key '{SigningKeys.IdOf(factory)}' is wrong", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(await host.Get<ModelRegistry>().FindAsync("other", default));
    }

    /// <summary>Waits for the evidence that says it.</summary>
    private static async Task<(string State, string Words)> CheckAsync(HttpClient client, int id, string words)
    {
        for (var tries = 0; tries < 2_000; tries++)
        {
            var request = await ReadAsync(await client.GetAsync($"/api/v1/requests/{id}"));
            foreach (var check in request.GetProperty("checks").EnumerateArray())
                if (check.GetProperty("result") is var result && result.GetProperty("name").GetString() == CheckNames.Package && result.GetProperty("words").GetString()! is var said && said.Contains(words, StringComparison.Ordinal))
                    return (check.GetProperty("state").GetString()!, said);
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"No check said '{words}'.");
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] zip, string model = "constant")
    {
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new("application/zip");
        return await client.PostAsync($"/api/v1/models/{model}/versions/package", content);
    }

    private static async Task<byte[]> ZipAsync(ModelPackage package)
    {
        using var zip = new MemoryStream();
        await PackageArchive.WriteAsync(package, zip, default);
        return zip.ToArray();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
