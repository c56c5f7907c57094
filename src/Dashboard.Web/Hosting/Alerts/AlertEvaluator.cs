using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>
/// Evaluates the rules: of a model soon after something of it changed, of every model now and then, since absence of data tells nobody that it is there.
/// What an evaluation costs depends on the windows that the rules look at, not on history.
/// </summary>
public sealed partial class AlertEvaluator(ModelRegistry registry, AlertRules rules, AlertLedger ledger, SignalReader reader, AlertHousekeeping housekeeping, Notifications notifications, Settings settings, TimeProvider time,
    ILogger<AlertEvaluator> logger) : BackgroundService
{
    /// <summary>Every so many looks all models are evaluated.</summary>
    private const int LooksForAll = 6;

    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(1);

    /// <summary>What looks over days of events hardly changes within seconds: it is read again after a thousandth of its window, at the latest after this.</summary>
    private static readonly TimeSpan LongestUnread = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RegisteredModel> models = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Rule, int Model), (DateTimeOffset ReadAt, DateTimeOffset ModelAt)> lastRead = [];
    private volatile bool everything = true;
    private volatile bool anew;
    private long generation;
    private DateTimeOffset nextHousekeeping;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(Note);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.Alerts.EvaluationSeconds), time);
        try
        {
            await rules.EnsureDefaultsAsync(stoppingToken);
            for (var look = 0; ; look++)
            {
                await LookAsync(look % LooksForAll == 0, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // States are in the database; the next start goes on from there.
        }
    }

    private void Note(Notification notification)
    {
        switch (notification)
        {
            case { Topic: Topics.Registry or Topics.Deployments }:
                // Cached models hold versions and aliases.
                Interlocked.Increment(ref generation);
                models.Clear();
                Mark(notification.Model);
                break;
            case { Topic: Topics.Alerts, Subject: AlertSubjects.Rules or AlertSubjects.Silences }:
                anew = true;
                Mark(notification.Model);
                break;
            case { Topic: Topics.Monitoring or Topics.Jobs }:
                Mark(notification.Model);
                break;
        }
    }

    private void Mark(string? model)
    {
        if (model is null)
            everything = true;
        else
            changed[model] = true;
    }

    private async Task LookAsync(bool all, CancellationToken ct)
    {
        try
        {
            all |= everything;
            everything = false;
            if (anew)
                lastRead.Clear();
            anew = false;
            var waiting = changed.Keys.ToList();
            if (all)
                waiting = [.. waiting.Union((await registry.NamesAsync(ct)), StringComparer.Ordinal)];
            foreach (var model in waiting)
            {
                changed.TryRemove(model, out _);
                await EvaluateAsync(model, ct);
            }

            await ledger.SettleAsync(ct);
            if (time.GetUtcNow() >= nextHousekeeping)
            {
                nextHousekeeping = time.GetUtcNow() + HousekeepingInterval;
                await housekeeping.RunAsync(ct);
            }
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailure(logger, fault);
        }
    }

    private async Task EvaluateAsync(string name, CancellationToken ct)
    {
        try
        {
            if (await FindAsync(name, ct) is not { } model)
                return;
            var now = await reader.NowAsync(name, time.GetUtcNow(), ct);
            var readings = new List<RuleReading>();
            foreach (var rule in await rules.EnabledAsync(model.Id, ct))
                if (IsWorthReading(rule, model.Id, now) && await ReadAsync(model, rule, now, ct) is { } reading)
                    readings.Add(reading);
            await ledger.TakeAsync(model.Id, name, now.Model, readings, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogModelFailure(logger, fault, name);
        }
    }

    private bool IsWorthReading(StoredRule rule, int model, ClockMoment now)
    {
        if (now.Model is not { } newest || rule.Definition is not { Info.Clock: SignalClock.Model } definition)
            return true;
        var key = (rule.Id, model);
        var window = definition.Window > TimeSpan.FromDays(1) ? definition.Window : TimeSpan.FromDays(1);
        if (lastRead.TryGetValue(key, out var last) && now.Service - last.ReadAt < LongestUnread && (newest - last.ModelAt).Duration() < window / 1000)
            return false;
        lastRead[key] = (now.Service, newest);
        return true;
    }

    private async Task<RuleReading?> ReadAsync(RegisteredModel model, StoredRule rule, ClockMoment now, CancellationToken ct)
    {
        try
        {
            var definition = rule.Definition;
            return new(rule, await reader.ReadAsync(model, definition.Signal, definition.Window, now, ct), reader.MetricOf(model, definition.Signal));
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // One rule that cannot be read must not keep the others from being judged.
            LogRuleFailure(logger, fault, rule.Id, model.Name);
            return null;
        }
    }

    private async Task<RegisteredModel?> FindAsync(string name, CancellationToken ct)
    {
        if (models.TryGetValue(name, out var known))
            return known;
        // What changes while it is read is read again the next time.
        var before = Interlocked.Read(ref generation);
        var found = await registry.FindAsync(name, ct);
        if (found is not null && before == Interlocked.Read(ref generation))
            models[name] = found;
        return found;
    }

    [LoggerMessage(LogLevel.Error, "Alerts could not be evaluated; they are tried again")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The alerts of {Model} could not be evaluated; they stay as they were")]
    private static partial void LogModelFailure(ILogger logger, Exception exception, string model);

    [LoggerMessage(LogLevel.Error, "The alert rule {Rule} could not be read for {Model}; its alert stays as it was")]
    private static partial void LogRuleFailure(ILogger logger, Exception exception, int rule, string model);
}
