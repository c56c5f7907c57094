using Dashboard.Core;
using Dashboard.Web.Live;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Shared;

/// <summary>
/// A component that shows what is stored and stays true by push: it subscribes, then reads, then reads again on each notification that concerns it,
/// unless the person paused updates. Readings never overlap; what arrives during one causes one more. Put the page inside
/// <see cref="LiveView"/>, which shows the skeleton, the failure and the stale picture.
/// <code>
/// @inherits LiveComponent
/// &lt;LiveView Of="this"&gt;…&lt;/LiveView&gt;
/// @code {
///   protected override bool Concerns(Notification n) =&gt; n.Topic == Topics.Jobs;
///   protected override async Task LoadAsync(CancellationToken ct) =&gt; jobs = await Store.ListAsync(ct);
/// }
/// </code>
/// </summary>
public abstract partial class LiveComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private IDisposable? subscription;
    private TimeSelection? shownRange;
    private Dictionary<string, object>? given;
    private bool changed;
    private bool reading;
    private bool again;
    private bool missed;
    private bool disposed;

    [Inject] private LiveUpdates Updates { get; set; } = null!;

    [Inject] private ILoggerFactory Loggers { get; set; } = null!;

    [Inject] protected PageState State { get; set; } = null!;

    [Inject] protected TimeProvider Time { get; set; } = null!;

    /// <summary>Nothing was read yet.</summary>
    public bool IsLoading => ReadAt is null && Failure is null;

    /// <summary>What stood in the way of the last reading.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>When what is shown was read.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>Ends when the component leaves the page.</summary>
    protected CancellationToken Leaving { get; private set; }

    /// <summary>Whether a change matters here. Runs on the publisher's thread.</summary>
    protected abstract bool Concerns(Notification notification);

    /// <summary>Reads what is shown into fields. Runs in the component's own context.</summary>
    protected abstract Task LoadAsync(CancellationToken ct);

    /// <summary>Reads now: after a command, or to try again.</summary>
    public async Task ReloadAsync()
    {
        again = true;
        if (reading)
            return;
        reading = true;
        try
        {
            while (again && !disposed)
            {
                again = false;
                await ReadAsync();
                if (!disposed)
                    StateHasChanged();
            }
        }
        finally
        {
            reading = false;
        }
    }

    protected override void OnInitialized()
    {
        Leaving = leaving.Token;
        subscription = Updates.Subscribe(Concerns, async _ =>
        {
            try
            {
                await InvokeAsync(OnChangeAsync);
                await Task.Delay(Rest, Time, Leaving);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
            {
                // The browser has left; its components are being told.
            }
        });
        State.Changed += OnStateChanged;
        shownRange = State.Range;
    }

    /// <summary>Reads again only when a parameter changed that is a value: callbacks and content are new objects with every rendering of the parent.</summary>
    public override Task SetParametersAsync(ParameterView parameters)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
            if (parameter.Value is not (null or Delegate or EventCallback) && !IsCallback(parameter.Value.GetType()))
                values[parameter.Name] = parameter.Value;
        changed = given is null || given.Count != values.Count || values.Any(pair => !given.TryGetValue(pair.Key, out var before) || !Equals(before, pair.Value));
        given = values;
        return base.SetParametersAsync(parameters);
    }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => changed ? ReloadAsync() : Task.CompletedTask;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposed)
            return;
        disposed = true;
        subscription?.Dispose();
        State.Changed -= OnStateChanged;
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>Whether a change of the URL asks for another reading; by default a change of the time range.</summary>
    protected virtual bool NeedsReload(TimeSelection before) => State.Range != before;

    /// <summary>How long a push-caused reading is followed by rest, for what costs much to read; what arrives meanwhile causes one reading afterwards.</summary>
    protected virtual TimeSpan Rest => TimeSpan.Zero;

    private async Task ReadAsync()
    {
        try
        {
            await LoadAsync(Leaving);
            (Failure, ReadAt) = (null, Time.GetUtcNow());
        }
        catch (OperationCanceledException) when (disposed)
        {
            // The person has left the page.
        }
#pragma warning disable CA1031 // A panel that cannot be read says so and keeps its last picture; the rest of the page goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (disposed)
                return;
            Failure = exception;
            LogFailure(Loggers.CreateLogger(GetType()), exception);
        }
    }

    private async Task OnChangeAsync()
    {
        if (disposed)
            return;
        if (State.Paused)
        {
            missed = true;
            return;
        }

        await ReloadAsync();
    }

    private static bool IsCallback(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EventCallback<>);

    private void OnStateChanged() => _ = InvokeAsync(async () =>
    {
        if (disposed)
            return;
        var before = shownRange ?? State.Range;
        shownRange = State.Range;
        if (NeedsReload(before) || (missed && !State.Paused))
        {
            missed = false;
            await ReloadAsync();
        }
        else
        {
            StateHasChanged();
        }
    });

    [LoggerMessage(LogLevel.Error, "A panel could not be read; it keeps its last picture and says so")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
