using System.Text;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>A model with one feature whose versions may carry estimators, and the running writer, on real files.</summary>
internal sealed class EstimationFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2001, 2, 3, 6, 0, 0, TimeSpan.Zero);

    private readonly TestInstallation installation;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread writer;

    private EstimationFixture(TestInstallation installation, IReadOnlyList<ServedModel> versions)
    {
        (this.installation, Versions) = (installation, versions);
        writer = new Thread(() => Store.Run(stop.Token));
        writer.Start();
    }

    public IReadOnlyList<ServedModel> Versions { get; }

    public TelemetryStore Store => installation.Get<TelemetryStore>();

    public MonitoringQueries Queries => installation.Get<MonitoringQueries>();

    public T Get<T>() where T : notnull => installation.Get<T>();

    /// <summary>Starts with a version for each set of files.</summary>
    public static async Task<EstimationFixture> StartAsync(ModelTask task, IReadOnlyList<string> classes, IReadOnlyDictionary<string, double> metrics, params IReadOnlyDictionary<string, byte[]>[] versions)
    {
        var started = await TestInstallation.StartAsync(services => services.AddLogging());
        var model = new RegisteredModel { Name = "m", WindowSeconds = 60, CreatedAt = DateTimeOffset.UnixEpoch };
        var manifests = new List<ModelManifest>();
        foreach (var files in versions)
        {
            var digest = new string((char)('a' + manifests.Count), 64);
            string? Listed(string name) => files.ContainsKey(name) ? name : null;
            manifests.Add(new(1, "m", task, new([new("x", InputType.Number, [])]), classes, 0.5, "xgboost", null, "model.json", null, null, metrics, [], null, null, null, null, null, null, "1", DateTimeOffset.UnixEpoch, [],
                Listed(EstimatorDefinition.FileName), null, Listed(EstimatorDefinition.AbsoluteLossFile), Listed(EstimatorDefinition.SquaredLossFile)));
            Directory.CreateDirectory(Path.Combine(started.Directory.Packages, digest));
            foreach (var (name, content) in files)
                await File.WriteAllBytesAsync(Path.Combine(started.Directory.Packages, digest, name), content);
            model.Versions.Add(new() { Number = manifests.Count, Digest = digest, ManifestJson = CanonicalJson.Serialize(manifests[^1]), Source = "trained", CreatedBy = "test", CreatedAt = DateTimeOffset.UnixEpoch });
        }

        await using var db = await started.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        db.Models.Add(model);
        await db.SaveChangesAsync();
        return new(started, [.. model.Versions.Select((version, i) => new ServedModel(model.Id, "m", version.Id, version.Number, version.Digest, manifests[i], new NoScorer()))]);
    }

    public Task AppendAsync(int version, IEnumerable<(double Minutes, float Feature, float[] Outputs)> predictions) =>
        Store.AppendAsync([.. predictions.Select((prediction, i) => new PredictionRecord
        {
            Model = Versions[version], Id = $"{version}-{prediction.Minutes:R}-{i}", ArrivedAt = DateTimeOffset.UtcNow, EventTime = Start.AddMinutes(prediction.Minutes), Inputs = [InputValue.OfNumber(prediction.Feature)],
            Features = [prediction.Feature], Outputs = prediction.Outputs, LatencyMicroseconds = 50,
        })], default);

    public Task LabelAsync(IEnumerable<LabelItem> items) => Store.LabelAsync(Versions[0].ModelId, "m", [.. items], default);

    public async Task<ModelSeries> SeriesAsync(int? version = null) => (await Queries.SeriesAsync("m", version, Start, Start.AddHours(1), 400, default))!;

    public async ValueTask DisposeAsync()
    {
        stop.Cancel();
        writer.Join();
        stop.Dispose();
        await installation.DisposeAsync();
    }

    /// <summary>A model of two inputs as XGBoost writes it: one number where the second lies below a half, another where it does not.</summary>
    public static byte[] Loss(double below, double above) => Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""
        {"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],
         "learner_model_param":{"base_score":"0","num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"reg:squarederror"},
         "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[1,0,0],"split_conditions":[0.5,{{below}},{{above}}],"default_left":[1,0,0],"split_type":[0,0,0],
           "categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"tree_param":{"num_nodes":"3","size_leaf_vector":"0"} }] } } } }
        """));

    private sealed class NoScorer : Scorer
    {
        public override int FeatureCount => 1;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => throw new InvalidOperationException("Nothing is scored in these tests.");
    }
}
