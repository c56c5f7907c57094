using System.Globalization;
using Dashboard.Core.Monitoring.Blocks;

namespace Dashboard.Core.Monitoring.Health;

/// <summary>A block in which something moved, for a sentence.</summary>
/// <param name="Start">On the model's clock.</param>
/// <param name="Since">The start of the run of blocks in which something moved; the block's own where it is the first.</param>
/// <param name="Inputs">Inputs that moved.</param>
/// <param name="Importance">Their share of the model's importance, 0 to 1; null where unknown.</param>
public sealed record MovedBlock(DateTimeOffset Start, DateTimeOffset Since, IReadOnlyList<string> Inputs, double? Importance, bool ModelMoved, bool PredictionMoved);

/// <summary>How the inputs and the prediction stand against the reference's own blocks.</summary>
/// <param name="Period">"day", "hour".</param>
/// <param name="ReferenceBlocks">How many blocks the reference has; null where there is no reference.</param>
/// <param name="Inputs">How many inputs the newest block judged; 0 where none was judged yet.</param>
/// <param name="Moved">The newest block that is over, where something moved in it.</param>
/// <param name="HarmSince">The block since which the loss is above what is tolerated.</param>
public sealed record DriftStanding(string Period, int? ReferenceBlocks, int Inputs, MovedBlock? Moved, DateTimeOffset? HarmSince)
{
    /// <summary>Inputs with less of the importance than this move no model to another state.</summary>
    public const double ImportantShare = 0.1;

    private const string Runs = "runs of rows";

    /// <summary>The reference's blocks are runs of its rows: they have no time, or too few rows a period.</summary>
    public bool HasRuns { get; init; }

    /// <summary>Whether what moved matters to the model: its importance-weighted figure or its predictions moved, or inputs that carry something.</summary>
    public bool IsDrifting => Moved is { } block && (block.ModelMoved || block.PredictionMoved || block.Importance is null || block.Importance >= ImportantShare);

    /// <summary>What to say of the inputs.</summary>
    public string Sentence
    {
        get
        {
            if (ReferenceBlocks is not { } blocks)
                return "Drift is not judged: the version has no reference.";
            if (blocks < RatioCalibration.FewBlocks)
                return $"Drift is shown, but not judged: the reference has {blocks} {(HasRuns ? Runs : blocks == 1 ? Period : Plural(Period))}, and {RatioCalibration.FewBlocks} are needed.";
            if (Inputs == 0)
                return $"Drift is judged by the {Period}; the first one is not over yet.";
            if (Moved is not { } moved)
                return $"The inputs look like the reference’s {blocks} {(HasRuns ? Runs : Plural(Period))}.";
            var when = moved.Since < moved.Start ? $"since {Day(moved.Since)}" : $"on {Day(moved.Start)}";
            return (moved.Inputs.Count, moved.PredictionMoved) switch
            {
                (0, true) => $"The predictions moved {when}, though no single input did.",
                (0, false) => $"The inputs as a whole moved {when}, though no single one did.",
                var (count, predicted) => $"{count} of {Inputs} inputs moved {when}{Carries(moved)}.{(predicted ? " The predictions moved, too." : "")}",
            };
        }
    }

    private static string Carries(MovedBlock moved) =>
        moved.Importance is > 0 ? $"; {(moved.Inputs.Count == 1 ? "it carries" : "together they carry")} {ModelHealth.Percent(moved.Importance.Value)} of the model’s importance" : "";

    private static string Plural(string period) => period.Contains(' ', StringComparison.Ordinal) ? $"blocks of {period}" : period + "s";

    private string Day(DateTimeOffset time) => time.UtcDateTime.ToString(Period.Contains("hour", StringComparison.Ordinal) ? "d MMM HH:mm" : "d MMM", CultureInfo.InvariantCulture);
}
