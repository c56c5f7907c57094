using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>All that a <see cref="DriftStream"/> remembers.</summary>
/// <param name="Evidence">For each column of the layout, and last for the model, the evidence of a lasting shift.</param>
public sealed record DriftStreamState(LordState Columns, LordState Model, IReadOnlyList<double> Evidence);

/// <summary>What was decided about one block.</summary>
/// <param name="ColumnLevel">The level at which its columns were tested; null where no column is calibrated.</param>
/// <param name="Adjusted">For each column of the layout its p, adjusted for the others of the block; null where it was not tested.</param>
/// <param name="ModelLevel">The level at which the model as a whole was tested; null where it was not.</param>
public sealed record DriftDecision(double? ColumnLevel, IReadOnlyList<double?> Adjusted, double? ModelLevel, bool ModelMoved)
{
    /// <summary>For each column the evidence of a lasting shift; empty where it was not asked for.</summary>
    public IReadOnlyList<double> Evidence { get; init; } = [];

    public double ModelEvidence { get; init; }

    /// <summary>The evidence from which a shift is called lasting; infinity where it was not asked for.</summary>
    public double LastingFrom { get; init; } = double.PositiveInfinity;

    /// <summary>Whether a column is called moved: in this block, or by what has lasted.</summary>
    public bool Moved(int column) => MovedNow(column) || Lasts(column);

    /// <summary>Whether this block alone says so.</summary>
    public bool MovedNow(int column) => Adjusted[column] is { } p && p <= ColumnLevel;

    /// <summary>Whether a small shift has lasted long enough.</summary>
    public bool Lasts(int column) => column < Evidence.Count && Evidence[column] >= LastingFrom;
}

/// <summary>
/// Decides block after block, so that a month of blocks and fifty columns together keep the promised rate of false alarms: along a month of blocks LORD++ gives each its level α_t, and within the
/// block the columns are tested by Benjamini and Hochberg at that level. A block is tested by the smallest adjusted p (Simes 1986), which rejects exactly when some column is called moved,
/// so the share of false alarms among all blocks with an alarm stays at or below α. The importance-weighted figure of the model is tested in a sequence of its own.
/// A shift that is small in each block, but lasts, is found by <see cref="LastingShift"/>, which allows one false alarm a year for all columns and the model together.
/// </summary>
public sealed class DriftStream
{
    /// <summary>α: at most this share of the alarms is false, in expectation.</summary>
    public const double FalseAlarms = 0.05;

    /// <summary>The columns' and the model's sequence have half of α each, so that both together keep it.</summary>
    private const double Share = FalseAlarms / 2;

    /// <summary>LORD++ begins anew after so many blocks, a month of days: it would grow ever stricter in calm, and what it promises is meant for what a person looks at together.</summary>
    public const int BlocksTogether = 30;

    private LordPlusPlus columns;
    private LordPlusPlus model;
    private readonly double blocksInYear;
    private double[] evidence;

    /// <param name="state">Where another stream of the same columns stood; null: at the beginning.</param>
    public DriftStream(BlockPeriod period, DriftStreamState? state = null)
    {
        columns = state is null ? new(Share) : new(state.Columns);
        model = state is null ? new(Share) : new(state.Model);
        evidence = state is null ? [] : [.. state.Evidence];
        blocksInYear = TimeSpan.FromDays(365) / period.Length;
    }

    public DriftStreamState State => new(columns.State, model.State, [.. evidence]);

    /// <summary>Decides about the next block.</summary>
    public DriftDecision Next(BlockCalibration calibration, BlockJudgement block)
    {
        var adjusted = Adjusted(calibration, block);
        double? smallest = adjusted.Min();
        double? columnLevel = smallest is { } one ? Test(ref columns, one).Level : null;
        var tested = calibration.IsCalibrated && block.ModelP is not null ? Test(ref model, block.ModelP.Value) : (LordDecision?)null;
        // The model is one more that can alarm.
        var threshold = blocksInYear * (adjusted.Count(p => p is not null) + 1);
        if (evidence.Length != adjusted.Length + 1)
            evidence = new double[adjusted.Length + 1];
        for (var i = 0; i < adjusted.Length; i++)
            if (adjusted[i] is not null)
                evidence[i] = LastingShift.After(evidence[i], LastingShift.Cautious(block.Columns[i]!.P, calibration.Columns[i].Blocks), threshold);
        if (tested is not null)
            evidence[^1] = LastingShift.After(evidence[^1], LastingShift.Cautious(block.ModelP!.Value, calibration.Blocks), threshold);
        return new(columnLevel, adjusted, tested?.Level, (tested?.Reject ?? false) || evidence[^1] >= threshold) { Evidence = evidence[..^1], ModelEvidence = evidence[^1], LastingFrom = threshold };
    }

    /// <summary>Decides again about a block whose rows have changed, at the levels that it had.</summary>
    public static DriftDecision Again(BlockCalibration calibration, BlockJudgement block, double? columnLevel, double? modelLevel) =>
        new(columnLevel, Adjusted(calibration, block), modelLevel, modelLevel is { } level && block.ModelP <= level);

    private static LordDecision Test(ref LordPlusPlus sequence, double p)
    {
        if (sequence.State.Tests >= BlocksTogether)
            sequence = new(Share);
        return sequence.Test(p);
    }

    private static double?[] Adjusted(BlockCalibration calibration, BlockJudgement block)
    {
        var p = new double[block.Columns.Count];
        for (var i = 0; i < p.Length; i++)
            p[i] = calibration.Columns[i].IsCalibrated && block.Columns[i] is { } column ? column.P : double.NaN;
        return [.. MultipleTesting.BenjaminiHochberg(p, FalseAlarms).Adjusted.Select(one => double.IsNaN(one) ? (double?)null : one)];
    }
}
