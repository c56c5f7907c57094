using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training.Tables;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Worker;

/// <summary>What comes together in a training: the rows, how they are divided and encoded, and the booster.</summary>
internal sealed class TrainedModel(TrainingTable table, RowSplit split, Preprocessing preprocessing, RowEncoder encoder, Version library) : IDisposable
{
    private TrainedBooster? booster;

    public TrainingTable Table => table;

    public RowSplit Split => split;

    public Preprocessing Preprocessing => preprocessing;

    public RowEncoder Encoder => encoder;

    public Version Library => library;

    public TrainedBooster Booster
    {
        get => booster ?? throw new InvalidOperationException("There is no booster before the training.");
        set => booster = value;
    }

    /// <summary>The encoded held-out rows.</summary>
    public MatrixData Test { get; set; } = new([], 0, 0);

    /// <summary>The booster's outputs on the held-out rows: rows × outputs.</summary>
    public double[] Outputs { get; set; } = [];

    /// <summary>Out-of-sample predictions for the reference.</summary>
    public ReferencePredictions Unseen { get; set; } = new([], [], null);

    /// <summary>The model file, as XGBoost's JSON.</summary>
    public byte[] File { get; set; } = [];

    public Result<MatrixData> Matrix(int[] rows)
    {
        var encoded = encoder.Encode(rows);
        return encoded.Error is { } error ? error : new MatrixData(encoded.Value, rows.Length, encoder.Width, [.. rows.Select(row => (float)table.Target.Values[row])]);
    }

    public void Dispose() => booster?.Dispose();
}
