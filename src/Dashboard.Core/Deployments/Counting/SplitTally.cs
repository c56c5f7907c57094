using System.Numerics;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Counting;

/// <summary>
/// What happened to the two versions in one stage of a rollout: sufficient statistics of every standard metric, for any number of threads. What came of one request is counted under one lock,
/// of a stripe that few threads share, so that in a look no sum exceeds its count.
/// <para>Units: errors, requests; latency, seconds (as logarithms, with <see cref="StandardMetrics.SecondsOnTheWay"/>), one for each answered request; predictions, rows in bins; losses, one for each row, in the unit of the loss: 0 or 1 for
/// classification (estimated: the expected error), |prediction − truth| for regression.</para>
/// <para>It goes on from what was stored at the last look, so its counts never go back; what came between that look and the end of a process is lost, for both versions alike. Entities are not
/// stored: their count begins anew with the process, which leaves the mismatch test as right as it was, and later.</para>
/// <para>A corrected label corrects the loss that was counted for it. Which rows were counted is remembered of at most <see cref="ThinnedRows.Most"/> of them, some 10 MB, and not beyond the process. What that costs:
/// of a stage with more labels only a share of the corrections is taken in, a half above that number, a quarter above twice of it, chosen by a hash of the ids; and a label that was counted before a restart of the
/// host stays as it was counted first.</para>
/// </summary>
public sealed class SplitTally
{
    private readonly Stripe[] stripes;
    private readonly EntityTally entities = new();
    private readonly ThinnedRows<bool> labelled = new();
    private readonly Lock labels = new();
    private readonly int bins;
    private long mirrorsDropped;
    private int hasFailed;

    /// <param name="earlier">What is stored of the stage; counting goes on from there.</param>
    /// <param name="bins">Bins of predictions, the same for both versions; 0: they are not counted.</param>
    public SplitTally(StageEvidence earlier, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bins);
        Answers = new(this);
        // Bins that are not those of earlier looks cannot go on from them: no reading is better than a wrong one.
        this.bins = earlier.Metrics.Where(metric => metric.Metric == StandardMetrics.Predictions.Name).All(metric => Fits(metric, bins)) ? bins : 0;
        stripes = [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16))).Select(_ => new Stripe(this.bins))];
        foreach (var metric in earlier.Metrics)
        {
            stripes[0].Champion.GoOn(metric.Metric, metric.Champion);
            stripes[0].Challenger.GoOn(metric.Metric, metric.Challenger);
        }
    }

    /// <summary>Copies of requests that found the queue full, since the process or the stage began.</summary>
    public long MirrorsDropped => Interlocked.Read(ref mirrorsDropped);

    /// <summary>Where answers are kept until their truth comes: those to the copies of a shadow stage, and those that are in no log.</summary>
    public AnswerTally Answers { get; }

    /// <summary>Counts the entity that a request was assigned by, where it is new.</summary>
    /// <param name="entity">See <see cref="TrafficSplit.Hash"/>.</param>
    public void Assigned(Arm arm, ulong entity) => entities.Add(arm, entity);

    /// <summary>An assigned request got its prediction.</summary>
    /// <param name="seconds">From its arrival to the answer.</param>
    /// <param name="rows">The bin of each row's prediction; −1 for one that is in none.</param>
    public void Answered(Arm arm, double seconds, ReadOnlySpan<int> rows)
    {
        var logarithm = Math.Log(Math.Max(seconds, 0) + StandardMetrics.SecondsOnTheWay);
        var stripe = Mine();
        lock (stripe.Guard)
            stripe.Of(arm).Answered(logarithm, rows);
    }

    /// <summary>An assigned request got no prediction from its version while its caller was still there.</summary>
    public void Failed(Arm arm)
    {
        var stripe = Mine();
        lock (stripe.Guard)
            stripe.Of(arm).Failed();
    }

    /// <summary>The loss that is expected of a row. Numbers that are not finite are passed over.</summary>
    public void EstimatedLoss(Arm arm, double loss)
    {
        if (!double.IsFinite(loss * loss))
            return;
        var stripe = Mine();
        lock (stripe.Guard)
            stripe.Of(arm).EstimatedLoss(loss);
    }

    /// <summary>The loss of a row whose truth has become known. Numbers that are not finite are passed over.</summary>
    /// <param name="row">The hash of its prediction's id.</param>
    public void RealisedLoss(Arm arm, ulong row, double loss)
    {
        if (!Realise(arm, loss))
            return;
        lock (labels)
            labelled.Add(row, true);
    }

    /// <summary>The truth of a row is another than it was. Changes nothing where the first one was not counted here, or is not remembered.</summary>
    /// <param name="before">What the row was counted with.</param>
    public void CorrectedLoss(Arm arm, ulong row, double before, double after)
    {
        lock (labels)
            if (!labelled.TryGet(row, out _))
                return;
        Correct(arm, before, after);
    }

    /// <returns>Whether it was counted.</returns>
    internal bool Realise(Arm arm, double loss)
    {
        if (!double.IsFinite(loss * loss))
            return false;
        var stripe = Mine();
        lock (stripe.Guard)
            stripe.Of(arm).RealisedLoss(loss);
        return true;
    }

    internal void Correct(Arm arm, double before, double after)
    {
        if (!double.IsFinite(before * before) || !double.IsFinite(after * after))
            return;
        var stripe = Mine();
        lock (stripe.Guard)
            stripe.Of(arm).CorrectedLoss(before, after);
    }

    public void MirrorDropped() => Interlocked.Increment(ref mirrorsDropped);

    /// <summary>True the first time that it is asked: a version that cannot answer is reported once, not with every request.</summary>
    public bool IsFirstFailure() => Interlocked.Exchange(ref hasFailed, 1) == 0;

    /// <summary>A look at everything since the stage began. Metrics of the plan that are not counted here have no reading.</summary>
    /// <param name="stage">The stage that this tally is of.</param>
    /// <param name="until">Now.</param>
    /// <param name="binNames">See <see cref="StageLook"/>.</param>
    public StageLook Look(RolloutPlan plan, int stage, DateTimeOffset until, IReadOnlyList<string>? binNames = null)
    {
        var sum = new Stripe(bins);
        foreach (var stripe in stripes)
        {
            lock (stripe.Guard)
            {
                sum.Champion.Add(stripe.Champion);
                sum.Challenger.Add(stripe.Challenger);
            }
        }

        var readings = new List<MetricReading>(plan.Metrics.Count);
        foreach (var rule in plan.Metrics)
            if (sum.Champion.Read(rule) is { } champion && sum.Challenger.Read(rule) is { } challenger)
                readings.Add(new(rule.Name, champion, challenger));
        // Where nodes have one version each, entities go where their requests do.
        return new(stage, until, readings, plan.Strategy == RolloutStrategy.Rolling ? null : new(entities.Of(Arm.Champion), entities.Of(Arm.Challenger)), binNames);
    }

    /// <summary>Keeps entities and copied rows for <see cref="Take"/>: a tally whose counts go elsewhere.</summary>
    public SplitTally ForTaking()
    {
        entities.KeepNew();
        Answers.PassOn();
        return this;
    }

    /// <summary>What was counted since the last call; it counts here no more. For one reader.</summary>
    public TallyCounts Take()
    {
        var sum = new Stripe(bins);
        foreach (var stripe in stripes)
        {
            lock (stripe.Guard)
                stripe.MoveTo(sum);
        }

        var fresh = entities.TakeNew().ToLookup(one => one.Arm, one => one.Entity);
        return new(sum.Champion.Counts(), sum.Challenger.Counts(), [.. fresh[Arm.Champion]], [.. fresh[Arm.Challenger]], Interlocked.Exchange(ref mirrorsDropped, 0)) { Mirrored = Answers.Take() };
    }

    /// <summary>Adds what another process has counted of the same stage.</summary>
    /// <param name="isClass">See <see cref="AnswerTally.Answered"/>.</param>
    public void Add(TallyCounts counts, bool isClass)
    {
        foreach (var entity in counts.ChampionEntities)
            entities.Add(Arm.Champion, entity);
        foreach (var entity in counts.ChallengerEntities)
            entities.Add(Arm.Challenger, entity);
        Interlocked.Add(ref mirrorsDropped, counts.MirrorsDropped);
        var stripe = Mine();
        lock (stripe.Guard)
        {
            stripe.Champion.Add(counts.Champion);
            stripe.Challenger.Add(counts.Challenger);
        }

        Answers.Add(counts.Mirrored, isClass);
    }

    private static bool Fits(MetricEvidence earlier, int bins) =>
        (earlier.Rates.Count == 0 || earlier.Rates[^1].Bin + 1 == bins) && (earlier.Champion.Bins?.Count ?? bins) == bins && (earlier.Challenger.Bins?.Count ?? bins) == bins;

    private Stripe Mine() => stripes[Environment.CurrentManagedThreadId & (stripes.Length - 1)];

    private sealed class Stripe(int bins)
    {
        public Lock Guard { get; } = new();

        public ArmTally Champion { get; private set; } = new(bins);

        public ArmTally Challenger { get; private set; } = new(bins);

        /// <summary>Adds everything to another stripe and begins anew.</summary>
        public void MoveTo(Stripe other)
        {
            other.Champion.Add(Champion);
            other.Challenger.Add(Challenger);
            (Champion, Challenger) = (new(bins), new(bins));
        }

        public ArmTally Of(Arm arm) => arm == Arm.Challenger ? Challenger : Champion;
    }
}
