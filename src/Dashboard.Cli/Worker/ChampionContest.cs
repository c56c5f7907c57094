using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Cli.Worker;

/// <summary>The champion on the same held-out raw rows, read by its own preprocessing and scored as it is when it serves.</summary>
internal sealed class ChampionContest
{
    private readonly int number;
    private readonly ModelManifest champion;
    private readonly Scorer scorer;

    private ChampionContest(int number, ModelManifest champion, Scorer scorer) => (this.number, this.champion, this.scorer) = (number, champion, scorer);

    /// <summary>The fields that the champion reads beside the new model's own.</summary>
    public IEnumerable<TableField> Fields => champion.Preprocessing.Inputs.Select(input => new TableField(input.Name, input.Type));

    /// <summary>Opens the champion's package.</summary>
    /// <returns>The contest, or a sentence that says why there can be none.</returns>
    public static (ChampionContest? Contest, string? WhyNot) Open(WorkerChampion version, DataSchema schema, CancellationToken ct)
    {
        var read = PackageFolder.ReadAsync(version.PackageFolder, version.Digest, ct).GetAwaiter().GetResult();
        if (read.Error is { } damaged)
            return (null, damaged.Message);
        var manifest = read.Value.Manifest;
        foreach (var input in manifest.Preprocessing.Inputs)
        {
            var at = schema.IndexOf(input.Name);
            if (at < 0)
                return (null, $"the data has no column '{input.Name}', which it reads");
            if (!CanRead(input.Type, schema.Columns[at].Type))
                return (null, $"it reads '{input.Name}' as {input.Type}, and in the data it is {schema.Columns[at].Type}");
        }

        var model = XGBoostModelReader.Read(read.Value.Model);
        return model.Error is { } unreadable ? (null, unreadable.Message) : (new(version.VersionNumber, manifest, model.Value.Scorer), null);
    }

    /// <summary>Scores the rows and judges.</summary>
    /// <param name="challenger">The new model's outputs on these rows.</param>
    /// <returns>The comparison, or a sentence that says why there can be none.</returns>
    public (ChallengerComparison? Comparison, string? WhyNot) Run(TrainingTable table, HeldOutRows held, double[] challenger, EvaluationReport report)
    {
        if (champion.Task != table.Target.Task)
            return (null, $"it does {champion.Task}, the new model {table.Target.Task}");
        if (champion.Target is { } target && !champion.Classes.SequenceEqual(table.Target.Classes, StringComparer.Ordinal))
            return (null, $"its target '{target}' has the classes {string.Join(", ", champion.Classes)}, the new model's {string.Join(", ", table.Target.Classes)}");
        if (champion.OutputCount * held.Rows.Length != challenger.Length)
            return (null, $"it has {champion.OutputCount} outputs, the new model {challenger.Length / held.Rows.Length}");
        var encoded = new RowEncoder(table, champion.Preprocessing).Encode(held.Rows);
        if (encoded.Error is { } tooLarge)
            return (null, tooLarge.Message);
        var outputs = Score(scorer, encoded.Value, held.Rows.Length);
        return (ChallengerComparison.Judge(number, held.Evaluate(outputs, champion.DecisionThreshold), report, held.Compare(outputs, challenger)), null);
    }

    /// <summary>Every row through a scorer: rows × outputs.</summary>
    public static double[] Score(Scorer scorer, float[] encoded, int rows)
    {
        var outputs = new double[rows * scorer.OutputCount];
        var one = new float[scorer.OutputCount];
        for (var row = 0; row < rows; row++)
        {
            scorer.Score(encoded.AsSpan(row * scorer.FeatureCount, scorer.FeatureCount), one);
            for (var output = 0; output < one.Length; output++)
                outputs[(row * one.Length) + output] = one[output];
        }

        return outputs;
    }

    private static bool CanRead(InputType input, ColumnType column) => input switch
    {
        InputType.Number => column is ColumnType.Number or ColumnType.Boolean,
        InputType.Boolean => column is ColumnType.Boolean or ColumnType.Number,
        InputType.Timestamp => column is ColumnType.Timestamp,
        _ => column is not ColumnType.Timestamp,
    };
}
