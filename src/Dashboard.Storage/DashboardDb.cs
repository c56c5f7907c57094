using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Cards;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Storage.Training;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Dashboard.Storage;

/// <summary>What people and policies decide. The prediction log and the profiles live in a file of their own.</summary>
public sealed class DashboardDb(DbContextOptions<DashboardDb> options) : IdentityUserContext<Person, int>(options)
{
    public DbSet<Dataset> Datasets => Set<Dataset>();
    public DbSet<DatasetVersion> DatasetVersions => Set<DatasetVersion>();
    public DbSet<Job> Jobs => Set<Job>();
    public DbSet<Experiment> Experiments => Set<Experiment>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunParameter> RunParameters => Set<RunParameter>();
    public DbSet<RunMetric> RunMetrics => Set<RunMetric>();
    public DbSet<RunMetricPoint> RunMetricPoints => Set<RunMetricPoint>();
    public DbSet<RunTag> RunTags => Set<RunTag>();
    public DbSet<RegisteredModel> Models => Set<RegisteredModel>();
    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();
    public DbSet<ModelAlias> ModelAliases => Set<ModelAlias>();
    public DbSet<ModelTag> ModelTags => Set<ModelTag>();
    public DbSet<Publisher> Publishers => Set<Publisher>();
    public DbSet<StoredSignature> PackageSignatures => Set<StoredSignature>();
    public DbSet<CardNoteRow> CardNotes => Set<CardNoteRow>();
    public DbSet<Deployment> Deployments => Set<Deployment>();
    public DbSet<EnvironmentDeployment> EnvironmentDeployments => Set<EnvironmentDeployment>();
    public DbSet<ServingNode> ServingNodes => Set<ServingNode>();
    public DbSet<RolloutRow> Rollouts => Set<RolloutRow>();
    public DbSet<RolloutEvent> RolloutEvents => Set<RolloutEvent>();
    public DbSet<PromotionRequest> PromotionRequests => Set<PromotionRequest>();
    public DbSet<PolicyRow> PromotionPolicies => Set<PolicyRow>();
    public DbSet<ActivityEntry> Activity => Set<ActivityEntry>();
    public DbSet<StoredRule> AlertRules => Set<StoredRule>();
    public DbSet<StoredAlert> Alerts => Set<StoredAlert>();
    public DbSet<AlertFiring> AlertFirings => Set<AlertFiring>();
    public DbSet<AlertEvent> AlertEvents => Set<AlertEvent>();
    public DbSet<Silence> Silences => Set<Silence>();
    public DbSet<Incident> Incidents => Set<Incident>();
    public DbSet<IncidentNote> IncidentNotes => Set<IncidentNote>();
    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();
    public DbSet<AlertDelivery> AlertDeliveries => Set<AlertDelivery>();
    public DbSet<SegmentDefinition> Segments => Set<SegmentDefinition>();
    public DbSet<SensitiveFeature> SensitiveFeatures => Set<SensitiveFeature>();

    public DbSet<ModelGrant> ModelGrants => Set<ModelGrant>();
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();
    public DbSet<DisplayLink> DisplayLinks => Set<DisplayLink>();
    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    /// <summary>Saves, and chains what the audit log gets with it, in one transaction: the caller's where there is one, otherwise one of its own.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var added = AddedActivity();
        if (added.Count == 0)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (Database.CurrentTransaction is not null)
        {
            await AuditChain.LinkAsync(this, added, cancellationToken);
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        // SQLite takes its write lock here, before the tip of the chain is read.
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await AuditChain.LinkAsync(this, added, cancellationToken);
        var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (acceptAllChangesOnSuccess)
            ChangeTracker.AcceptAllChanges();
        return saved;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">An entry of the audit log is among the changes: it is chained by <see cref="SaveChangesAsync(bool, CancellationToken)"/> only.</exception>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        AddedActivity().Count == 0 ? base.SaveChanges(acceptAllChangesOnSuccess) : throw new NotSupportedException("Entries of the audit log are saved by SaveChangesAsync.");

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<int>>().ToTable("PersonClaims");
        builder.Entity<IdentityUserLogin<int>>().ToTable("PersonLogins");
        builder.Entity<IdentityUserToken<int>>().ToTable("PersonTokens");
        builder.ApplyConfigurationsFromAssembly(typeof(DashboardDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMicroseconds>();

    private List<ActivityEntry> AddedActivity() => [.. ChangeTracker.Entries<ActivityEntry>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity)];

    /// <summary>Times as microseconds since 1970 UTC: they sort and compare in every database.</summary>
    private sealed class UtcMicroseconds() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10,
        value => new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (value * 10), TimeSpan.Zero));
}
