using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Tests.Hosting.Jobs;

public sealed class RetrainTests
{
    [Fact]
    public async Task Retraining_on_a_dataset_version_takes_the_champions_parameters_and_compares_on_the_same_rows()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.AddFlightsAsync();
        await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(first)));
        Assert.Null((await host.Get<ChampionSwitch>().PromoteAsync(new("delays", "test", "", 0), 1, CancellationToken.None)).Error);
        var second = await host.AddFlightsAsync(seed: 2);

        var response = await host.Client.PostAsync("/api/v1/models/delays/retrain", JsonContent.Create(new { datasetVersion = second.ContentHash, parameters = new { rounds = 12 } }));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var job = await host.WaitForEndAsync(id);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        var spec = CanonicalJson.Deserialize<TrainingSpec>(job.SpecJson);
        Assert.Equal((12, 3, "delay > 15"), (spec.Parameters.Rounds, spec.Parameters.MaxDepth, spec.Target));
        var version = (await host.Get<ModelRegistry>().FindVersionAsync("delays", "2", CancellationToken.None)).Value;
        var comparison = CanonicalJson.Deserialize<ChallengerComparison>(version.ComparisonJson!);
        var manifest = CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson);
        Assert.Equal(1, comparison.ChampionVersion);
        Assert.Equal(manifest.Metrics["roc_auc"], comparison.ChallengerMetrics["roc_auc"]);
        Assert.InRange(comparison.ChampionMetrics["roc_auc"], 0.5, 1);
        Assert.Equal(600, comparison.Rows);
    }

    [Fact]
    public async Task A_window_without_labelled_predictions_is_refused_with_their_number()
    {
        await using var host = await TestHost.StartAsync();
        await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(await host.AddFlightsAsync(rows: 500), rounds: 5)));

        var response = await host.Client.PostAsync("/api/v1/models/delays/retrain", JsonContent.Create(new { window = new { from = "2001-02-01T00:00:00Z", to = "2001-03-01T00:00:00Z" } }));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("window", problem.GetProperty("field").GetString());
        Assert.Contains("has 0", problem.GetProperty("expected").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "datasetVersion")]
    [InlineData("""{"datasetVersion":"a","parameters":{"speed":1}}""", "parameters.speed")]
    [InlineData("""{"datasetVersion":"0000"}""", "datasetVersion")]
    public async Task A_request_that_cannot_be_is_refused_by_field(string body, string field)
    {
        await using var host = await TestHost.StartAsync();
        await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(await host.AddFlightsAsync(rows: 500), rounds: 5)));

        var response = await host.Client.PostAsync("/api/v1/models/delays/retrain", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(field, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.PostAsync("/api/v1/models/nobody/retrain", new StringContent("""{"datasetVersion":"a"}""", System.Text.Encoding.UTF8, "application/json"))).StatusCode);
    }
}
