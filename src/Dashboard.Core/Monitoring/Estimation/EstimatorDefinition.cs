using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Lowest and highest prediction that a regression's loss models learnt from.</summary>
public sealed record OutputRange(double Lowest, double Highest);

/// <summary>How well the estimate does where the truth is known: figures of each reference block, estimated by a calibrator or loss model that had not seen the block's rows, against the realised ones.</summary>
/// <param name="Estimated">Over all rows.</param>
/// <param name="Realised">Over the same.</param>
/// <param name="BlockError">Root mean square of estimated − realised over the blocks; chance is a part of it. Null where fewer than two blocks have the figure.</param>
public sealed record EstimateCheck(double Estimated, double Realised, double? BlockError);

/// <summary>estimator.json in a package: everything that estimating performance needs, learnt from rows with labels that the model had not seen.</summary>
/// <param name="FormatVersion">1.</param>
/// <param name="Rows">Rows that it was learnt from.</param>
/// <param name="Calibrators">One for a binary model, one a class for many; none for regression.</param>
/// <param name="Bins">Binary: what a row of each score bin brings.</param>
/// <param name="Outputs">Regression: where the predictions lay.</param>
/// <param name="Errors">Sampling error of each figure for one row.</param>
/// <param name="Reference">The realised figures over the reference's blocks.</param>
/// <param name="Checks">Estimated against realised on the reference.</param>
public sealed record EstimatorDefinition(
    int FormatVersion,
    ModelTask Task,
    long Rows,
    IReadOnlyList<Calibrator> Calibrators,
    BinMeans? Bins,
    OutputRange? Outputs,
    IReadOnlyDictionary<string, double> Errors,
    IReadOnlyDictionary<string, ReferenceSpread> Reference,
    IReadOnlyDictionary<string, EstimateCheck> Checks)
{
    public const string FileName = "estimator.json";

    /// <summary>The model of |y − ŷ| in a regression's package.</summary>
    public const string AbsoluteLossFile = "loss.absolute.xgb.json";

    /// <summary>The model of (y − ŷ)² in a regression's package.</summary>
    public const string SquaredLossFile = "loss.squared.xgb.json";

    public byte[] Serialize() => CanonicalJson.SerializeToUtf8(this);
}
