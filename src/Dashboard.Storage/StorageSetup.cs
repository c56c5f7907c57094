using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests.Gathering;
using Dashboard.Storage.Deployments.Policies;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Cards;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Storage.Training;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dashboard.Storage;

/// <summary>Registers the stores and prepares the database file.</summary>
public static class StorageSetup
{
    /// <summary>Adds the context factory and every store of the rooms, all singletons over the factory.</summary>
    public static IServiceCollection AddDashboardStorage(this IServiceCollection services, DataDirectory directory)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = directory.DecisionsFile, DefaultTimeout = 30 }.ToString();
        services.AddSingleton(directory);
        services.AddPooledDbContextFactory<DashboardDb>(options => options.UseSqlite(connection));
        services.AddSingleton<CanonicalFiles>();
        services.AddSingleton<DatasetStore>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobLogs>();
        services.AddSingleton<TrainingRequests>();
        services.AddSingleton<Retraining>();
        services.AddSingleton<TrainingRemoval>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<RunQueries>();
        services.AddSingleton<RunReports>();
        services.AddSingleton<PackageStore>();
        services.AddSingleton<OwnKey>();
        services.AddSingleton<PublisherStore>();
        services.AddSingleton<PackageSignatures>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<XGBoostImport>();
        services.AddSingleton<CardNotes>();
        services.AddSingleton<CardFactsReader>();
        services.AddSingleton<ModelCards>();
        services.AddSingleton<ActivityLog>();
        services.AddSingleton<AuditLog>();
        services.TryAddSingleton(_ => new CheckpointFile(directory.Audit));
        services.AddSingleton<CheckpointWriter>();
        services.AddSingleton<DeploymentHistory>();
        services.AddSingleton<ChampionSwitch>();
        services.TryAddSingleton<HasAccounts>(_ => () => true);
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<RequestStore>();
        services.AddSingleton<EvidenceGatherer>();
        services.AddSingleton<RolloutStore>();
        services.AddSingleton<PendingRollbacks>();
        services.AddSingleton<AutomaticPolicies>();
        services.AddSingleton<RolloutCommands>();
        services.AddSingleton<ModelClock>(provider => async (model, ct) => (await provider.GetRequiredService<MonitoringQueries>().SpanAsync(model, ct))?.Newest);
        services.TryAddSingleton<Router>();
        services.TryAddSingleton(_ => EnvironmentNames.ProductionOnly);
        services.AddSingleton<NodeRoster>();
        services.AddSingleton<VersionLoader>();
        services.AddSingleton<LoadVersion>(provider => provider.GetRequiredService<VersionLoader>().LoadAsync);
        services.AddSingleton<ServingHost>(provider => ActivatorUtilities.CreateInstance<ServingHost>(provider, RolloutTarget.Production));
        services.AddSingleton<ServingEnvironments>();
        services.AddSingleton<EnvironmentSwitch>();
        services.AddSingleton<EnvironmentQuery>();
        services.TryAddSingleton<TelemetryOptions>(_ => new());
        services.TryAddSingleton<PredictionQueue>(_ => new());
        services.AddSingleton<ServiceCounters>();
        services.AddSingleton<QualityCounters>();
        services.AddSingleton<TelemetryDatabase>();
        services.AddSingleton<VersionCatalog>();
        services.AddSingleton<TelemetryStore>();
        services.AddSingleton<LoggedCounts>();
        services.AddSingleton<ErasureMark>();
        services.AddSingleton<EntityErasure>();
        services.AddSingleton<MonitoringQueries>();
        services.AddSingleton<DriftLedger>();
        services.AddSingleton<DriftJudge>();
        services.AddSingleton<ModelStatusQuery>();
        services.AddSingleton<LabelledExport>();
        services.AddSingleton<LoggedSamples>();
        services.AddAlertStorage();
        services.AddPeople();
        services.AddSingleton<ModelSignatures>();
        services.AddSingleton<SegmentStore>();
        services.AddSingleton<SegmentCatalog>();
        services.AddSingleton<SensitiveFeatures>();
        services.AddSingleton<PredictionSearch>();
        services.AddSingleton<PredictionExport>();
        return services;
    }

    /// <summary>Brings the schema up to date and sets the journal for many readers beside one writer.</summary>
    public static async Task PrepareAsync(IDbContextFactory<DashboardDb> factory, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.MigrateAsync(ct);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", ct);
        await AuditChain.AdoptAsync(db, TimeProvider.System, ct);
    }
}
