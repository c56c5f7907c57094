using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Monitoring.Alerts;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>An installation with the model "flights" and one rule of its own, on a clock that the test moves.</summary>
internal sealed class AlertFixture : IAsyncDisposable
{
    public static readonly AlertRule Rule = new("Slow", new(SignalKind.LatencyP95), AlertComparison.Above, 20, 15, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3), AlertSeverity.Warning);

    private readonly TestInstallation installation;

    private AlertFixture(TestInstallation installation, SettableTime time, RegisteredModel model, int ruleId) => (this.installation, Time, Model, RuleId) = (installation, time, model, ruleId);

    public SettableTime Time { get; }

    public RegisteredModel Model { get; }

    public int RuleId { get; }

    public IncidentPolicy Policy { get; } = IncidentPolicy.Default;

    public static async Task<AlertFixture> StartAsync(AlertRule? rule = null)
    {
        var time = new SettableTime();
        var started = await TestInstallation.StartAsync(services => services.AddSingleton<TimeProvider>(time).AddLogging());
        var model = (await started.Get<ModelRegistry>().CreateAsync("flights", new(), "test", isDemo: false, default)).Value;
        var made = await started.Get<AlertRules>().CreateAsync("flights", rule ?? Rule, enabled: true, "ada", default);
        return new(started, time, model, made.Value.Id);
    }

    public T Get<T>() where T : notnull => installation.Get<T>();

    public Task<DashboardDb> DbAsync() => Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();

    /// <summary>A host that was started anew: nothing but the database is left of the one before.</summary>
    public AlertLedger NewLedger() => new(Get<IDbContextFactory<DashboardDb>>(), Policy, Get<Notifications>(), Time);

    public Task TakeAsync(double? value, int? ruleId = null, AlertLedger? ledger = null) => TakeAsync([(ruleId ?? RuleId, value)], ledger);

    public async Task TakeAsync(IReadOnlyList<(int RuleId, double? Value)> values, AlertLedger? ledger = null)
    {
        await using var db = await DbAsync();
        var rules = await db.AlertRules.AsNoTracking().ToDictionaryAsync(rule => rule.Id);
        var readings = values.Where(pair => rules.ContainsKey(pair.RuleId)).Select(pair => new RuleReading(rules[pair.RuleId], new(Time.Now, pair.Value, pair.Value is null ? 0 : 100), null)).ToList();
        await (ledger ?? Get<AlertLedger>()).TakeAsync(Model.Id, "flights", Time.Now, readings, default);
    }

    /// <summary>Takes the same reading every minute.</summary>
    public async Task HoldAsync(double? value, int minutes, int? ruleId = null)
    {
        for (var i = 0; i < minutes; i++)
        {
            await TakeAsync(value, ruleId);
            await Get<AlertLedger>().SettleAsync(default);
            Time.Now = Time.Now.AddMinutes(1);
        }
    }

    public async Task<int> AddRuleAsync(AlertRule rule, string? model = "flights") => (await Get<AlertRules>().CreateAsync(model, rule, enabled: true, "ada", default)).Value.Id;

    public async Task<int> AddChannelAsync(string name = "hook", AlertSeverity minimum = AlertSeverity.Info) =>
        (await Get<AlertChannels>().CreateAsync(new(name, ChannelKind.Webhook, "https://example.org/hook", null, null, minimum, null, TellsEnd: true, Enabled: true, "ada"), default)).Value.Channel.Id;

    public async Task<AlertState> StateAsync(int? ruleId = null)
    {
        await using var db = await DbAsync();
        return (await db.Alerts.AsNoTracking().SingleAsync(alert => alert.RuleId == (ruleId ?? RuleId) && alert.ModelId == Model.Id)).State;
    }

    public Task<IReadOnlyList<IncidentView>> IncidentsAsync(bool? open = null) => Get<Incidents>().ListAsync("flights", open, 1000, default);

    public async Task<IReadOnlyList<AlertDelivery>> DeliveriesAsync()
    {
        await using var db = await DbAsync();
        return await db.AlertDeliveries.AsNoTracking().OrderBy(delivery => delivery.CreatedAt).ThenBy(delivery => delivery.Id).ToListAsync();
    }

    /// <summary>Sends what is due, as a dispatcher whose receivers take everything.</summary>
    public async Task<IReadOnlyList<DueDelivery>> SendAsync()
    {
        var (due, _) = await Get<AlertDeliveries>().DueAsync(1000, default);
        var sent = new List<DueDelivery>();
        foreach (var (id, _) in due)
        {
            if (await Get<AlertDeliveries>().ClaimAsync(id, delivery => $"{delivery.Kind}", TimeSpan.FromMinutes(1), default) is not { } claimed)
                continue;
            sent.Add(claimed);
            await Get<AlertDeliveries>().RecordAsync(id, new(Delivered: true, "HTTP 200", null), default);
        }

        return sent;
    }

    public async ValueTask DisposeAsync() => await installation.DisposeAsync();
}
