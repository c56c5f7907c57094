using Dashboard.Core.Monitoring;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Ground truth for one prediction: a class's position or a number.</summary>
/// <param name="KnownAt">When it became known, on the model's clock; null: now.</param>
public readonly record struct LabelItem(string Id, double Value, DateTimeOffset? KnownAt);

/// <summary>What became of a batch of ground truth.</summary>
/// <param name="Applied">Labels of predictions that had none.</param>
/// <param name="Replaced">Labels that replaced an earlier one, or repeated it.</param>
/// <param name="Waiting">Labels whose prediction has not come yet; they are kept for some days.</param>
/// <param name="Refused">Labels that wait no longer because too many do, or that do not fit the version which made the prediction.</param>
public sealed record LabelResult(int Applied, int Replaced, int Waiting, int Refused);

/// <summary>What became of a batch of observations. The first of an id counts; the others are duplicates.</summary>
public sealed record ObservationResult(int Accepted, int Duplicates);

/// <summary>Something that a caller waits for until it is on disk.</summary>
internal abstract class TelemetryWork
{
    public abstract int Size { get; }

    /// <summary>Whether what it removes must be gone from the files, too.</summary>
    public virtual bool IsErasure => false;

    /// <summary>Does it inside the writer's transaction; the result is kept until the commit.</summary>
    public abstract void Run(TelemetryBatch batch);

    /// <summary>Brings the counts in memory up to date, after the commit and before the caller is told.</summary>
    public virtual void Count(ServiceCounters counters, DateTimeOffset now)
    {
    }

    /// <summary>Tells the caller, after the commit.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

internal abstract class TelemetryWork<T> : TelemetryWork
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Done => done.Task;

    public sealed override void Run(TelemetryBatch batch) => result = Do(batch);

    public sealed override void Complete() => done.TrySetResult(result!);

    public sealed override void Fail(Exception exception) => done.TrySetException(exception);

    protected abstract T Do(TelemetryBatch batch);
}

internal sealed class ObservationWork(IReadOnlyList<PredictionRecord> records) : TelemetryWork<ObservationResult>
{
    public override int Size => records.Count;

    protected override ObservationResult Do(TelemetryBatch batch)
    {
        var accepted = 0;
        foreach (var record in records)
            if (batch.Append(record))
                accepted++;
        return new(accepted, records.Count - accepted);
    }

    public override void Count(ServiceCounters counters, DateTimeOffset now)
    {
        foreach (var model in records.GroupBy(record => record.Model.Name, StringComparer.Ordinal))
            counters.Observed(model.Key, now, model.Count());
    }
}

internal sealed class LabelWork(int modelId, string modelName, IReadOnlyList<LabelItem> items, DateTimeOffset arrived) : TelemetryWork<LabelResult>
{
    public override int Size => items.Count;

    protected override LabelResult Do(TelemetryBatch batch)
    {
        int applied = 0, replaced = 0, waiting = 0, refused = 0;
        foreach (var item in items)
        {
            _ = batch.Label(modelId, modelName, item, UtcMicroseconds.Of(arrived)) switch
            {
                LabelOutcome.Applied => applied++,
                LabelOutcome.Replaced => replaced++,
                LabelOutcome.Waiting => waiting++,
                _ => refused++,
            };
        }

        return new(applied, replaced, waiting, refused);
    }
}

/// <summary>Looks an id up in the writer's index: what was written before is found, also what is committed with it.</summary>
internal sealed class FindWork(int modelId, string id) : TelemetryWork<long?>
{
    public override int Size => 1;

    protected override long? Do(TelemetryBatch batch) => batch.Find(modelId, id);
}

/// <summary>Removes everything of a model.</summary>
internal sealed class ForgetWork(int modelId, string modelName) : TelemetryWork<bool>
{
    public override int Size => 1;

    protected override bool Do(TelemetryBatch batch)
    {
        batch.Forget(modelId, modelName);
        return true;
    }

    public override void Count(ServiceCounters counters, DateTimeOffset now) => counters.Forget(modelName);
}

/// <summary>Removes the rows of one entity.</summary>
internal sealed class EraseWork(int modelId, string modelName, string key, IReadOnlyList<long> rows, long last) : TelemetryWork<ErasedRows>
{
    public override int Size => 1;

    public override bool IsErasure => true;

    protected override ErasedRows Do(TelemetryBatch batch) => batch.Erase(modelId, modelName, key, rows, last);
}
