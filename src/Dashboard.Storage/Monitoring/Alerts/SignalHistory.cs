using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A signal's past, for charts and to see how often a rule would have fired.</summary>
/// <param name="From">On the signal's clock.</param>
/// <param name="Readings">Ascending; moments without anything to compute from have no value.</param>
public sealed record SignalPast(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<SignalReading> Readings);

/// <summary>Reads signals over a range of the past from the same windows and with the same rules as the present.</summary>
public sealed class SignalHistory(SignalReader reader, MonitoringQueries queries, JobStore jobs)
{
    /// <summary>On the model's clock each reading merges windows of its own; more of them than a chart can show would be waste.</summary>
    private const int MostModelSteps = 120;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    private const int MostServiceSteps = 10_000;
    private const int MostJobs = 1000;

    /// <summary>The last so-and-so much of a signal; its last reading is that of now. On the model's clock it ends at the newest event.</summary>
    /// <param name="model">With its versions and aliases.</param>
    public async Task<SignalPast> LastAsync(RegisteredModel model, AlertSignal signal, TimeSpan window, TimeSpan length, DateTimeOffset now, CancellationToken ct)
    {
        var moment = await reader.NowAsync(model.Name, now, ct);
        var end = SignalInfo.Of(signal.Kind).Clock == SignalClock.Model ? moment.Model ?? now : now;
        var past = await BetweenAsync(model, signal, window, end - length, end, ct);
        // The past is read by whole steps; what happened since the last one counts, too.
        var last = await reader.ReadAsync(model, signal, window, moment, ct);
        return past.Readings.Count > 0 && past.Readings[^1].At >= last.At ? past : past with { Readings = [.. past.Readings, last] };
    }

    /// <summary>A signal between two moments of its clock.</summary>
    public async Task<SignalPast> BetweenAsync(RegisteredModel model, AlertSignal signal, TimeSpan window, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        IReadOnlyList<SignalReading> readings = signal.Kind switch
        {
            // The past of the newest event's age is not kept: windows tell when events happened, not when they came.
            SignalKind.EventAge => [],
            SignalKind.PredictionAge => await AgesAsync(model.Name, from, to, ct),
            SignalKind.FailedJobs => await FailedJobsAsync(model.Name, window, from, to, ct),
            _ when SignalInfo.Of(signal.Kind).IsOfBlocks => await BlocksAsync(model, signal, from, to, ct),
            SignalKind.RejectedItems or SignalKind.Duplicates => await FaultsAsync(model.Name, signal.Kind, window, from, to, ct),
            _ when SignalInfo.Of(signal.Kind).Clock == SignalClock.Service => await ServiceAsync(model.Name, signal.Kind, window, from, to, ct),
            _ => await ModelAsync(model, signal, window, from, to, ct),
        };
        return new(from, to, readings);
    }

    private async Task<IReadOnlyList<SignalReading>> ModelAsync(RegisteredModel model, AlertSignal signal, TimeSpan window, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (await queries.SpanAsync(model.Name, ct) is not var (oldest, newest))
            return [];
        (from, to) = (from < oldest ? oldest : from, to > newest ? newest : to);
        var step = Step(window, to - from, MostModelSteps, TimeSpan.FromSeconds(model.WindowSeconds));
        var readings = new List<SignalReading>();
        // Back from the end, so that the newest reading is the one that counts now.
        for (var at = to; at >= from; at -= step)
            readings.Add(await reader.ReadAsync(model, signal, window, new(at, at), ct));
        readings.Reverse();
        return readings;
    }

    private async Task<IReadOnlyList<SignalReading>> ServiceAsync(string model, SignalKind kind, TimeSpan window, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var step = Step(window, to - from, MostServiceSteps, Minute);
        // Minutes are the finest that is kept for weeks; whole steps, so that windows and steps share their edges.
        window = window < Minute ? Minute : window;
        (from, to) = (Floor(from, step), Floor(to, step));
        var points = (await queries.SlidingServiceAsync(model, window, step, from, to, ct)).ToDictionary(point => point.Start + window);
        var readings = new List<SignalReading>();
        for (var at = from; at <= to; at += step)
        {
            // Without requests there is no figure, but for their own rate.
            (double? Value, long Sample) read = points.TryGetValue(at, out var point) ? SignalReader.Service(kind, point) : (kind == SignalKind.RequestRate && points.Count > 0 ? 0 : null, 0);
            readings.Add(new(at, read.Value, read.Sample));
        }

        return readings;
    }

    private async Task<IReadOnlyList<SignalReading>> BlocksAsync(RegisteredModel model, AlertSignal signal, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (await queries.DriftAsync(model.Name, null, from, to, ct) is not { } drift)
            return [];
        IEnumerable<SignalReading> all = signal.Kind == SignalKind.ConceptDrift
            ? (drift.Concept?.Points ?? []).Select(point => SignalReader.Loss(drift.Concept!, point, drift.PeriodSeconds))
            : drift.Judged.Select(block => reader.Block(model, signal, block));
        return [.. all.Where(reading => reading.At >= from && reading.At <= to)];
    }

    /// <summary>Faults are counted by the hour, so there is a reading at the end of each.</summary>
    private async Task<IReadOnlyList<SignalReading>> FaultsAsync(string model, SignalKind kind, TimeSpan window, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var hours = (await queries.FaultsAsync(model, SignalReader.FaultOf(kind), from - window, to, ct)).OrderBy(hour => hour.Key).ToList();
        var readings = new List<SignalReading>();
        var (first, next) = (0, 0);
        for (var at = Floor(from, Hour) + Hour; at <= to; at += Hour)
        {
            while (next < hours.Count && hours[next].Key < at)
                next++;
            while (first < next && hours[first].Key < at - window)
                first++;
            var (value, sample) = SignalReader.Share(hours.Skip(first).Take(next - first).Select(hour => hour.Value));
            readings.Add(new(at, value, sample));
        }

        return readings;
    }

    private async Task<IReadOnlyList<SignalReading>> AgesAsync(string model, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var step = Step(TimeSpan.Zero, to - from, MostServiceSteps, TimeSpan.FromMinutes(5));
        var arrivals = await queries.ArrivalsAsync(model, from - (to - from), to, ct);
        var readings = new List<SignalReading>();
        var next = 0;
        for (var at = from; at <= to; at += step)
        {
            while (next < arrivals.Count && arrivals[next].Newest <= at)
                next++;
            readings.Add(new(at, next == 0 ? null : (at - arrivals[next - 1].Newest).TotalSeconds, 0));
        }

        return readings;
    }

    private async Task<IReadOnlyList<SignalReading>> FailedJobsAsync(string model, TimeSpan window, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var ended = (await jobs.ListAsync(model, null, MostJobs, ct)).Where(job => job.EndedAt is not null).ToList();
        var step = Step(window, to - from, 1000, TimeSpan.FromMinutes(1));
        var moments = new SortedSet<DateTimeOffset>(ended.Select(job => job.EndedAt!.Value).Where(at => at >= from && at <= to)) { to };
        for (var at = from; at < to; at += step)
            moments.Add(at);
        return [.. moments.Select(at => new SignalReading(at, SignalReader.FailedJobs(ended, at - window, at), 0))];
    }

    /// <summary>A fifth of the window, so that what slides through it is seen; no finer than the data, no more steps than allowed.</summary>
    private static TimeSpan Step(TimeSpan window, TimeSpan range, int most, TimeSpan finest)
    {
        var step = TimeSpan.FromTicks(Math.Max(Math.Max(window.Ticks / 5, finest.Ticks), range.Ticks / most));
        return TimeSpan.FromMinutes(Math.Max(1, Math.Ceiling(step.TotalMinutes)));
    }

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => new(at.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);
}
