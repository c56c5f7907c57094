using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>
/// Says why a loss changed. The reference's rows are reweighted by p(current | x)/p(reference | x), from a classifier that tells the two apart, until they look like the current ones; what
/// their loss becomes by that is the part of changed inputs, what is left to the realised loss the part of a changed relation.
/// <para>The part of changed inputs is divided by Shapley values over the features: a coalition S is worth the reference's loss reweighted by the density ratio of the columns in S alone, that
/// is, with X_S distributed as now and the rest given X_S as in the reference. The changed relation always joins last, so that the two parts are those of the whole. What this
/// approximates: no causal graph is known, so features that belong together share what they do together; and within a changed relation features are only said to tell where it is strong.</para>
/// <para>Intervals: 95 %, from rows drawn anew in blocks. For the two parts the classifier is learnt anew each time; for single features the weights are held, and the
/// variance that learning anew adds to the whole part is added to the features' in proportion to their own.</para>
/// </summary>
/// <param name="reference">Reference rows with ground truth, in the order of time.</param>
/// <param name="current">Current rows in the order of time; all with ground truth where <paramref name="currentLosses"/> are given.</param>
/// <param name="report">What is done now, and how far it is, 0 to 1.</param>
public sealed class CauseAnalysis(
    LossKind loss, ObservedRows reference, ObservedRows current, double[] referenceLosses, double[]? currentLosses,
    IReadOnlyList<EncodedFeature> features, IReadOnlyList<FeatureGroup> groups, ICauseModels models, Action<string, double> report)
{
    /// <summary>Fewer rows on a side say nothing.</summary>
    public const int LeastRows = 200;

    /// <summary>Samples that learn the classifier anew; a standard deviation needs no more.</summary>
    private const int LearnedSamples = 30;

    /// <summary>Samples with the weights held; they cost nothing.</summary>
    private const int HeldSamples = 200;

    private readonly RowBootstrap bootstrap = new(reference, current);

    /// <exception cref="InvalidOperationException">There are too few rows, or losses do not fit them.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LossCauses Run(CancellationToken ct)
    {
        if (reference.Count < LeastRows || current.Count < LeastRows)
            throw new InvalidOperationException($"{reference.Count} reference and {current.Count} current rows; expected at least {LeastRows} of each.");
        if (referenceLosses.Length != reference.Count || (currentLosses is not null && currentLosses.Length != current.Count))
            throw new InvalidOperationException($"{referenceLosses.Length} and {currentLosses?.Length} losses do not fit {reference.Count} and {current.Count} rows.");
        report("Telling current rows from reference rows", 0);
        var all = Enumerable.Range(0, reference.Width).ToArray();
        var weights = Weights(all, RowSample.All(reference.Count, current.Count), ct);
        var whole = Parts(weights.Values, RowSample.All(reference.Count, current.Count));
        var samples = new List<LossParts>();
        foreach (var sample in bootstrap.Draw(LearnedSamples))
        {
            report($"Drawing rows anew, {samples.Count + 1} of {LearnedSamples}", 0.45 * samples.Count / LearnedSamples);
            samples.Add(Parts(Weights(all, sample, ct).Values, sample));
        }

        Amount? Of(Func<LossParts, double?> part) => part(whole) is { } value ? Amount.Of(value, bootstrap.Quantile * Amount.Deviation([.. samples.Select(sample => part(sample)!.Value)])) : null;
        var slices = new RowSlices(features, reference, current, referenceLosses, weights.Values, currentLosses);
        var concept = Of(parts => parts.Concept);
        var (inputs, exact) = Inputs(weights, Amount.Deviation([.. samples.Select(sample => sample.Covariate)]), slices, ct);
        return new(loss, whole.Reference, whole.Current, Of(parts => parts.Current - parts.Reference), Of(parts => parts.Covariate)!.Value, concept,
            inputs, exact, concept is { } known ? Relation(slices, known.Value, ct) : [], reference.Count, current.Count, weights.EffectiveRows, weights.Clipped);
    }

    private RowWeights Weights(IReadOnlyList<int> columns, RowSample sample, CancellationToken ct) => RowWeights.Of(models.ChanceOfCurrent(columns, sample, ct), sample.Current.Length);

    private LossParts Parts(double[] weights, RowSample sample)
    {
        var (plain, weighted) = (0.0, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            plain += referenceLosses[sample.Reference[i]];
            weighted += weights[i] * referenceLosses[sample.Reference[i]];
        }

        return new(plain / weights.Length, weighted / weights.Length, currentLosses is null ? null : sample.Current.Average(row => currentLosses[row]));
    }

    /// <param name="learned">The standard deviation of the whole part when the classifier is learnt anew.</param>
    private (IReadOnlyList<InputCause> Causes, bool IsExact) Inputs(RowWeights weights, double learned, RowSlices slices, CancellationToken ct)
    {
        var shapley = Divide(weights, ct);
        var held = Amount.Deviation([.. Enumerable.Range(1, HeldSamples).Select(sample => shapley.Values.Sum(values => values[sample]))]);
        double[] variances = [.. shapley.Values.Select(values => Math.Pow(Amount.Deviation(values[1..]), 2))];
        var sum = variances.Sum();
        var added = sum > 0 ? Math.Max(0, (learned * learned) - (held * held)) / sum : 0;
        var causes = groups.Select((group, player) => new InputCause(group.Name,
            Amount.Of(shapley.Values[player][0], bootstrap.Quantile * Math.Sqrt(variances[player] * (1 + added))), slices.Moving(group.Columns, shapley.Values[player][0])));
        return ([.. causes.OrderByDescending(cause => Math.Abs(cause.Part.Value))], shapley.IsExact);
    }

    private ShapleyValues Divide(RowWeights whole, CancellationToken ct)
    {
        var draws = bootstrap.Draw(HeldSamples).Select(sample => sample.Reference).ToList();
        var all = (1UL << groups.Count) - 1;
        var (asked, expected) = (0, Math.Min(ShapleyValues.SampledCoalitions, 1 << Math.Min(groups.Count, 30)));
        return ShapleyValues.Of(groups.Count, coalition =>
        {
            report($"Dividing the change among features, {++asked} of about {expected}", 0.45 + (0.45 * Math.Min(1, asked / (double)expected)));
            var weights = coalition == 0 ? RowWeights.Even(reference.Count) : coalition == all ? whole
                : Weights([.. groups.Where((_, player) => (coalition & (1UL << player)) != 0).SelectMany(group => group.Columns).Order()], RowSample.All(reference.Count, current.Count), ct);
            return [Worth(weights.Values, null), .. draws.Select(draw => Worth(weights.Values, draw))];
        });
    }

    private double Worth(double[] weights, int[]? draw)
    {
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < (draw?.Length ?? weights.Length); i++)
        {
            var row = draw?[i] ?? i;
            sum += weights[row] * referenceLosses[row];
            total += weights[row];
        }

        return sum / total;
    }

    private IReadOnlyList<RelationCause> Relation(RowSlices slices, double concept, CancellationToken ct)
    {
        report("Looking where the relation changed", 0.9);
        return models.SpreadOfDifference(referenceLosses, currentLosses!, ct) is { } spread
            ? [.. groups.Select(group => new RelationCause(group.Name, group.Columns.Sum(column => spread[column]), slices.Differing(group.Columns, concept)))
                .Where(cause => cause.Spread > 0).OrderByDescending(cause => cause.Spread)]
            : [];
    }

    private sealed record LossParts(double Reference, double Reweighted, double? Current)
    {
        public double Covariate => Reweighted - Reference;

        public double? Concept => Current - Reweighted;
    }
}
