using Dashboard.Core;
using Dashboard.Storage;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>
/// The flight-delay demonstration: trains on January, promotes, replays February to June through the host's own HTTP endpoints with labels that arrive late.
/// It can be stopped, resumed, started again and removed with everything it made.
/// </summary>
public sealed partial class DemoService(DemoPreparation preparation, DemoRemoval removal, DemoReplay replay, DataDirectory directory, Settings settings,
    Notifications notifications, IHostApplicationLifetime lifetime, ILogger<DemoService> logger) : IHostedService, IDisposable
{
    public const string Model = "flight-delay";
    public const string Dataset = "flights-2001";

    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile DemoState state = DemoState.Absent;
    private CancellationTokenSource? running;
    private Task work = Task.CompletedTask;

    public DemoState State => state;

    /// <summary>Starts it, resumes it where it stopped, or starts it anew when it had finished.</summary>
    public async Task<Result<DemoState>> StartDemoAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (!state.CanStart)
                return new Conflict($"The demonstration is {state.Phase.ToString().ToLowerInvariant()}; it can be started when it is absent, stopped, finished or failed.");
            var startOver = state.Phase == DemoPhase.Finished;
            Set(new(DemoPhase.Preparing, startOver ? "Removing what the last replay made" : "Preparing"));
            running = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            work = Task.Run(() => RunAsync(startOver, running.Token), CancellationToken.None);
            return state;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stops the replay; what it made stays, and it can be resumed.</summary>
    public async Task<Result<DemoState>> StopDemoAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (!state.IsRunning)
                return new Conflict($"The demonstration is {state.Phase.ToString().ToLowerInvariant()}; only one that is preparing or replaying can be stopped.");
            await EndWorkAsync();
            return state;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Removes the model, its versions, predictions, jobs, runs and datasets that the demonstration made.</summary>
    public async Task<Result<DemoState>> RemoveDemoAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (state.IsRunning)
                await EndWorkAsync();
            Set(state with { Phase = DemoPhase.Removing, Text = "Removing the demonstration and all it made" });
            await removal.RemoveAsync(ct);
            DemoCheckpoint.Delete(directory);
            Set(DemoState.Absent);
            return state;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(logger, exception);
            Set(new(DemoPhase.Failed, $"It could not be removed: {exception.Message}"));
            return state;
        }
        finally
        {
            turn.Release();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var checkpoint = DemoCheckpoint.Load(directory);
        if (checkpoint is not null)
            state = new(checkpoint.Phase is DemoPhase.Finished ? DemoPhase.Finished : DemoPhase.Stopped, Describe(checkpoint), checkpoint.ReplayedUntil, DemoReplay.ProgressAt(checkpoint.ReplayedUntil));
        var resume = checkpoint is { Phase: DemoPhase.Replaying or DemoPhase.Preparing };
        if (resume || (settings.Demo.Enabled && checkpoint is not { Phase: DemoPhase.Finished }))
            lifetime.ApplicationStarted.Register(() => _ = StartDemoAsync(CancellationToken.None));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (running is not null)
            await running.CancelAsync();
        await work;
    }

    public void Dispose()
    {
        running?.Dispose();
        turn.Dispose();
    }

    private static string Describe(DemoCheckpoint checkpoint) => checkpoint switch
    {
        { Phase: DemoPhase.Finished } => "The replay reached the end of June; start it again to watch once more.",
        { ReplayedUntil: { } until } => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Stopped at {until:d MMMM yyyy}."),
        _ => "Stopped.",
    };

    private async Task RunAsync(bool startOver, CancellationToken ct)
    {
        try
        {
            if (startOver)
            {
                await removal.RemoveAsync(ct);
                DemoCheckpoint.Delete(directory);
            }

            var from = DemoCheckpoint.Load(directory)?.ReplayedUntil ?? FlightReplay.From;
            new DemoCheckpoint(DemoPhase.Preparing, from).Save(directory);
            await preparation.RunAsync(text => Set(new(DemoPhase.Preparing, text)), ct);
            await replay.RunAsync(from, Set, ct);
            Set(new(DemoPhase.Finished, Describe(new(DemoPhase.Finished, null)), FlightReplay.To, 1));
            new DemoCheckpoint(DemoPhase.Finished, FlightReplay.To).Save(directory);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            LogStopped(logger);
        }
        catch (Exception exception)
        {
            LogFailure(logger, exception);
            Set(state with { Phase = DemoPhase.Failed, Text = $"The demonstration failed: {exception.Message}" });
        }
    }

    private async Task EndWorkAsync()
    {
        if (running is not null)
            await running.CancelAsync();
        await work;
        if (state.Phase == DemoPhase.Failed || state.Phase == DemoPhase.Finished)
            return;
        var checkpoint = new DemoCheckpoint(DemoPhase.Stopped, state.ReplayedUntil);
        checkpoint.Save(directory);
        Set(state with { Phase = DemoPhase.Stopped, Text = Describe(checkpoint) });
    }

    private void Set(DemoState next)
    {
        state = next;
        notifications.Publish(new(Topics.Demo, Model));
    }

    [LoggerMessage(LogLevel.Information, "The demonstration was stopped")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(LogLevel.Error, "The demonstration failed")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
