using System.Text.Json.Serialization;
using Dashboard.Core.Monitoring.Blocks;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>One column of a block, as it was judged.</summary>
/// <param name="Distance">From the reference, 0 to 1; see <see cref="BlockDistance"/>.</param>
/// <param name="Ratio">In multiples of what a block of as many rows usually has.</param>
/// <param name="RankP">(1 + #{Rᵢ ≥ R})/(1 + n) among the reference's blocks.</param>
/// <param name="Adjusted">p, adjusted for the other columns of the block; null where the column is not calibrated.</param>
/// <param name="Usual">The distance that one of twenty reference blocks would exceed; null where none would.</param>
/// <param name="Limit">The distance from which the column alone would have been called moved; null where none would.</param>
/// <param name="NewShare">Of the rows with a value, those whose value the reference does not have; null for numbers.</param>
/// <param name="Blocks">How many reference blocks the column is calibrated on.</param>
public sealed record JudgedColumn(string Name, long Rows, double Distance, double Ratio, double RankP, double P, double? Adjusted, bool Moved,
    double? Usual, double? Limit, double MissingShare, double ReferenceMissingShare, double? NewShare, int Blocks)
{
    /// <summary>How strongly all blocks up to this one speak for a shift that lasts; see <see cref="LastingShift"/>.</summary>
    public double Evidence { get; init; }

    /// <summary>Called moved because a small shift has lasted, though not by this block alone.</summary>
    public bool Lasts { get; init; }

    [JsonIgnore]
    public bool IsCalibrated => Blocks >= RatioCalibration.FewBlocks;
}

/// <summary>A block of the model's clock, held against the blocks of a version's reference.</summary>
/// <param name="Version">The version's number.</param>
/// <param name="Blocks">How many reference blocks it was held against.</param>
/// <param name="Matching">What those blocks have in common: "Mondays", "the same time of day, 06:00"; null: all.</param>
/// <param name="ColumnLevel">α_t of the columns; null where nothing was decided.</param>
/// <param name="ModelRatio">The importance-weighted mean of the features' ratios; 1 is usual.</param>
/// <param name="Columns">Those that had enough rows: the features in the model's order, then the prediction.</param>
public sealed record JudgedBlock(int Version, DateTimeOffset Start, long Seconds, long Rows, int Blocks, string? Matching,
    double? ColumnLevel, double? ModelRatio, double? ModelP, double? ModelLevel, bool ModelMoved, IReadOnlyList<JudgedColumn> Columns)
{
    /// <summary>False: the block is not over, and what it shows may change.</summary>
    public bool IsComplete { get; init; } = true;

    [JsonIgnore]
    public bool IsCalibrated => Blocks >= RatioCalibration.FewBlocks;

    [JsonIgnore]
    public DateTimeOffset End => Start.AddSeconds(Seconds);

    [JsonIgnore]
    public IEnumerable<string> Moved => Columns.Where(column => column.Moved).Select(column => column.Name);

    public JudgedColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);

    internal static JudgedBlock Of(int version, DateTimeOffset start, BlockPeriod period, BlockCalibration calibration, BlockJudgement judged, DriftDecision? decision)
    {
        var columns = new List<JudgedColumn>();
        for (var i = 0; i < judged.Columns.Count; i++)
        {
            if (judged.Columns[i] is not { } column)
                continue;
            var known = calibration.Columns[i];
            var alone = decision?.ColumnLevel is { } level ? level / Math.Max(1, decision.Adjusted.Count(p => p is not null)) : (double?)null;
            columns.Add(new(column.Name, column.Rows, column.Distance, column.Ratio, column.RankP, column.P, decision?.Adjusted[i], decision?.Moved(i) ?? false,
                known.LimitAt(DriftStream.FalseAlarms, column.Rows), alone is { } strict ? known.LimitAt(strict, column.Rows) : null,
                column.MissingShare, column.ReferenceMissingShare, column.NewShare, known.Blocks)
            {
                Evidence = decision is { } made && i < made.Evidence.Count ? made.Evidence[i] : 0,
                Lasts = decision is not null && decision.Lasts(i) && !decision.MovedNow(i),
            });
        }

        return new(version, start, period.Seconds, judged.Rows, calibration.Blocks, calibration.Matching, decision?.ColumnLevel, judged.ModelRatio, judged.ModelP, decision?.ModelLevel, decision?.ModelMoved ?? false, columns);
    }
}
