using System.Security.Cryptography;
using System.Text;
using Dashboard.Core.Registry;

namespace Dashboard.Core.Tests.Registry;

public sealed class ModelPackageTests
{
    [Fact]
    public void The_digest_is_the_hash_of_the_manifest_and_the_manifest_lists_the_hash_of_every_file()
    {
        var package = Packages.Flights();

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(package.ManifestJson.Span)), package.Digest);
        Assert.Equal(["evaluation.json", "model.json.xgb", "reference.profile"], package.Manifest.Files.Select(f => f.Name));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), package.Manifest.Files[2].Sha256);
        Assert.Equal([1, 2, 3], package.Reference!.Value.ToArray());
    }

    [Fact]
    public void The_same_content_gives_the_same_digest_and_another_model_gives_another()
    {
        var files = Packages.Files;
        files["model.json.xgb"][0] ^= 1;

        Assert.Equal(Packages.Flights().Digest, Packages.Flights().Digest);
        Assert.NotEqual(Packages.Flights().Digest, ModelPackage.Create(Packages.Draft, files).Value.Digest);
    }

    [Fact]
    public void A_manifest_survives_being_read_again()
    {
        var read = ManifestReader.Read(Packages.Flights().ManifestJson.Span).Value;

        Assert.Equal(Packages.Draft.Preprocessing.Inputs.Select(i => (i.Name, i.Type, i.Minimum, i.Maximum)), read.Preprocessing.Inputs.Select(i => (i.Name, i.Type, i.Minimum, i.Maximum)));
        Assert.Equal(["AA", "UA", "WN"], read.Preprocessing.Inputs[1].Categories);
        Assert.Equal(0.71, read.Metrics["roc_auc"]);
        Assert.Equal(Packages.Draft.CreatedAt, read.CreatedAt);
    }

    [Theory]
    [InlineData("model.json.xgb")]
    [InlineData("reference.profile")]
    [InlineData("evaluation.json")]
    public void A_changed_file_is_named_with_the_expected_and_the_actual_hash(string name)
    {
        var package = Packages.Flights();
        var files = Packages.Contents(package);
        var changed = files[name].ToArray();
        changed[^1] ^= 0x20;
        files[name] = changed;

        var error = ModelPackage.Verify(package.ManifestJson, files, package.Digest).Error!;

        Assert.Equal(name, error.Field);
        Assert.Equal(package.Manifest.Files.Single(f => f.Name == name).Sha256, error.Expected);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(changed)), error.Value);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_is_not_the_approved_one_is_refused()
    {
        var package = Packages.Flights();

        var error = ModelPackage.Verify(package.ManifestJson, Packages.Contents(package), new string('0', 64)).Error!;

        Assert.Equal((ModelManifest.FileName, new string('0', 64), package.Digest), (error.Field, error.Expected, error.Value));
    }

    [Fact]
    public void A_missing_file_and_one_that_nobody_listed_are_refused()
    {
        var package = Packages.Flights();
        var lacking = Packages.Contents(package);
        lacking.Remove("evaluation.json");
        var more = Packages.Contents(package);
        more["extra.so"] = new byte[] { 1 };

        Assert.Equal("The package lacks the file 'evaluation.json'.", ModelPackage.Verify(package.ManifestJson, lacking).Error!.Message);
        Assert.Equal("The package holds 'extra.so', which its manifest does not list.", ModelPackage.Verify(package.ManifestJson, more).Error!.Message);
    }

    [Theory]
    [InlineData("\"formatVersion\":1", "\"formatVersion\":2", "formatVersion")]
    [InlineData("\"formatVersion\":1,", "", "formatVersion")]
    [InlineData("\"framework\":\"xgboost\"", "\"framework\":\"pickle\"", "framework")]
    [InlineData("\"name\":\"flights\"", "\"name\":\"../flights\"", "name")]
    [InlineData("\"name\":\"reference.profile\"", "\"name\":\"../reference.profile\"", "files")]
    [InlineData("\"modelFile\":\"model.json.xgb\"", "\"modelFile\":\"other\"", "modelFile")]
    [InlineData("[\"on time\",\"late\"]", "[\"late\"]", "classes")]
    [InlineData("\"name\":\"carrier\"", "\"name\":\"distance\"", "preprocessing.inputs")]
    [InlineData("\"decisionThreshold\":0.5", "\"decisionThreshold\":\"NaN\"", "decisionThreshold")]
    public void A_manifest_that_cannot_be_used_names_the_part_at_fault(string part, string replacement, string field)
    {
        var json = Encoding.UTF8.GetString(Packages.Flights().ManifestJson.Span);
        Assert.Contains(part, json, StringComparison.Ordinal);

        var error = ManifestReader.Read(Encoding.UTF8.GetBytes(json.Replace(part, replacement, StringComparison.Ordinal))).Error!;

        Assert.Equal(field, error.Field);
        Assert.NotNull(error.Expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"formatVersion\":1}")]
    [InlineData("{\"formatVersion\":1,\"name\":\"a\",\"task\":\"clustering\"}")]
    public void Text_that_is_no_manifest_is_an_error_and_not_an_exception(string text) =>
        Assert.Contains(ModelManifest.FileName, ManifestReader.Read(Encoding.UTF8.GetBytes(text)).Error!.Message, StringComparison.Ordinal);
}
