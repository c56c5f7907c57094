using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Tests.Kit;
using Dashboard.Web.Tests.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Models;

/// <summary>Tabs of a model over a real log with its running writer: a model of two inputs, with a reference or without.</summary>
public abstract class LoggedModel : PageTest, IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2001, 2, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-tabs-").FullName;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread writer;
    private Core.Serving.ServedModel served = null!;

    protected LoggedModel()
    {
        Services.AddLogging();
        Services.AddDashboardStorage(new DataDirectory(folder));
        writer = new Thread(() => Store.Run(stop.Token));
    }

    protected TelemetryStore Store => Services.GetRequiredService<TelemetryStore>();

    protected MonitoringQueries Queries => Services.GetRequiredService<MonitoringQueries>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        writer.Start();
    }

    public new async Task DisposeAsync()
    {
        await stop.CancelAsync();
        writer.Join();
        await base.DisposeAsync();
        stop.Dispose();
        await DataFolder.DeleteAsync(folder);
    }

    /// <summary>Registers the model and puts it in charge.</summary>
    protected async Task RegisterAsync(ModelTask task = ModelTask.BinaryClassification, bool reference = true)
    {
        var inputs = new Preprocessing([new("distance", InputType.Number, []), new("origin", InputType.Category, ["LAX", "ORD"])]);
        string[] classes = task switch { ModelTask.Regression => [], ModelTask.MulticlassClassification => ["early", "on time", "late"], _ => ["on time", "late"] };
        var manifest = new ModelManifest(1, "flights", task, inputs, classes, 0.5, "xgboost", null, "model.ubj", reference ? ReferenceProfile.FileName : null, null, new Dictionary<string, double>(), [new("origin", 0.7, null), new("distance", 0.3, null)],
            null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, [], ReferenceRowsFile: reference ? ReferenceRows.FileName : null);
        var files = new Dictionary<string, byte[]> { ["model.ubj"] = [1] };
        if (reference)
            (files[ReferenceProfile.FileName], files[ReferenceRows.FileName]) = Reference(inputs, task, classes);
        var package = ModelPackage.Create(manifest, files).Value;
        var registry = Services.GetRequiredService<ModelRegistry>();
        var version = (await registry.RegisterAsync(new("flights", package, "trained", "test"), default)).Value;
        await using var db = await Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        db.ModelAliases.Add(new() { ModelId = version.ModelId, Alias = ModelAlias.Champion, VersionId = version.Id });
        await db.SaveChangesAsync();
        served = new(version.ModelId, "flights", version.Id, 1, version.Digest, package.Manifest, ServedModels.Doubles.Scorer);
    }

    /// <summary>Predictions every six minutes; of ORD every second one.</summary>
    /// <param name="label">NaN: no ground truth.</param>
    protected Task<ObservationResult> SendAsync(int rows, Func<int, float[]>? outputs = null, Func<int, double>? label = null, Func<int, double>? distance = null, Func<int, string>? origin = null) => Store.AppendAsync([.. Enumerable.Range(0, rows).Select(i =>
    {
        InputValue[] inputs = [InputValue.OfNumber(distance?.Invoke(i) ?? (i * 37 % 1000) + 1), served.Encoder.Category(1, origin?.Invoke(i) ?? (i % 2 == 0 ? "LAX" : "ORD"))];
        var features = new float[2];
        served.Encoder.Encode(inputs, features);
        return new PredictionRecord
        {
            Model = served, Id = $"row-{i}", ArrivedAt = DateTimeOffset.UtcNow, EventTime = Start.AddMinutes(6 * i), Inputs = inputs, Features = features, Outputs = outputs?.Invoke(i) ?? [i % 4 / 4f], LatencyMicroseconds = 20,
            Label = label?.Invoke(i) ?? double.NaN,
        };
    })], default);

    protected async Task<(ModelPicture Picture, ModelStatus Status)> PageAsync(DateTimeOffset? from = null)
    {
        var model = (await Services.GetRequiredService<ModelRegistry>().FindAsync("flights", default))!;
        var (start, now) = (from ?? Start, DateTimeOffset.UtcNow);
        return (new(model, []), (await Services.GetRequiredService<ModelStatusQuery>().OfAsync(model, new(start, start.AddDays(30), now.AddHours(-1), now.AddHours(1)), default))!);
    }

    /// <summary>Thirty days of fifty rows as they are sent.</summary>
    private static (byte[] Profile, byte[] Rows) Reference(Preprocessing inputs, ModelTask task, string[] classes)
    {
        const int count = 30 * 50;
        var width = task == ModelTask.MulticlassClassification ? 3 : 1;
        var (features, outputs, labels, times) = (new float[2 * count], new float[width * count], new double[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            (features[2 * i], features[(2 * i) + 1]) = ((i * 37 % 1000) + 1, i % 2);
            for (var k = 0; k < width; k++)
                outputs[(i * width) + k] = width == 1 ? i % 4 / 4f : k == i % 3 ? 0.6f : 0.2f;
            (labels[i], times[i]) = (width == 1 ? i % 2 : i % 3, new DateTime(2001, 1, 1).AddMinutes(i * 1440.0 / 50).Ticks);
        }

        return (ReferenceBuilder.Build(inputs, task, classes, 0.5, features, ReferencePredictions.OfAllRows(outputs, count, labels), times).Serialize(),
            ReferenceRowsBuilder.Build(inputs, features, outputs, labels, times, (row, values) => (values[0], values[1]) = (InputValue.OfNumber(features[2 * row]), InputValue.OfCode((int)features[(2 * row) + 1]))).Serialize());
    }
}
