namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>τ² of a column's three questions: how much blocks truly differ beyond what chance does to rows; see <see cref="ScaledDistances"/>.</summary>
/// <param name="Shape">Of its values.</param>
/// <param name="Absence">Of its share of missing values.</param>
/// <param name="Novelty">Of its share of values that occur nowhere else.</param>
public readonly record struct ColumnSpread(double Shape, double Absence, double Novelty);

/// <summary>What larger blocks have shown of how much blocks differ, for a reference whose own are too small to show it: τ² is taken to be at least theirs.</summary>
/// <param name="Of">The calibrations of the larger blocks.</param>
/// <param name="Periods">Of how many periods the small blocks' rows are. What they make together is itself off by τ²/periods, and a window differs from it by so much more.</param>
public sealed record LeastSpread(IReadOnlyList<BlockCalibrations> Of, int Periods)
{
    /// <summary>That of one column.</summary>
    /// <param name="column">Its place in the layout.</param>
    internal ColumnSpread At(int column)
    {
        var (most, more) = (new ColumnSpread(0, 0, 0), 1 + (1.0 / Math.Max(1, Periods)));
        foreach (var spread in Of.Select(one => one.OfAll.Columns[column].Spread))
            most = new(Math.Max(most.Shape, more * spread.Shape), Math.Max(most.Absence, more * spread.Absence), Math.Max(most.Novelty, more * spread.Novelty));
        return most;
    }
}
