using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Hosting.Governance;

/// <summary>How the audit log is.</summary>
/// <param name="Report">What the last look at the whole found; null: there was none yet.</param>
/// <param name="CheckedAt">When that was.</param>
/// <param name="Checkpoint">The last checkpoint.</param>
/// <param name="SigningFault">Why no checkpoint can be written now.</param>
/// <param name="CheckFault">Why it could not be looked at.</param>
public sealed record AuditHealth(AuditReport? Report, DateTimeOffset? CheckedAt, CheckpointState Checkpoint, string? SigningFault, string? CheckFault);

/// <summary>
/// Signs what the audit log gained, soon after it happened and at most once a minute, and once more when the host stops.
/// Looks at the whole at start, every hour, and when someone asks.
/// </summary>
public sealed partial class AuditKeeper(CheckpointWriter writer, DataDirectory directory, Settings settings, Notifications notifications, TimeProvider time, ILogger<AuditKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim wake = new(0);
    private readonly SemaphoreSlim checking = new(1);
    private volatile AuditHealth health = new(null, null, new(0, null), null, null);

    public AuditHealth Health => health;

    public override void Dispose()
    {
        wake.Dispose();
        checking.Dispose();
        base.Dispose();
    }

    /// <summary>Looks at the whole log now, beside its checkpoints.</summary>
    public async Task<Result<AuditReport>> CheckAsync(CancellationToken ct)
    {
        await checking.WaitAsync(ct);
        Result<AuditReport> checkedNow;
        try
        {
            var folder = settings.Governance.CheckpointDirectory;
            checkedNow = await Task.Run(() => AuditVerification.Run(directory.Root, folder.Length > 0 ? folder : null, null, ct), ct);
            health = checkedNow.Match(report => health with { Report = report, CheckedAt = time.GetUtcNow(), CheckFault = null, Checkpoint = writer.State() }, error => health with { CheckFault = error.Message });
        }
        finally
        {
            checking.Release();
        }

        if (checkedNow is { IsSuccess: true, Value: { IsIntact: false } report })
            LogTampering(logger, (report.Fault ?? report.CheckpointFault)!.Message);
        notifications.Publish(new(Topics.Audit));
        return checkedNow;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SignAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var subscription = notifications.Subscribe(notification =>
        {
            // What happens all the time writes no entry.
            if (notification.Topic is not (Topics.Monitoring or Topics.Audit or Topics.Demo) && notification.Subject != AlertSubjects.Reading && wake.CurrentCount == 0)
                wake.Release();
        });
        try
        {
            for (var nextCheck = DateTimeOffset.MinValue; ;)
            {
                var signed = await SignAsync(stoppingToken);
                if (time.GetUtcNow() >= nextCheck)
                {
                    await TryCheckAsync(stoppingToken);
                    nextCheck = time.GetUtcNow() + BetweenChecks;
                }

                await Task.Delay(signed ? BetweenCheckpoints : BetweenLooks, time, stoppingToken);
                var rest = nextCheck - time.GetUtcNow();
                await wake.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last checkpoint is written by StopAsync.
        }
    }

    /// <returns>Whether there was something to sign.</returns>
    private async Task<bool> SignAsync(CancellationToken ct)
    {
        string? fault;
        var written = 0;
        try
        {
            var signed = await writer.WriteAsync(ct);
            (written, fault) = signed.Match(count => (count, (string?)null), error => (0, error.Message));
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            // A full disk or a folder that went away: entries stay in the chain, and the next attempt signs them.
            LogFailure(logger, exception);
            fault = $"Checkpoints cannot be written: {exception.Message}";
        }

        var before = health.SigningFault;
        if (written > 0 || fault != before)
        {
            health = health with { SigningFault = fault, Checkpoint = written > 0 ? writer.State() : health.Checkpoint };
            notifications.Publish(new(Topics.Audit));
        }

        if (fault is not null && fault != before)
        {
            LogRefusal(logger, fault);
            await TryCheckAsync(ct);
        }

        return written > 0;
    }

    private async Task TryCheckAsync(CancellationToken ct)
    {
        try
        {
            if (await CheckAsync(ct) is { Error: { } error })
                LogUnreadable(logger, error.Message);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            health = health with { CheckFault = exception.Message };
            LogUnreadable(logger, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The audit log was tampered with: {Fault}")]
    private static partial void LogTampering(ILogger logger, string fault);

    [LoggerMessage(LogLevel.Error, "The audit log is not signed: {Fault}")]
    private static partial void LogRefusal(ILogger logger, string fault);

    [LoggerMessage(LogLevel.Error, "A checkpoint of the audit log could not be written; it is tried again")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The audit log could not be looked at: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);
}
