using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>All that a <see cref="DriftStream"/> remembers.</summary>
public sealed record DriftStreamState(LordState Columns, LordState Model);

/// <summary>What was decided about one block.</summary>
/// <param name="ColumnLevel">The level at which its columns were tested; null where no column is calibrated.</param>
/// <param name="Adjusted">For each column of the layout its p, adjusted for the others of the block; null where it was not tested.</param>
/// <param name="ModelLevel">The level at which the model as a whole was tested; null where it was not.</param>
public sealed record DriftDecision(double? ColumnLevel, IReadOnlyList<double?> Adjusted, double? ModelLevel, bool ModelMoved)
{
    /// <summary>Whether a column is called moved.</summary>
    public bool Moved(int column) => Adjusted[column] is { } p && p <= ColumnLevel;
}

/// <summary>
/// Decides block after block, so that a month of blocks and fifty columns together keep the promised rate of false alarms: along time LORD++ gives each block its level α_t, and within the
/// block the columns are tested by Benjamini and Hochberg at that level. A block is tested by the smallest adjusted p (Simes 1986), which rejects exactly when some column is called moved,
/// so the share of false alarms among all blocks with an alarm stays at or below α. The importance-weighted figure of the model is tested in a sequence of its own.
/// </summary>
public sealed class DriftStream
{
    /// <summary>α: at most this share of the alarms is false, in expectation.</summary>
    public const double FalseAlarms = 0.05;

    private readonly LordPlusPlus columns;
    private readonly LordPlusPlus model;

    public DriftStream()
        : this(null)
    {
    }

    /// <param name="state">Where another stream stood; null: at the beginning.</param>
    public DriftStream(DriftStreamState? state)
    {
        columns = state is null ? new(FalseAlarms) : new(state.Columns);
        model = state is null ? new(FalseAlarms) : new(state.Model);
    }

    public DriftStreamState State => new(columns.State, model.State);

    /// <summary>Decides about the next block.</summary>
    public DriftDecision Next(BlockCalibration calibration, BlockJudgement block)
    {
        var adjusted = Adjusted(calibration, block);
        double? smallest = adjusted.Min();
        double? columnLevel = smallest is { } one ? columns.Test(one).Level : null;
        var tested = calibration.IsCalibrated && block.ModelP is not null ? model.Test(block.ModelP.Value) : (LordDecision?)null;
        return new(columnLevel, adjusted, tested?.Level, tested?.Reject ?? false);
    }

    /// <summary>Decides again about a block whose rows have changed, at the levels that it had.</summary>
    public static DriftDecision Again(BlockCalibration calibration, BlockJudgement block, double? columnLevel, double? modelLevel) =>
        new(columnLevel, Adjusted(calibration, block), modelLevel, modelLevel is { } level && block.ModelP <= level);

    private static double?[] Adjusted(BlockCalibration calibration, BlockJudgement block)
    {
        var p = new double[block.Columns.Count];
        for (var i = 0; i < p.Length; i++)
            p[i] = calibration.Columns[i].IsCalibrated && block.Columns[i] is { } column ? column.P : double.NaN;
        return [.. MultipleTesting.BenjaminiHochberg(p, FalseAlarms).Adjusted.Select(one => double.IsNaN(one) ? (double?)null : one)];
    }
}
