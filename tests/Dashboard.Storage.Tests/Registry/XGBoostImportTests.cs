using System.Text;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;

namespace Dashboard.Storage.Tests.Registry;

public sealed class XGBoostImportTests
{
    [Fact]
    public async Task A_model_file_becomes_a_version_that_answers_as_the_tree_says()
    {
        await using var installation = await TestInstallation.StartAsync();

        var version = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada"), default)).Value;
        await installation.Get<ChampionSwitch>().PromoteAsync(new("tiny", "ada"), version.Number, default);

        var served = installation.Get<Router>().Current.Models["tiny"].Champion!;
        Assert.Equal((ModelTask.BinaryClassification, "1.7.4", 1), (served.Manifest.Task, served.Manifest.FrameworkVersion, served.Number));
        Assert.Equal([("x", InputType.Number), ("colour", InputType.Category)], served.Manifest.Preprocessing.Inputs.Select(i => (i.Name, i.Type)));
        Assert.Equal(["0", "1", "2", "3", "4"], served.Manifest.Preprocessing.Inputs[1].Categories);
        var output = new float[1];
        served.Scorer.Score([2, 4], output);
        Assert.Equal(1 / (1 + Math.Exp(1 - 0.5)), output[0], 1e-6);
    }

    [Fact]
    public async Task Names_come_from_the_caller_before_the_file_and_are_numbered_where_nobody_has_any()
    {
        await using var installation = await TestInstallation.StartAsync();
        var import = installation.Get<XGBoostImport>();

        var given = await import.RunAsync(new("given", TinyModel.Json(), "ada", ["a", "b"]), default);
        var unnamed = await import.RunAsync(new("unnamed", TinyModel.Json(names: "[]"), "ada"), default);

        Assert.Equal(["a", "b"], Inputs(given.Value));
        Assert.Equal(["f0", "f1"], Inputs(unnamed.Value));
    }

    [Fact]
    public async Task A_wrong_number_of_names_names_both_numbers()
    {
        await using var installation = await TestInstallation.StartAsync();

        var error = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", ["a", "b", "c"]), default)).Error!;

        Assert.Equal(("features", "3 names", "2 names: the model has 2 features"), (error.Field, error.Value, error.Expected));
        Assert.Empty(await installation.Get<ModelRegistry>().ListAsync(default));
    }

    [Theory]
    [InlineData("binary:unheard", "objective")]
    [InlineData("nonsense", "objective")]
    public async Task An_objective_that_is_not_known_is_named(string objective, string field)
    {
        await using var installation = await TestInstallation.StartAsync();

        var error = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(objective: objective), "ada"), default)).Error!;

        Assert.Contains(field, error.Field, StringComparison.Ordinal);
        Assert.Equal(objective, error.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("not a model")]
    public async Task A_file_that_is_no_model_is_refused(string content)
    {
        await using var installation = await TestInstallation.StartAsync();

        Assert.NotNull((await installation.Get<XGBoostImport>().RunAsync(new("tiny", Encoding.UTF8.GetBytes(content), "ada"), default)).Error);
    }

    [Fact]
    public async Task The_same_file_again_is_the_same_version_and_another_file_the_next()
    {
        await using var installation = await TestInstallation.StartAsync();
        var import = installation.Get<XGBoostImport>();

        Assert.Equal(1, (await import.RunAsync(new("tiny", TinyModel.Json(), "ada"), default)).Value.Number);
        Assert.Equal(1, (await import.RunAsync(new("tiny", TinyModel.Json(), "ada"), default)).Value.Number);
        Assert.Equal(2, (await import.RunAsync(new("tiny", TinyModel.Json(below: -2), "ada"), default)).Value.Number);
    }

    [Fact]
    public async Task A_sample_gives_ranges_codes_and_the_reference_for_drift()
    {
        await using var installation = await TestInstallation.StartAsync();
        using var sample = new MemoryStream(Encoding.UTF8.GetBytes(TinyModel.Sample));

        var version = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", Reference: sample), default)).Value;

        var package = (await installation.Get<PackageStore>().ReadAsync(version.Digest, default)).Value;
        var inputs = package.Manifest.Preprocessing.Inputs;
        Assert.Equal((1d, 5d), (inputs[0].Minimum, inputs[0].Maximum));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], inputs[1].Categories);
        var reference = ReferenceProfile.Deserialize(package.Reference!.Value.Span).Value;
        Assert.Equal((6, 1), (reference.Profile.Feature(0).Rows, reference.Profile.Feature(0).Missing));
        Assert.Equal(14.5 / 5, reference.Profile.Feature(0).Mean!.Value, 1e-6);
        Assert.Empty(Directory.EnumerateFileSystemEntries(installation.Directory.Temporary));
    }

    [Fact]
    public async Task A_sample_without_one_of_the_features_is_refused_by_the_columns_name()
    {
        await using var installation = await TestInstallation.StartAsync();
        using var sample = new MemoryStream("x,label\n1,0\n2,1\n"u8.ToArray());

        var error = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", Reference: sample), default)).Error!;

        Assert.Equal(("reference", "a sample without the column 'colour'"), (error.Field, error.Value));
    }

    [Fact]
    public async Task A_sample_with_the_outcome_gives_an_estimator_a_baseline_and_labelled_rows()
    {
        await using var installation = await TestInstallation.StartAsync();
        using var sample = Labelled(400, row => row % 7 == 0 ? "" : (row * 2 + row % 3) % 5 < 2 ? "0" : "1");

        var version = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", Reference: sample, Target: "outcome"), default)).Value;

        var package = (await installation.Get<PackageStore>().ReadAsync(version.Digest, default)).Value;
        var layout = ReferenceProfile.Deserialize(package.Reference!.Value.Span).Value.Layout;
        var definition = EstimatorReader.Read(package.Files[package.Manifest.EstimatorFile!].Span, layout.Output).Value;
        Assert.Equal(400 - 58, definition.Rows);
        Assert.Equal(definition.Checks["accuracy"].Realised, package.Manifest.Metrics["accuracy"], 1e-12);
        var rows = ReferenceRows.Deserialize(package.ReferenceRows!.Value.Span).Value;
        Assert.Equal((400, 58), (rows.Count, rows.Labels.Count(double.IsNaN)));
        Assert.Null(rows.Check(package.Manifest));
        Assert.Equal(["x", "colour"], rows.Inputs.Select(input => input.Name));
        Assert.Equal("3.5", rows.Inputs[0].Values[7]);
        Assert.Equal(342, ReferenceProfile.Deserialize(package.Reference!.Value.Span).Value.Profile.Output.Labelled);
    }

    [Theory]
    [InlineData("colour", "target", "none of the model's features")]
    [InlineData("elsewhere", "target", "a column of the reference sample: outcome")]
    [InlineData("outcome", "reference, target column 'outcome'", "0 or 1", "maybe")]
    [InlineData("outcome", "reference, target column 'outcome'", "0 or 1", "2")]
    [InlineData("outcome", "target", "at least two classes", "1")]
    [InlineData("outcome", "target", "at least 50 rows", "1", 40)]
    public async Task A_target_that_cannot_be_one_is_refused_by_name(string target, string field, string expected, string outcome = "0", int rows = 60)
    {
        await using var installation = await TestInstallation.StartAsync();
        using var sample = Labelled(rows, _ => outcome);

        var error = (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", Reference: sample, Target: target), default)).Error!;

        Assert.Equal(field, error.Field);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(installation.Directory.Packages));
    }

    [Fact]
    public async Task A_target_without_a_sample_is_refused()
    {
        await using var installation = await TestInstallation.StartAsync();

        Assert.Equal("target", (await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada", Target: "outcome"), default)).Error!.Field);
    }

    [Fact]
    public async Task An_imported_version_can_be_loaded_in_another_installation()
    {
        await using var here = await TestInstallation.StartAsync();
        await using var there = await TestInstallation.StartAsync();
        var version = (await here.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(), "ada"), default)).Value;
        using var zip = new MemoryStream();
        await PackageArchive.WriteAsync((await here.Get<PackageStore>().ReadAsync(version.Digest, default)).Value, zip, default);
        zip.Position = 0;

        var moved = (await there.Get<ModelRegistry>().RegisterAsync(new("tiny", (await PackageArchive.ReadAsync(zip, default)).Value, "imported package", "ada"), default)).Value;
        var loaded = await there.Get<ServingHost>().PrepareAsync(moved.ModelId, moved.Id, default);

        Assert.Equal(version.Digest, loaded.Value.Digest);
    }

    private static IEnumerable<string> Inputs(ModelVersion version) =>
        Core.CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson).Preprocessing.Inputs.Select(i => i.Name);

    /// <summary>Rows with x from 0 to 5.5 in halves, a colour and an outcome.</summary>
    private static MemoryStream Labelled(int rows, Func<int, string> outcome) => new(Encoding.UTF8.GetBytes("x,colour,outcome\n" + string.Concat(Enumerable.Range(0, rows).Select(row =>
        FormattableString.Invariant($"{row % 12 * 0.5},{row % 5},{outcome(row)}\n")))));
}
