using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dashboard.Cli.Worker;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;

namespace Dashboard.Cli.Tests.Worker;

/// <summary>The worker as its host sees it: a process with three pipes.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-worker-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_ends_by_itself_when_its_host_has_gone()
    {
        WriteSpec(rounds: 10_000);
        using var worker = Start();
        Assert.NotNull(await FirstAsync<MetricMessage>(worker));

        worker.StandardInput.Close();

        await worker.WaitForExitAsync(Deadline);
        Assert.True(worker.HasExited);
    }

    [Fact]
    public async Task It_stops_when_it_is_asked_to_and_says_that_it_was_cancelled()
    {
        WriteSpec(rounds: 10_000);
        using var worker = Start();
        Assert.NotNull(await FirstAsync<MetricMessage>(worker));

        await worker.StandardInput.WriteLineAsync(WorkerCancel.Line);

        var failed = await FirstAsync<FailedMessage>(worker);
        Assert.True(failed!.Cancelled);
        await worker.WaitForExitAsync(Deadline);
        Assert.Equal(1, worker.ExitCode);
    }

    [Theory]
    [InlineData(ModelTask.Regression, "value", BoosterKind.BoostedTrees, "rmse")]
    [InlineData(ModelTask.MulticlassClassification, "kind", BoosterKind.BoostedTrees, "macro_roc_auc")]
    [InlineData(ModelTask.BinaryClassification, "value > 50", BoosterKind.RandomForest, "roc_auc")]
    [InlineData(ModelTask.BinaryClassification, "value > 50", BoosterKind.Linear, "roc_auc")]
    public async Task Every_task_and_booster_ends_in_a_package_with_its_metrics(ModelTask task, string target, BoosterKind booster, string metric)
    {
        WriteSpec(rounds: 10, target, task, booster);
        using var worker = Start();

        var done = await FirstAsync<DoneMessage>(worker);

        Assert.NotNull(done);
        Assert.True(done.Metrics.ContainsKey(metric), string.Join(", ", done.Metrics.Keys));
        var package = await PackageFolder.ReadAsync(Path.Combine(folder, "out", WorkerOutputFiles.Package), null, CancellationToken.None);
        Assert.Equal(task, package.Value.Manifest.Task);
        var reference = ReferenceProfile.Deserialize(package.Value.Reference!.Value.Span).Value;
        Assert.Equal(done.TrainRows + done.ValidationRows + done.TestRows, reference.Profile.Rows);
        Assert.Equal(reference.Profile.Rows, reference.Profile.Output.Labelled);
        Assert.Equal(reference.Profile.Rows, reference.Blocks.Blocks.Sum(block => block.Counts.Labelled));
        var rows = ReferenceRows.Deserialize(package.Value.ReferenceRows!.Value.Span).Value;
        Assert.Equal(done.TestRows, rows.Count);
        Assert.Null(rows.Check(package.Value.Manifest));
        Assert.All(rows.Labels, label => Assert.False(double.IsNaN(label)));
        Assert.Equal(package.Value.Manifest.Preprocessing.Inputs.Select(input => input.Name), rows.Inputs.Select(input => input.Name));
        AssertEstimates(package.Value, done);
        worker.StandardInput.Close();
        await worker.WaitForExitAsync(Deadline);
    }

    /// <summary>The error grows with the kind. Fresh rows of the worst kind alone: the estimate must follow, though nobody says what came.</summary>
    [Fact]
    public async Task A_regressions_expected_error_follows_where_its_inputs_go()
    {
        WriteSpec(rounds: 40, "value", ModelTask.Regression, rows: 6_000, noise: kind => 4 + (kind * 12));
        using var worker = Start();
        var done = await FirstAsync<DoneMessage>(worker);
        Assert.NotNull(done);
        var package = (await PackageFolder.ReadAsync(Path.Combine(folder, "out", WorkerOutputFiles.Package), null, CancellationToken.None)).Value;
        worker.StandardInput.Close();
        await worker.WaitForExitAsync(Deadline);

        var (layout, estimator) = Estimator(package);
        var model = XGBoostModelReader.Read(package.Model).Value.Scorer;
        var encoder = new FeatureEncoder(package.Manifest.Preprocessing);
        var random = new Random(9);
        var window = new WindowProfile(layout);
        var changes = new List<ProfileChange>();
        for (var i = 0; i < 1_000; i++)
        {
            var x = random.NextDouble() * 100;
            var (features, output) = (new float[encoder.Width], new float[1]);
            encoder.Encode([InputValue.OfTimestamp(new DateTime(2001, 6, 1).AddHours(i)), InputValue.OfNumber(x), encoder.Category(2, "C")], features);
            model.Score(features, output);
            changes.Add(ProfileChange.Prediction(features, output, (x * 0.8) + 20 + (random.NextDouble() * 28)));
        }

        window.Apply(changes.ToArray());
        window.Estimate(estimator, changes.ToArray());
        var estimate = EstimatedMetrics.Of(estimator.Expect(window.Output, window.Estimates)!, window.Rows)!;
        var realised = ProfileMetrics.Of(window.Output);

        Assert.True(realised["mae"] > 1.4 * done.Metrics["mae"], $"{realised["mae"]} of this kind, {done.Metrics["mae"]} of all");
        foreach (var key in (string[])["mae", "rmse"])
            Assert.InRange(realised[key], estimate[key]!.Value.Low - (0.05 * realised[key]), estimate[key]!.Value.High + (0.05 * realised[key]));
    }

    [Fact]
    public void A_line_that_is_no_message_is_a_line_of_the_log()
    {
        Assert.Equal(new LogMessage("[12:00:00] WARNING: something native"), WorkerMessage.Parse("[12:00:00] WARNING: something native"));
        Assert.Equal(new LogMessage("{\"type\":\"unheard-of\"}"), WorkerMessage.Parse("{\"type\":\"unheard-of\"}"));
        Assert.Equal(new StepMessage("Training", 0.5), WorkerMessage.Parse(new StepMessage("Training", 0.5).ToLine()));
    }

    /// <summary>The package's estimator, as a window would use it, on the held-out rows themselves: it expects about what was realised.</summary>
    private static void AssertEstimates(ModelPackage package, DoneMessage done)
    {
        var (layout, estimator) = Estimator(package);
        var definition = estimator.Definition;
        var rows = ReferenceRows.Deserialize(package.ReferenceRows!.Value.Span).Value;
        var window = new WindowProfile(layout);
        ProfileChange[] changes = [.. Enumerable.Range(0, rows.Count).Select(row => ProfileChange.Prediction(rows.FeaturesOf(row).ToArray(), rows.OutputsOf(row).ToArray()))];
        window.Apply(changes);
        window.Estimate(estimator, changes);

        var estimate = EstimatedMetrics.Of(estimator.Expect(window.Output, window.Estimates)!, window.Rows)!;

        Assert.Equal(done.TestRows, definition.Rows);
        Assert.True(estimate.Figures.Count >= 3);
        foreach (var (key, figure) in estimate.Figures.Where(pair => pair.Key is not ("mcc" or "cohen_kappa" or "log_loss")))
        {
            Assert.InRange(done.Metrics[key], figure.Low - (0.02 * Math.Abs(figure.Value)), figure.High + (0.02 * Math.Abs(figure.Value)));
            Assert.True(definition.Checks.ContainsKey(key), key);
        }
    }

    private static (ProfileLayout Layout, PerformanceEstimator Estimator) Estimator(ModelPackage package)
    {
        var manifest = package.Manifest;
        var layout = ReferenceProfile.Deserialize(package.Reference!.Value.Span).Value.Layout;
        var definition = EstimatorReader.Read(package.Files[manifest.EstimatorFile!].Span, layout.Output).Value;
        var losses = manifest.AbsoluteLossFile is null ? null : new LossModels(
            XGBoostModelReader.Read(package.Files[manifest.AbsoluteLossFile]).Value.Scorer, XGBoostModelReader.Read(package.Files[manifest.SquaredLossFile!]).Value.Scorer);
        return (layout, PerformanceEstimator.Create(definition, layout.Output, manifest.Preprocessing.Features.Count, losses).Value);
    }

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;

    private void WriteSpec(int rounds, string target = "value > 50", ModelTask? task = null, BoosterKind booster = BoosterKind.BoostedTrees, int rows = 1_500, Func<int, double>? noise = null)
    {
        var random = new Random(1);
        var csv = new StringBuilder("when,x,kind,value\n");
        for (var i = 0; i < rows; i++)
        {
            var (x, kind) = (random.NextDouble() * 100, random.Next(3));
            csv.AppendLine(CultureInfo.InvariantCulture, $"{new DateTime(2001, 1, 1).AddHours(i):yyyy-MM-ddTHH:mm:ss},{x:R},{"ABC"[kind]},{(x * 0.8) + (kind * 10) + (random.NextDouble() * (noise?.Invoke(kind) ?? 10)):R}");
        }

        var file = Path.Combine(folder, "data.csv");
        File.WriteAllText(file, csv.ToString());
        var output = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName;
        string[] features = target == "kind" ? ["when", "x", "value"] : ["when", "x", "kind"];
        var training = new TrainingSpec("m", "e", "hash", target, features, new(SplitKind.Random), new(booster, Rounds: rounds, EarlyStoppingRounds: 0, MaxDepth: 3, ParallelTrees: 20), task);
        new WorkerSpec("run", training, new([new("when", ColumnType.Timestamp), new("x", ColumnType.Number), new("kind", ColumnType.Category), new("value", ColumnType.Number)]),
            file, rows, output, null, null, 1).Write(folder);
    }

    private Process Start()
    {
        var launcher = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return Process.Start(new ProcessStartInfo(launcher, [Path.Combine(AppContext.BaseDirectory, "dashboard.dll"), "worker", folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task<T?> FirstAsync<T>(Process worker)
        where T : WorkerMessage
    {
        while (await worker.StandardOutput.ReadLineAsync(Deadline) is { } line)
        {
            if (WorkerMessage.Parse(line) is T found)
                return found;
            if (WorkerMessage.Parse(line) is FailedMessage failed)
                Assert.Fail(failed.Error);
        }

        return null;
    }
}
