using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Quality;

namespace Dashboard.Storage.Monitoring.Quality;

/// <summary>The inputs of a model in a range, held against what the version was trained on, and what was not taken.</summary>
/// <param name="Version">The version that was asked for; null for all.</param>
/// <param name="Compared">The number of the version whose inputs these are: the one with most predictions in the range. Null without a version.</param>
/// <param name="Segment">The segment's name; null for all predictions.</param>
/// <param name="Summary">The whole in one sentence.</param>
/// <param name="WhyNoReference">Null where there is a reference.</param>
/// <param name="Usual">How many rows a step has in the reference; null where its rows have no time.</param>
/// <param name="Rows">Predictions of that version.</param>
/// <param name="Inputs">The worst first.</param>
/// <param name="Steps">The starts of the steps with predictions, which all trends are about.</param>
public sealed record QualityReport(string Model, int? Version, int? Compared, string? Segment, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, string Summary, string? WhyNoReference, long ReferenceRows,
    UsualRows? Usual, long Rows, IReadOnlyList<InputQuality> Inputs, IReadOnlyList<DateTimeOffset> Steps, IReadOnlyList<long> RowsByStep, QualityFaults Faults)
{
    public bool HasReference => WhyNoReference is null;
}

/// <summary>One raw input with the figures of the features that are made of it.</summary>
public sealed record InputQuality(InputCheck Check, IReadOnlyList<FeatureQuality> Features);

/// <summary>One encoded feature on both sides.</summary>
/// <param name="Reference">Null without a reference.</param>
/// <param name="Missing">The share of each step, 0 to 1.</param>
/// <param name="OutOfRange">The same for numbers beyond the reference's; empty for categories and without a reference.</param>
/// <param name="New">The same for categories that the model does not know; empty for numbers.</param>
public sealed record FeatureQuality(string Name, bool IsCategorical, FeatureFigures? Reference, FeatureFigures Now, IReadOnlyList<double> Missing, IReadOnlyList<double> OutOfRange, IReadOnlyList<double> New);

/// <summary>Rows in blocks of the reference as long as a step: the middle one, and the range of nine in ten.</summary>
public sealed record UsualRows(double Median, double Low, double High);

/// <summary>What was not taken, of the whole model and by arrival.</summary>
/// <param name="Requests">Prediction requests, answered or not.</param>
/// <param name="Refused">Of them those that were refused because of what was in them.</param>
/// <param name="Fields">Refused requests, rejected observations and ground truth by what was at fault, most first.</param>
/// <param name="Duplicates">Predictions whose id had come before.</param>
/// <param name="UnknownLabels">Ground truth whose prediction never came, ever since; as the next.</param>
/// <param name="WaitingLabels">Ground truth whose prediction has not come yet.</param>
/// <param name="NotLogged">Predictions of any model that found the queue full since the host started.</param>
/// <param name="Hours">Everything that was counted, by hour.</param>
public sealed record QualityFaults(DateTimeOffset From, DateTimeOffset To, long Requests, long Refused, IReadOnlyList<FieldFaults> Fields, long Duplicates, long UnknownLabels, long WaitingLabels, long NotLogged, IReadOnlyList<HourFaults> Hours);

/// <summary>Faults of one kind and field.</summary>
public sealed record FieldFaults(string Field, QualityKind Kind, long Count);

/// <summary>Faults of all kinds in an hour of arrival; duplicates apart.</summary>
public sealed record HourFaults(DateTimeOffset Start, long Faults, long Duplicates);
