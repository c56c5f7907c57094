using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;
using Dashboard.Web.Explanations;
using Dashboard.Web.Tests.Hosting.Jobs;
using Dashboard.XGBoost;

namespace Dashboard.Web.Tests.Explanations;

/// <summary>Explanations of logged predictions of models that were trained here, against the library itself.</summary>
public sealed class PredictionExplainerTests
{
    [Theory]
    [InlineData(BoosterKind.BoostedTrees)]
    [InlineData(BoosterKind.Linear)]
    public async Task Contributions_agree_with_the_library_sum_to_the_margin_and_average_to_the_importance(BoosterKind kind)
    {
        await using var host = await TestHost.StartAsync();
        var dataset = await host.AddFlightsAsync();
        var spec = TrainingHost.Spec(dataset);
        var served = await TrainAsync(host, spec with { Parameters = spec.Parameters with { Booster = kind } });
        var rows = HeldOut(host, dataset.ContentHash, spec, served);
        await LogAsync(host, served, rows);

        using var booster = TrainedBooster.Load((await host.Get<PackageStore>().ReadAsync(served.Digest, default)).Value.Model.ToArray());
        var width = served.Encoder.Width;
        var encoded = new float[rows.Count * width];
        for (var i = 0; i < rows.Count; i++)
            served.Encoder.Encode(rows[i], encoded.AsSpan(i * width, width));
        var expected = booster.Contributions(new MatrixData(encoded, rows.Count, width));

        var explainer = host.Get<PredictionExplainer>();
        var sums = new Dictionary<string, double>();
        for (var i = 0; i < rows.Count; i++)
        {
            var explained = (await explainer.ExplainAsync("delays", $"row {i}", default)).Value;
            Assert.Null(explained.Problem);
            Assert.False(explained.Differs);
            var output = Assert.Single(explained.Outputs);
            foreach (var (contribution, feature) in output.Contributions.Select(one => (one, served.Manifest.Preprocessing.Features.ToList().FindIndex(feature => feature.Name == one.Feature))))
            {
                Assert.Equal(expected[(i * (width + 1)) + feature], contribution.Amount, 1e-6);
                sums[contribution.Feature] = sums.GetValueOrDefault(contribution.Feature) + Math.Abs(contribution.Amount);
            }

            Assert.Equal(expected[(i * (width + 1)) + width], output.BaseValue, 1e-6);
            Assert.Equal(explained.Entry.Outputs[0], 1 / (1 + Math.Exp(-output.Margin)), 1e-5);
        }

        // The manifest's importance is the mean over the same held-out rows.
        foreach (var importance in served.Manifest.Importance)
            Assert.Equal(importance.MeanAbsoluteShap, sums[importance.Feature] / rows.Count, 1e-5);
    }

    [Fact]
    public async Task An_explanation_tells_of_reference_ground_truth_and_champion_over_the_api()
    {
        await using var host = await TestHost.StartAsync();
        var dataset = await host.AddFlightsAsync();
        var first = await TrainAsync(host, TrainingHost.Spec(dataset));
        InputValue[] row = [InputValue.OfTimestamp(new(2001, 1, 28, 20, 15, 0)), InputValue.OfNumber(5000), first.Encoder.Category(2, "XYZ"), InputValue.OfBoolean(true)];
        await LogAsync(host, first, [row]);
        await host.Get<TelemetryStore>().LabelAsync(first.ModelId, "delays", [new("row 0", 1, null)], default);

        var before = await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/models/delays/predictions/row%200");
        Assert.Equal("true", before.GetProperty("prediction").GetProperty("groundTruth").GetString());
        Assert.Equal("2001-01-28T20:15:00", before.GetProperty("prediction").GetProperty("inputs").GetProperty("date").GetString());
        Assert.StartsWith("delay > 15 (0.", before.GetProperty("summary").GetString());
        var features = before.GetProperty("features").EnumerateArray().ToDictionary(feature => feature.GetProperty("name").GetString()!);
        Assert.Equal(("date", "20"), (features["hour"].GetProperty("input").GetString(), features["hour"].GetProperty("value").GetString()));
        Assert.InRange(features["hour"].GetProperty("reference").GetProperty("share").GetDouble(), 0.02, 0.07);
        Assert.True(features["origin"].GetProperty("reference").GetProperty("isNew").GetBoolean());
        Assert.Equal((1, true), (features["distance"].GetProperty("reference").GetProperty("percentile").GetDouble(), features["distance"].GetProperty("reference").GetProperty("isNew").GetBoolean()));
        Assert.Equal(first.Encoder.Width, before.GetProperty("outputs")[0].GetProperty("contributions").GetArrayLength());
        Assert.False(before.TryGetProperty("champion", out _));

        // Another version, of other inputs, becomes champion.
        var second = await TrainAsync(host, TrainingHost.Spec(dataset, rounds: 5) with { Features = ["date", "distance"] });
        var after = await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/models/delays/predictions/row%200");
        var champion = after.GetProperty("champion");
        var outputs = new float[1];
        var encoded = new float[second.Encoder.Width];
        second.Encoder.Encode(row.AsSpan(0, 2), encoded);
        second.Scorer.Score(encoded, outputs);
        Assert.Equal((2, outputs[0]), (champion.GetProperty("version").GetInt32(), champion.GetProperty("outputs")[0].GetSingle()));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await host.Client.GetAsync("/api/v1/models/delays/predictions/nobody/knows")).StatusCode);
    }

    [Fact]
    public async Task Of_many_classes_each_is_explained_and_the_predicted_one_leads()
    {
        await using var host = await TestHost.StartAsync();
        var served = await TrainAsync(host, TrainingHost.Spec(await host.AddFlightsAsync(), rounds: 5) with { Target = "origin", Features = ["date", "distance", "carrier_ok"] });
        await LogAsync(host, served, [[InputValue.OfTimestamp(new(2001, 1, 28, 20, 15, 0)), InputValue.Missing, InputValue.OfBoolean(true)]]);

        var explained = (await host.Get<PredictionExplainer>().ExplainAsync("delays", "row 0", default)).Value;

        Assert.Equal(6, explained.Outputs.Count);
        Assert.Equal(served.Manifest.Classes, explained.Outputs.Select(output => output.Class));
        Assert.Equal(explained.Entry.PredictedClass, explained.Leading);
        var total = explained.Outputs.Sum(output => Math.Exp(output.Margin));
        Assert.All(explained.Outputs.Zip(explained.Entry.Outputs), pair => Assert.Equal(pair.Second, Math.Exp(pair.First.Margin) / total, 1e-5));
        Assert.StartsWith($"{served.Manifest.Classes[explained.Leading]} 0.", explained.Sentence);
    }

    [Fact]
    public async Task A_package_that_was_damaged_leaves_everything_but_the_contributions()
    {
        await using var host = await TestHost.StartAsync();
        var served = await TrainAsync(host, TrainingHost.Spec(await host.AddFlightsAsync(), rounds: 5));
        await LogAsync(host, served, [[InputValue.OfTimestamp(new(2001, 1, 28, 20, 15, 0)), InputValue.OfNumber(500), InputValue.OfCode(0), InputValue.Missing]]);
        await File.WriteAllTextAsync(Path.Combine(new DataDirectory(host.DataDirectory).Packages, served.Digest, served.Manifest.ModelFile), "{}");

        var explained = (await host.Get<PredictionExplainer>().ExplainAsync("delays", "row 0", default)).Value;

        Assert.Empty(explained.Outputs);
        Assert.Contains(served.Manifest.ModelFile, explained.Problem!.Message);
        Assert.Matches(@"^delay [>≤] 15 \(0\.\d\d\)$", explained.Sentence);
        Assert.Equal(["20", "Sun"], explained.Features.Take(2).Select(feature => feature.Value));
    }

    [Fact]
    public async Task An_observation_that_was_predicted_elsewhere_is_told_apart_from_what_is_computed_here()
    {
        await using var host = await TestHost.StartAsync();
        var served = await TrainAsync(host, TrainingHost.Spec(await host.AddFlightsAsync(), rounds: 5));
        InputValue[] row = [InputValue.OfTimestamp(new(2001, 1, 28, 20, 15, 0)), InputValue.OfNumber(500), InputValue.OfCode(0), InputValue.Missing];
        var record = Record(served, "elsewhere", row);
        record.Outputs[0] = 0.123f;
        await host.Get<TelemetryStore>().AppendAsync([record], default);

        var explained = (await host.Get<PredictionExplainer>().ExplainAsync("delays", "elsewhere", default)).Value;

        Assert.True(explained.Differs);
        Assert.Equal(0.123, explained.Entry.Score, 1e-6);
        Assert.Equal(explained.Computed![0], explained.Outputs[0].Output);
    }

    private static async Task<ServedModel> TrainAsync(TestHost host, TrainingSpec spec)
    {
        var job = await host.WaitForEndAsync(await host.SubmitAsync(spec));
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        var promoted = await host.Client.PostAsJsonAsync("/api/v1/models/delays/promote", new { version = job.VersionNumber });
        Assert.True(promoted.IsSuccessStatusCode, await promoted.Content.ReadAsStringAsync());
        return host.Get<Router>().Current.Models["delays"].Champion!;
    }

    private static Task<ObservationResult> LogAsync(TestHost host, ServedModel served, IReadOnlyList<InputValue[]> rows) =>
        host.Get<TelemetryStore>().AppendAsync([.. rows.Select((row, i) => Record(served, $"row {i}", row))], default);

    private static PredictionRecord Record(ServedModel served, string id, InputValue[] row)
    {
        var (encoded, outputs) = (new float[served.Encoder.Width], new float[served.Scorer.OutputCount]);
        served.Encoder.Encode(row, encoded);
        served.Scorer.Score(encoded, outputs);
        return new() { Model = served, Id = id, ArrivedAt = DateTimeOffset.UtcNow, EventTime = DateTimeOffset.UtcNow, Inputs = row, Features = encoded, Outputs = outputs, LatencyMicroseconds = 20 };
    }

    /// <summary>The rows that the training held out: the last ones, since the split is by time and the file is in order of time.</summary>
    private static List<InputValue[]> HeldOut(TestHost host, string contentHash, TrainingSpec spec, ServedModel served)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(new DataDirectory(host.DataDirectory).Datasets, contentHash + ".csv.gz")), CompressionMode.Decompress));
        var lines = file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var columns = lines[0].Split(',').ToList();
        var held = (int)Math.Round((lines.Length - 1) * spec.Split.TestShare, MidpointRounding.AwayFromZero);
        return [.. lines.TakeLast(held).Select(line => line.Split(',')).Select(cells => served.Manifest.Preprocessing.Inputs.Select((input, i) => Value(served, i, input.Type, cells[columns.IndexOf(input.Name)])).ToArray())];
    }

    private static InputValue Value(ServedModel served, int input, InputType type, string cell) => cell.Length == 0 ? InputValue.Missing : type switch
    {
        InputType.Number => InputValue.OfNumber(double.Parse(cell, CultureInfo.InvariantCulture)),
        InputType.Boolean => InputValue.OfBoolean(cell == "true"),
        InputType.Timestamp => WallTime.TryParse(cell, out var time) ? InputValue.OfTimestamp(time) : throw new FormatException(cell),
        _ => served.Encoder.Category(input, cell),
    };
}
