using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>A model in service and the running writer, on real files.</summary>
internal sealed class TelemetryFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2001, 2, 3, 6, 0, 0, TimeSpan.Zero);

    private readonly TestInstallation installation;
    private CancellationTokenSource stop = new();
    private Thread writer;

    private TelemetryFixture(TestInstallation installation, ServedModel model)
    {
        (this.installation, Model) = (installation, model);
        writer = Write();
    }

    public ServedModel Model { get; }

    public TelemetryStore Store => installation.Get<TelemetryStore>();

    public MonitoringQueries Queries => installation.Get<MonitoringQueries>();

    public T Get<T>() where T : notnull => installation.Get<T>();

    /// <param name="reference">What the version learnt from; null: nothing is known.</param>
    /// <param name="rows">The sample of rows in its package; null: none.</param>
    /// <param name="services">Takes the place of what is usual.</param>
    /// <param name="prepare">Runs before the writer opens its file.</param>
    public static async Task<TelemetryFixture> StartAsync(int windowSeconds = 60, Func<Preprocessing, ReferenceProfile>? reference = null, Func<Preprocessing, ReferenceRows>? rows = null,
        Action<IServiceCollection>? services = null, Action<DataDirectory>? prepare = null)
    {
        var started = await TestInstallation.StartAsync(collection =>
        {
            collection.AddLogging();
            services?.Invoke(collection);
        });
        prepare?.Invoke(started.Get<DataDirectory>());
        var manifest = new ModelManifest(1, "flights", ModelTask.BinaryClassification,
            new([new("distance", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA"])]), ["false", "true"], 0.5, "xgboost", null, "model.ubj", reference is null ? null : ReferenceProfile.FileName, null,
            new Dictionary<string, double> { ["roc_auc"] = 0.7 }, [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []) { ReferenceRowsFile = rows is null ? null : ReferenceRows.FileName };
        var folder = Directory.CreateDirectory(Path.Combine(started.Get<DataDirectory>().Packages, new string('a', 64)));
        if (rows is not null)
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, ReferenceRows.FileName), rows(manifest.Preprocessing).Serialize());
        if (reference is not null)
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, ReferenceProfile.FileName), reference(manifest.Preprocessing).Serialize());

        await using var db = await started.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var model = new RegisteredModel { Name = "flights", WindowSeconds = windowSeconds, CreatedAt = DateTimeOffset.UnixEpoch };
        model.Versions.Add(new() { Number = 1, Digest = new string('a', 64), ManifestJson = Core.CanonicalJson.Serialize(manifest), Source = "trained", CreatedBy = "test", CreatedAt = DateTimeOffset.UnixEpoch });
        db.Models.Add(model);
        await db.SaveChangesAsync();
        return new(started, new(model.Id, "flights", model.Versions[0].Id, 1, model.Versions[0].Digest, manifest, new NoScorer()));
    }

    /// <summary>A prediction some minutes after the start.</summary>
    public PredictionRecord Record(string id, double minutes = 0, float score = 0.4f, double label = double.NaN, double distance = 1234.5, string carrier = "B6")
    {
        InputValue[] inputs = [InputValue.OfNumber(distance), Model.Encoder.Category(1, carrier)];
        var features = new float[2];
        Model.Encoder.Encode(inputs, features);
        return new()
        {
            Model = Model, Id = id, ArrivedAt = DateTimeOffset.UtcNow, EventTime = Start.AddMinutes(minutes), Inputs = inputs, Features = features, Outputs = [score], LatencyMicroseconds = 50, Label = label,
        };
    }

    public Task<LabelResult> LabelAsync(params LabelItem[] items) => Store.LabelAsync(Model.ModelId, Model.Name, items, default);

    public async Task<ModelSeries> SeriesAsync(double hours = 1) => (await Queries.SeriesAsync("flights", null, Start, Start.AddHours(hours), 400, default))!;

    public void Stop()
    {
        stop.Cancel();
        writer.Join();
    }

    /// <summary>The writer starts again on what it left behind.</summary>
    public void Restart()
    {
        Stop();
        stop.Dispose();
        stop = new();
        writer = Write();
    }

    /// <summary>Waits until a segment's windows count all of the log.</summary>
    public async Task FilledAsync(int segment)
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            if ((await Queries.SegmentFillsAsync("flights", default))!.Any(fill => fill.Segment == segment && fill.Share >= 1))
                return;
            await Task.Delay(20);
        }

        Assert.Fail($"Segment {segment} was not filled within a minute.");
    }

    /// <summary>The one value that a query of the telemetry file gives.</summary>
    public object? Scalar(string sql)
    {
        using var connection = Get<TelemetryDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        stop.Dispose();
        await installation.DisposeAsync();
    }

    private Thread Write()
    {
        var token = stop.Token;
        var thread = new Thread(() => Store.Run(token));
        thread.Start();
        return thread;
    }

    private sealed class NoScorer : Scorer
    {
        public override int FeatureCount => 2;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => throw new InvalidOperationException("Nothing is scored in these tests.");
    }
}
