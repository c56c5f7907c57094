using System.Globalization;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>A group in which the model does worse than elsewhere.</summary>
/// <param name="Rows">Predictions, labelled or not.</param>
/// <param name="Labelled">Predictions whose ground truth is known.</param>
/// <param name="Share">Of the labelled predictions, 0 to 1.</param>
/// <param name="Loss">Mean loss in the group.</param>
/// <param name="Elsewhere">Mean loss of all other rows.</param>
/// <param name="Difference">The first less the second, with the ends of its interval.</param>
/// <param name="Impact">Difference × share: by so much the loss over all would fall if the group did as well as the rest.</param>
public sealed record WorstSegment(SliceGroup Group, long Rows, long Labelled, double Share, double Loss, double Elsewhere, double Difference, double Low, double High, double Impact)
{
    /// <summary>Mean loss in the group among the rows that the version was measured on when it was made; null where there are too few.</summary>
    public double? ReferenceLoss { get; init; }

    /// <summary>And elsewhere among them.</summary>
    public double? ReferenceElsewhere { get; init; }
}

/// <summary>Where a model does worse than elsewhere, the largest impact first.</summary>
/// <param name="Metric">The loss that is compared: log_loss, or mae for a regression.</param>
/// <param name="Loss">Its mean over all labelled rows; null without any.</param>
/// <param name="Labelled">Labelled rows.</param>
/// <param name="Compared">Groups and bands that were held against the rest.</param>
/// <param name="TooSmall">Groups with rows that were not: fewer than <see cref="WorstSegments.FewestRows"/> labelled ones, or rows in too few blocks.</param>
/// <param name="Blocks">Steps of time with labelled rows.</param>
/// <param name="ByBlocks">True: the intervals allow for rows of one block that go together. False: there are too few blocks, and rows were taken as independent.</param>
public sealed record SegmentRanking(string Metric, double? Loss, long Labelled, int Compared, int TooSmall, int Blocks, bool ByBlocks, IReadOnlyList<WorstSegment> Segments)
{
    /// <summary>"origin = ORD: log loss 0.61 against 0.47 elsewhere, 6 % of predictions; it explains 0.008 of the 0.48."</summary>
    /// <param name="coverage">The share of all predictions that is labelled: below nine tenths the sentence says of which it speaks.</param>
    public string Sentence(WorstSegment segment, double coverage = 1) => string.Create(CultureInfo.InvariantCulture,
        $"{segment.Group.Text}: {Name} {Say(segment.Loss)} against {Say(segment.Elsewhere)} elsewhere, {Percent(segment.Share)} of {(coverage < 0.9 ? "labelled " : "")}predictions; it explains {Say(segment.Impact)} of the {Say(Loss ?? double.NaN)}.");

    /// <summary>What was found, or that nothing was.</summary>
    public string Summary => this switch
    {
        { Labelled: 0 } => "No ground truth has arrived yet: where the model does worse is told once it has.",
        { Compared: 0 } => $"Too few predictions have their ground truth: at least {WorstSegments.FewestRows} in a group and as many elsewhere are needed.",
        { Segments.Count: 0 } => $"No group of any input does worse than the rest beyond chance; {Compared} groups and bands were compared.",
        _ => $"{Segments.Count} of {Compared} groups and bands do worse than the rest beyond chance; {Segments[0].Group.Text} costs most.",
    };

    private string Name => Metric == "mae" ? "mean absolute error" : MetricInfo.For(Metric).Name.ToLowerInvariant();

    internal static string Say(double value) => value.ToString(Math.Abs(value) >= 1000 ? "#,0" : "G3", CultureInfo.InvariantCulture);

    internal static string Percent(double share) => share is > 0 and < 0.001 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{(share * 100).ToString(share < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture)} %");
}
