using System.Globalization;
using System.Net.Http.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Policies;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;
using Dashboard.Web.Tests.Hosting.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Tests.Hosting.Rollouts;

/// <summary>What policies do without a person, and that they do nothing until somebody turned it on.</summary>
public sealed class AutomaticPolicyTests
{
    private static readonly RolloutPlan Slow = CanaryHost.Quick with { Steps = [CanaryHost.Quick.Steps[0] with { Hold = TimeSpan.FromMinutes(4) }] };

    [Fact]
    public async Task A_guard_alert_takes_a_rollout_back_only_where_the_policy_says_so_and_only_when_it_began_during_it()
    {
        await using var canary = await CanaryHost.StartAsync();
        await FireAsync(canary.Host, CanaryHost.Model, SignalKind.LatencyP95, AlertSeverity.Critical);
        var rollout = await canary.RollOutAsync(2, Slow);
        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.Step);
        var policies = canary.Host.Get<AutomaticPolicies>();

        await FireAsync(canary.Host, CanaryHost.Model, SignalKind.ServerErrorRate, AlertSeverity.Warning);
        await policies.RoundAsync(default);
        Assert.Equal(RolloutPhase.Step, (await canary.StateAsync(rollout)).Phase);
        await AllowAsync(canary.Host, CanaryHost.Model, new(RollBackOnGuardAlert: true));
        Assert.Empty(await policies.RoundAsync(default));
        Assert.Equal(RolloutPhase.Step, (await canary.StateAsync(rollout)).Phase);

        await FireAsync(canary.Host, CanaryHost.Model, SignalKind.ServerErrorRate, AlertSeverity.Critical);
        Assert.Empty(await policies.RoundAsync(default));

        await canary.WaitUntilAsync(rollout, state => state.Phase == RolloutPhase.RolledBack);
        var aborted = (await canary.Store.HistoryAsync(rollout, default)).Single(step => step.To == RolloutPhase.Aborting);
        Assert.Equal(("policy", CommandSource.Policy), (aborted.Actor, aborted.Command!.Source));
        Assert.StartsWith("The guard alert 'ServerErrorRate' fires", aborted.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await canary.AskAsync());
    }

    [Fact]
    public async Task A_challenger_that_wins_is_proposed_once_and_goes_live_without_people_only_where_the_policy_says_so()
    {
        await using var canary = await CanaryHost.StartAsync();
        await ChallengeAsync(canary.Host, 2, ComparisonVerdict.NoClearDifference);
        var policies = canary.Host.Get<AutomaticPolicies>();
        var requests = canary.Host.Get<RequestStore>();
        await AllowAsync(canary.Host, CanaryHost.Model, new(ProposeWinningChallenger: true), approvals: 1);

        Assert.Empty(await policies.RoundAsync(default));
        Assert.Empty(await OpenAsync(canary.Host));
        await ChallengeAsync(canary.Host, 2, ComparisonVerdict.Better);
        Assert.Empty(await policies.RoundAsync(default));
        Assert.Empty(await policies.RoundAsync(default));

        var proposed = Assert.Single(await OpenAsync(canary.Host));
        Assert.Equal(("policy", RequestState.Open, 2), (proposed.ProposedBy, proposed.State, proposed.Version.Number));
        await EventuallyAsync(async () => (await requests.FindAsync(proposed.Id, null, default)).Value is { Evidence: not null } or { EvidenceError: not null });
        Assert.Equal(RequestState.Open, Assert.Single(await OpenAsync(canary.Host)).State);

        // Now nobody is needed: the evidence is gathered anew, and the canary begins.
        await AllowAsync(canary.Host, CanaryHost.Model, new(ProposeWinningChallenger: true, PromoteWithoutPeople: true), approvals: 1);
        Assert.Null((await requests.RenewAsync(proposed.Id, Core.Governance.People.Actor.Operator("ada"), default)).Error);
        await EventuallyAsync(async () => (await OpenAsync(canary.Host))[0].State == RequestState.Approved);
        await canary.WaitUntilAsync(proposed.RolloutId, state => state.Phase == RolloutPhase.Step);
        var approved = (await canary.Store.HistoryAsync(proposed.RolloutId, default)).Single(step => step.Command?.Action == RolloutAction.Approve);
        Assert.Equal(("policy", CommandSource.Policy), (approved.Actor, approved.Command!.Source));
    }

    [Fact]
    public async Task Drift_that_fires_starts_one_training_on_the_labelled_past_and_no_second_one()
    {
        await using var host = await TestHost.StartAsync();
        var data = await host.AddFlightsAsync(rows: 800);
        await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(data, rounds: 5)));
        Assert.Null((await host.Get<ChampionSwitch>().PromoteAsync(new("delays", "test", "", 0), 1, default)).Error);
        await ObserveAsync(host, 700);
        var policies = host.Get<AutomaticPolicies>();
        await FireAsync(host, "delays", SignalKind.DriftedImportance, AlertSeverity.Warning);

        await AllowAsync(host, "delays", new(RetrainOnLoss: true));
        Assert.Empty(await policies.RoundAsync(default));
        Assert.DoesNotContain(await JobsAsync(host), job => job.RequestedBy == "policy");
        await AllowAsync(host, "delays", new(RetrainOnDrift: true));
        Assert.Empty(await policies.RoundAsync(default));

        var job = Assert.Single(await JobsAsync(host), job => job.RequestedBy == "policy");
        Assert.StartsWith("policy: 'DriftedImportance' fires", job.Reason, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Succeeded, (await host.WaitForEndAsync(job.Id)).Status);
        Assert.Empty(await policies.RoundAsync(default));
        Assert.Single(await JobsAsync(host), job => job.RequestedBy == "policy");
    }

    private static async Task AllowAsync(TestHost host, string model, AutomaticActions automatic, int approvals = 0) =>
        Assert.Null((await host.Get<PolicyStore>().SetAsync(model, "", PromotionPolicy.Default(hasAccounts: approvals > 0) with { Automatic = automatic, RequiredChecks = [CheckNames.Package] }, "ada", default)).Error);

    /// <summary>An alert that fires from now on, as the alert engine stores one.</summary>
    private static async Task FireAsync(TestHost host, string model, SignalKind signal, AlertSeverity severity)
    {
        await using var db = await DbAsync(host);
        var now = DateTimeOffset.UtcNow;
        var id = (await db.Models.SingleAsync(m => m.Name == model)).Id;
        var rule = new AlertRule(signal.ToString(), new(signal), AlertComparison.Above, 0.5, null, TimeSpan.FromMinutes(5), TimeSpan.Zero, TimeSpan.Zero, severity);
        var incident = new Incident { ModelId = id, Title = rule.Name, Situation = "too much", Severity = severity, OpenedAt = now };
        incident.Firings.Add(new() { ModelId = id, RuleName = rule.Name, DefinitionJson = CanonicalJson.Serialize(rule), Severity = severity, FiredAt = now, Situation = "too much" });
        db.Incidents.Add(incident);
        await db.SaveChangesAsync();
    }

    private static async Task ChallengeAsync(TestHost host, int number, ComparisonVerdict verdict)
    {
        await using var db = await DbAsync(host);
        var version = await db.ModelVersions.SingleAsync(v => v.Number == number && v.Model.Name == CanaryHost.Model);
        version.ComparisonJson = CanonicalJson.Serialize(new ChallengerComparison(1, 600, new Dictionary<string, double>(), new Dictionary<string, double>(), [], verdict, "RMSE is lower by 0.2, from 0.1 to 0.3."));
        if (!await db.ModelAliases.AnyAsync(a => a.VersionId == version.Id && a.Alias == ModelAlias.Challenger))
            db.ModelAliases.Add(new() { ModelId = version.ModelId, VersionId = version.Id, Alias = ModelAlias.Challenger });
        await db.SaveChangesAsync();
    }

    /// <summary>Predictions of March with their outcomes.</summary>
    private static async Task ObserveAsync(TestHost host, int count)
    {
        var random = new Random(5);
        var start = new DateTimeOffset(2001, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var rows = Enumerable.Range(0, count).Select(i =>
        {
            var at = start.AddMinutes(i * 30);
            return new
            {
                id = $"f{i}", time = at, features = new { date = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), distance = random.Next(100, 2500), origin = i % 3 == 0 ? "ORD" : "LAX", carrier_ok = i % 2 == 0 },
                prediction = random.NextDouble(), ground_truth = i % 3 == 0,
            };
        });
        using var answer = await host.Client.PostAsJsonAsync("/api/v1/models/delays/observations", rows);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<List<PromotionRequest>> OpenAsync(TestHost host)
    {
        await using var db = await DbAsync(host);
        return await db.PromotionRequests.AsNoTracking().Include(r => r.Version).ToListAsync();
    }

    private static async Task<List<Job>> JobsAsync(TestHost host)
    {
        await using var db = await DbAsync(host);
        return await db.Jobs.AsNoTracking().ToListAsync();
    }

    private static Task<DashboardDb> DbAsync(TestHost host) => host.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds() && i < 1800; i++)
            await Task.Delay(100);
        Assert.True(await holds());
    }
}
