using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Tests.Hosting.Jobs;

public sealed class TrainingJobTests
{
    [Fact]
    public async Task A_training_becomes_a_challenger_with_its_run_and_its_evaluation()
    {
        await using var host = await TestHost.StartAsync();
        var version = await host.AddFlightsAsync();

        var job = await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(version)));

        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        Assert.Equal(1, job.VersionNumber);
        var challenger = (await host.Get<ModelRegistry>().FindVersionAsync("delays", ModelAlias.Challenger, CancellationToken.None)).Value;
        var manifest = CanonicalJson.Deserialize<ModelManifest>(challenger.ManifestJson);
        Assert.InRange(manifest.Metrics["roc_auc"], 0.7, 1);
        Assert.Equal(job.RunId, challenger.RunId);
        Assert.Equal(["false", "true"], manifest.Classes);
        Assert.Equal("delay", manifest.TargetColumn);
        Assert.Equal(manifest.Preprocessing.Features.Count, manifest.Importance.Count);

        var queries = host.Get<RunQueries>();
        var run = (await queries.FindAsync(job.RunId!, CancellationToken.None))!;
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Contains(run.Metrics, metric => metric.Key == "roc_auc" && metric.Value == manifest.Metrics["roc_auc"]);
        var history = await queries.HistoryAsync(run.Id, null, -1, CancellationToken.None);
        Assert.Contains(history, metric => metric.Key.StartsWith("train_", StringComparison.Ordinal) && metric.Steps.Count == 30);
        Assert.Contains(history, metric => metric.Key.StartsWith("validation_", StringComparison.Ordinal) && metric.Steps.Count == 30);
        Assert.Superset(new HashSet<string> { "evaluation.json", "output.log", "model.json" }, queries.Artifacts(run.Id).Select(artifact => artifact.Name).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_specification_gives_the_same_model_file()
    {
        await using var host = await TestHost.StartAsync();
        var spec = TrainingHost.Spec(await host.AddFlightsAsync()) with { Split = new(Core.Training.SplitKind.Random) };
        spec = spec with { Parameters = spec.Parameters with { Subsample = 0.7, ColumnSample = 0.7 } };

        var files = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var job = await host.WaitForEndAsync(await host.SubmitAsync(spec));
            var version = (await host.Get<ModelRegistry>().FindVersionAsync("delays", $"{job.VersionNumber}", CancellationToken.None)).Value;
            var manifest = CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson);
            files.Add(manifest.Files.Single(file => file.Name == manifest.ModelFile).Sha256);
        }

        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public async Task A_job_shows_its_steps_its_log_and_its_specification()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.SubmitAsync(TrainingHost.Spec(await host.AddFlightsAsync()));
        await host.WaitForEndAsync(id);

        var detail = await host.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{id}");

        Assert.Equal("succeeded", detail.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal("delay > 15", detail.GetProperty("spec").GetProperty("target").GetString());
        var log = detail.GetProperty("log").EnumerateArray().Select(line => line.GetString()!).ToArray();
        Assert.Contains(log, line => line.Contains("rows train", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("Evaluating on", StringComparison.Ordinal));
    }
}
