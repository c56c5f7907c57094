using Dashboard.Core.Monitoring.Slices;

namespace Dashboard.Storage.Monitoring.Slices;

/// <summary>Where a version does worse than elsewhere, over a range.</summary>
/// <param name="Version">The version that was asked for; null for all.</param>
/// <param name="Compared">The number of the version that this is about: the one with most predictions in the range. Null without a version.</param>
/// <param name="Rows">Its predictions, labelled or not.</param>
/// <param name="Block">The length of the blocks whose spread the intervals allow for.</param>
/// <param name="Segments">As ranked, the largest impact first, each with its sentence.</param>
public sealed record WorstSegmentsView(string Model, int? Version, int? Compared, DateTimeOffset From, DateTimeOffset To, long Rows, TimeSpan Block, string Summary, SegmentRanking? Ranking, IReadOnlyList<FoundSegment> Segments);

/// <summary>A group in which the model does worse, and the same in words.</summary>
public sealed record FoundSegment(WorstSegment Found, string Sentence);

/// <summary>Figures of fairness between the values of a feature, over a range.</summary>
/// <param name="Compared">The number of the version that this is about.</param>
/// <param name="Classes">What can be chosen as the selected class; empty for a regression.</param>
public sealed record FairnessView(string Model, int? Version, int Compared, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Classes, FairnessReport Report)
{
    public string Caveat { get; init; } = FairnessReport.Caveat;
}

/// <summary>A defined segment over a range. The baseline in <paramref name="Series"/> is that of the segment's rows in the reference, and empty where there are too few of them.</summary>
/// <param name="ReferenceRows">Rows of the reference's sample in the segment.</param>
/// <param name="WhyNoBaseline">Null where there is one.</param>
public sealed record SegmentSeries(int Id, string Name, string Expression, ModelSeries Series, int ReferenceRows, string? WhyNoBaseline);
