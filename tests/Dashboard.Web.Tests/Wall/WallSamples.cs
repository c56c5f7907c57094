using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Live;

namespace Dashboard.Web.Tests.Wall;

/// <summary>A model as a wall reads it.</summary>
internal static class WallSamples
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Feb1 = new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero);

    public static WallReading Reading(HealthState state = HealthState.Drifting)
    {
        var manifest = new ModelManifest(1, "flight-delay", ModelTask.BinaryClassification, new([new FeatureInput("hour", InputType.Number, []), new FeatureInput("distance", InputType.Number, [])]), ["on time", "late"], 0.5,
            "xgboost", null, "model.json", null, null, new Dictionary<string, double> { ["roc_auc"] = 0.671 }, [new("hour", 0.6, null), new("distance", 0.4, null)], null, null, null, null, null, null, "", Feb1, []);
        var model = new RegisteredModel { Id = 1, Name = "flight-delay", CreatedAt = Feb1 };
        foreach (var number in new[] { 3, 4 })
            model.Versions.Add(new() { Id = number, Number = number, Digest = "d", ManifestJson = CanonicalJson.Serialize(manifest), Source = "trained", CreatedBy = "test", CreatedAt = Now.AddHours(-2) });
        model.Aliases.Add(new() { Alias = ModelAlias.Champion, VersionId = 3 });
        model.Aliases.Add(new() { Alias = ModelAlias.Challenger, VersionId = 4 });
        var metrics = new Dictionary<string, double> { ["roc_auc"] = 0.641, ["log_loss"] = 0.52 };
        MetricWindow Window(int day) => new(Feb1.AddDays(day), TimeSpan.FromDays(1), 1000, 830, metrics, 0.2, 3600);
        var service = new ServicePoint(Feb1, TimeSpan.FromDays(1), 1000, 0, 0, 800, 1900, 3000);
        return new(new(model, [new DeploymentView(1, DeploymentKind.Promotion, null, 3, "test", "", Now.AddDays(-2), Feb1)]),
            new(new(state, "1 of 2 inputs moved."), 3, new(Feb1, Feb1.AddDays(2), Feb1, Feb1.AddDays(2)),
                new("flight-delay", null, Feb1, Feb1.AddDays(2), TimeSpan.FromDays(1), [Window(0), Window(1)], Window(0), new Dictionary<string, double> { ["roc_auc"] = 0.671 }, 0),
                new("flight-delay", Feb1, Feb1.AddDays(2), TimeSpan.FromDays(1), [service], service, new Dictionary<int, long>()),
                new("flight-delay", null, Feb1, Feb1.AddDays(2), "day", 86_400, true, true, 31, [], null, Feb1, null), new("day", 31, 2, new(Feb1.AddDays(1), Feb1, ["hour"], 0.6, false, false), null), new(MetricInfo.For("roc_auc"), 0.641, 0.671, 830),
                new Dictionary<string, double> { ["hour"] = 0.6, ["distance"] = 0.4 }),
            Now);
    }

    public static ModelPulse Pulse(DateTimeOffset? last, double? serverErrors = 0) => new("flight-delay", 1_204_517, 123, 123, serverErrors, serverErrors, 1900, last);
}
