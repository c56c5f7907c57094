using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Registry.Cards;

/// <summary>Everything known about a version that its card tells. What is null or empty is not known, and the card says so. Times in UTC.</summary>
/// <param name="Source">"trained", "imported package" or "imported XGBoost file".</param>
public sealed record CardFacts(string Model, int Version, string Digest, ModelManifest Manifest, string Source, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>What people wrote about the registered model.</summary>
    public string Description { get; init; } = "";

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The training that made it.</summary>
    public CardRun? Run { get; init; }

    public CardDataset? Dataset { get; init; }

    /// <summary>On held-out rows.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>By the metric's key.</summary>
    public IReadOnlyDictionary<string, MetricInterval> Intervals { get; init; } = new Dictionary<string, MetricInterval>();

    /// <summary>With the champion of the time at which it was made.</summary>
    public ChallengerComparison? Comparison { get; init; }

    public CardReference? Reference { get; init; }

    /// <summary>Where it does worse, on rows that it had not learnt from.</summary>
    public CardWorst? Worst { get; init; }

    /// <summary>Inputs that people marked as sensitive.</summary>
    public IReadOnlyList<string> Sensitive { get; init; } = [];

    /// <summary>Figures between the values of sensitive inputs, on rows that it had not learnt from.</summary>
    public IReadOnlyList<CardFairness> Fairness { get; init; } = [];

    /// <summary>What such figures can say and what they cannot.</summary>
    public string? FairnessCaveat { get; init; }

    /// <summary>Segments that people defined for the model.</summary>
    public IReadOnlyList<CardSegment> Segments { get; init; } = [];

    /// <summary>Why performance cannot be estimated before labels arrive; null where it can.</summary>
    public string? WhyNoEstimates { get; init; }

    /// <summary>How fast the service answered while this version was champion.</summary>
    public CardService? Service { get; init; }

    /// <summary>Changes of champion in which it took part, oldest first.</summary>
    public IReadOnlyList<CardChange> Changes { get; init; } = [];

    /// <summary>Decisions of approvers about it, oldest first.</summary>
    public IReadOnlyList<CardApproval> Approvals { get; init; } = [];

    /// <summary>Alerts that fired while it was champion.</summary>
    public CardAlerts Alerts { get; init; } = new(0, []);
}

/// <param name="Parameters">Name and value, in order.</param>
public sealed record CardRun(string Id, string Name, string Experiment, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<KeyValuePair<string, string>> Parameters);

/// <param name="From">The time column's smallest value, where there is one.</param>
public sealed record CardDataset(string Name, int Version, string ContentHash, string Source, long Rows, long RejectedRows, int Columns, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>What live data are compared with.</summary>
/// <param name="Unit">"day", "hour"; null where rows have no time and a block is a run of rows.</param>
public sealed record CardReference(long Rows, int Blocks, string? Unit, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>Groups with a larger loss than elsewhere, the costliest first.</summary>
/// <param name="Metric">log_loss or mae.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="Summary">What was found, or that nothing was.</param>
public sealed record CardWorst(string Metric, long Rows, string Summary, IReadOnlyList<CardWorstGroup> Groups);

/// <param name="Share">Of the rows, 0 to 1.</param>
/// <param name="Low">The lower end of the simultaneous 95 % interval of the difference.</param>
public sealed record CardWorstGroup(string Group, long Rows, double Share, double Loss, double Elsewhere, double Low, double High);

/// <param name="Class">The class that counts as selected; null for a regression.</param>
/// <param name="Figures">Names of the figures, in order.</param>
public sealed record CardFairness(string Feature, string? Class, IReadOnlyList<string> Figures, IReadOnlyList<CardFairnessGroup> Groups, IReadOnlyList<CardFairnessGap> Gaps);

/// <param name="Values">One for each figure; null where it cannot be given.</param>
public sealed record CardFairnessGroup(string Group, long Rows, IReadOnlyList<CardBand?> Values);

/// <summary>A figure with its 95 % band.</summary>
public sealed record CardBand(double Value, double Low, double High, bool IsShare);

public sealed record CardFairnessGap(string Name, CardBand Value, string Highest, string Lowest);

public sealed record CardSegment(string Name, string Expression);

/// <summary>Latencies in milliseconds; null without answered requests.</summary>
public sealed record CardService(long Requests, double? P50, double? P95, double? P99, DateTimeOffset From, DateTimeOffset? To);

/// <param name="IsRollback">False: a promotion.</param>
public sealed record CardChange(bool IsRollback, int? From, int To, string By, string Reason, DateTimeOffset At);

public sealed record CardApproval(bool Approved, string By, DateTimeOffset At, string Comment);

/// <param name="Total">All of them; <paramref name="Newest"/> are some.</param>
public sealed record CardAlerts(int Total, IReadOnlyList<CardAlert> Newest);

/// <param name="ResolvedAt">Null: it fires still.</param>
public sealed record CardAlert(string Rule, string Severity, string Situation, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt);
