namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>One column of a window, held against the reference's blocks.</summary>
/// <param name="Rows">With and without a value.</param>
/// <param name="Distance">In [0, 1]; see <see cref="BlockDistance"/>.</param>
/// <param name="Ratio">The distance in multiples of what a block of as many rows usually has.</param>
/// <param name="RankP">(1 + #{Rᵢ ≥ R})/(1 + n) of the values' distance.</param>
/// <param name="P">Of the column: the values, the missing share and, for a category, new values, weighted.</param>
/// <param name="ShapeP">Of the values alone.</param>
/// <param name="MissingShare">0 to 1.</param>
/// <param name="NewShare">Of the rows with a value, those whose value the reference does not have; null for numbers.</param>
public sealed record ColumnJudgement(string Name, long Rows, double Distance, double Ratio, double RankP, double P, double ShapeP, double MissingShare, double MissingP, double? NewShare, double? NewP)
{
    public double ReferenceMissingShare { get; init; }
}
