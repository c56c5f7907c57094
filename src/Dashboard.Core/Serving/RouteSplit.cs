using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Training;

namespace Dashboard.Core.Serving;

/// <summary>
/// A route's two versions at one moment of a rollout: who gets which, and where it is counted. Immutable but for its tally; another weight or stage is another one, put into the routing table by
/// one swap.
/// </summary>
/// <param name="Rollout">Whose it is.</param>
/// <param name="Stage">The rollout's stage that the tally is of.</param>
/// <param name="Champion">Answers what the split does not give to the challenger, and what the challenger fails at.</param>
/// <param name="Challenger">The version that is rolled out.</param>
/// <param name="Traffic">Salt and weight.</param>
/// <param name="Mirrored">The share of requests (by entity) that is copied to the challenger; above 0 in a shadow stage only, in which nothing but the copies is counted.</param>
/// <param name="Since">When the stage began to count.</param>
/// <param name="Bins">How predictions are compared; null: they are not.</param>
/// <param name="Tally">What has come of the stage.</param>
public sealed record RouteSplit(Guid Rollout, int Stage, ServedModel Champion, ServedModel Challenger, TrafficSplit Traffic, TrafficWeight Mirrored, DateTimeOffset Since, PredictionBins? Bins, SplitTally Tally)
{
    /// <summary>Whether requests are copied instead of shared out.</summary>
    public bool IsShadow => Mirrored.Parts > 0;

    /// <summary>The version goes to node after node: this one has the one version or the other, whomever a request is about.</summary>
    public bool IsByNode { get; init; }

    /// <summary>The rollout's weight: of requests, or where it goes by node, of nodes.</summary>
    public TrafficWeight Share { get; init; }

    /// <summary>The split of a rollout as it stands, for the route of its model.</summary>
    /// <param name="share">Of the requests that come to this node; null: the rollout's weight.</param>
    /// <param name="present">What the route has now: of the same rollout and stage, its tally goes on; otherwise a new one begins at the stored evidence.</param>
    /// <returns>The split, or what is wrong with it.</returns>
    public static Result<RouteSplit> Of(RolloutState rollout, ServedModel champion, ServedModel challenger, PredictionBins? bins, RouteSplit? present, TrafficWeight? share = null)
    {
        var traffic = TrafficSplit.Of(rollout.Salt, share ?? rollout.Weight);
        if (!traffic.IsSuccess)
            return traffic.Error!;
        var tally = present is not null && present.Rollout == rollout.Id && present.Stage == rollout.Stage ? present.Tally : new(rollout.Evidence, bins?.Count ?? 0);
        return new RouteSplit(rollout.Id, rollout.Stage, champion, challenger, traffic.Value, rollout.Mirrored, rollout.CountingSince, bins, tally) { IsByNode = share is not null, Share = rollout.Weight };
    }

    /// <summary>Whether one label says of both versions' answers how wrong they are.</summary>
    public bool SharesTruth => Champion.Manifest.Task == ModelTask.Regression == (Challenger.Manifest.Task == ModelTask.Regression);

    public ServedModel VersionOf(Arm arm) => arm == Arm.Challenger ? Challenger : Champion;

    /// <summary>Whether what comes of an assigned request is evidence of the stage: it was assigned by the split and not by a test, and versions are not compared by copies.</summary>
    public bool Counts(Assignment assignment) => !assignment.IsForced && !IsShadow;

    /// <summary>Whether a request is copied to the challenger.</summary>
    /// <param name="entity">The hash of its entity; see <see cref="TrafficSplit.Hash"/>.</param>
    public bool Copies(ulong entity, Assignment assignment) => !assignment.IsForced && TrafficSplit.BucketOf(entity) < Mirrored.Parts;

    /// <summary>Keeps what both versions answered to a copied row until its truth comes.</summary>
    /// <param name="row">The hash of its prediction's id, by <see cref="Traffic"/>.</param>
    public void KeepAnswers(ulong row, ReadOnlySpan<float> champion, ReadOnlySpan<float> challenger) =>
        Tally.Answers.Answered(row, Decided(Champion, champion), Decided(Challenger, challenger), HasClasses);

    /// <summary>Keeps what one version answered to a row that is in no log until its truth comes.</summary>
    /// <param name="row">The hash of its prediction's id, by <see cref="Traffic"/>.</param>
    public void KeepAnswer(ulong row, Arm arm, ReadOnlySpan<float> outputs)
    {
        if (SharesTruth)
            Tally.Answers.AnsweredBy(row, arm, Decided(VersionOf(arm), outputs));
    }

    /// <summary>The truth of a row whose answers are kept, or a correction of it.</summary>
    /// <param name="label">The number, or the class's place among the champion's.</param>
    /// <returns>Whether the row is remembered.</returns>
    public bool TakeTruth(ulong row, double label) => Tally.Answers.Labelled(row, label, HasClasses);

    /// <summary>Adds what another process has counted of the same stage.</summary>
    public void Add(TallyCounts counts) => Tally.Add(counts, HasClasses);

    private bool HasClasses => Champion.Manifest.Task != ModelTask.Regression;

    /// <summary>The number, or the place of the decided class among the champion's, −1 where it has none of that name; NaN where an output is no finite number.</summary>
    private float Decided(ServedModel version, ReadOnlySpan<float> outputs)
    {
        foreach (var output in outputs)
            if (!float.IsFinite(output))
                return float.NaN;
        if (!HasClasses)
            return outputs[0];
        var place = version.Decide(outputs);
        return ReferenceEquals(version, Champion) ? place : Champion.Manifest.Classes.TakeWhile(name => name != version.Manifest.Classes[place]).Count() is var found && found < Champion.Manifest.Classes.Count ? found : -1;
    }

    /// <summary>Counts a request that an arm's version answered.</summary>
    /// <param name="outputs">What it predicted, an array a row.</param>
    public void CountAnswer(Arm arm, double seconds, float[][] outputs)
    {
        const int onStack = 64;
        var bins = outputs.Length <= onStack ? stackalloc int[outputs.Length] : new int[outputs.Length];
        for (var row = 0; row < outputs.Length; row++)
            bins[row] = Bins?.BinOf(arm, VersionOf(arm), outputs[row]) ?? -1;
        Tally.Answered(arm, seconds, bins);
    }
}
