using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Analysis;

/// <summary>Small boosters that are always asked about rows they have not seen: rows are divided into folds, and each fold is answered by models of the others.</summary>
/// <param name="seed">The same seed gives the same answers.</param>
internal sealed class RowModels(ObservedRows reference, ObservedRows current, IReadOnlyList<EncodedFeature> features, int seed) : ICauseModels
{
    /// <summary>The smallest share that a side may have of the rows like one: below it a single row would stand for too many.</summary>
    private const double LeastChance = 0.05;

    /// <summary>How many standard errors a model of the difference must be better than a constant before its features are named.</summary>
    private const double ClearlyBetter = 2;

    private const int Folds = 3;

    /// <summary>On one thread: these boosters are so small that threads would mostly wait for each other.</summary>
    private readonly BoosterParameters parameters = new(Rounds: 40, EarlyStoppingRounds: 0, LearningRate: 0.15, MaxDepth: 4, MinChildWeight: 20, Subsample: 0.8, MaxCategoryThreshold: 16, Seed: seed, Threads: 1);

    private int Rows => reference.Count + current.Count;

    /// <inheritdoc/>
    public double[] ChanceOfCurrent(IReadOnlyList<int> columns, RowSample sample, CancellationToken ct) => Calibrated(columns, sample, ct)[..sample.Reference.Length];

    /// <summary>How well current rows are told from reference ones by some columns, in rows that the models had not seen.</summary>
    public AucInterval? Auc(IReadOnlyList<int> columns, CancellationToken ct) => Auc(Scores(columns, ct));

    /// <summary>As <see cref="Auc(IReadOnlyList{int}, CancellationToken)"/>, with the mean absolute TreeSHAP contribution of each of the columns.</summary>
    public (AucInterval? Auc, double[] Contributions) Tell(IReadOnlyList<int> columns, CancellationToken ct)
    {
        var contributions = new double[columns.Count];
        var scores = Scores(columns, ct, (booster, held) => AddContributions(booster, held, contributions));
        return (Auc(scores), Array.ConvertAll(contributions, sum => sum / Rows));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The DR-learner (Kennedy 2023): with m₀ and m₁ the expected loss on either side and e the chance of being current, ψ = m₁ − m₀ + (D − e)/(e(1 − e))·(loss − m_D) has the difference as its
    /// mean given x, even where either m or e is wrong; a booster of ψ then says how the difference depends on x. Its models answer for days that they have not seen, and must be better than a
    /// constant from day to day: what is peculiar to one day is no change of the relation.
    /// </remarks>
    public double[]? SpreadOfDifference(double[] referenceLosses, double[] currentLosses, CancellationToken ct)
    {
        int[] all = [.. Enumerable.Range(0, features.Count)];
        var sample = RowSample.All(reference.Count, current.Count);
        var (rows, isCurrent) = Both(sample);
        double[] losses = [.. referenceLosses, .. currentLosses];
        var chance = Calibrated(all, sample, ct);
        var blocks = BlockOfRow();
        var before = CrossFit(all, rows, losses, ModelTask.Regression, ct, learnFrom: row => isCurrent[row] == 0, unit: blocks);
        var now = CrossFit(all, rows, losses, ModelTask.Regression, ct, learnFrom: row => isCurrent[row] == 1, unit: blocks);
        var difference = new double[Rows];
        for (var row = 0; row < difference.Length; row++)
        {
            var e = Math.Clamp(chance[row], LeastChance, 1 - LeastChance);
            difference[row] = now[row] - before[row] + ((isCurrent[row] - e) / (e * (1 - e)) * (losses[row] - (isCurrent[row] == 1 ? now[row] : before[row])));
        }

        var contributions = new double[features.Count];
        var explained = CrossFit(all, rows, difference, ModelTask.Regression, ct, (booster, held) => AddContributions(booster, held, contributions), unit: blocks);
        return Explains(difference, explained, blocks) ? Array.ConvertAll(contributions, sum => sum / Rows) : null;
    }

    /// <summary>Whether predictions of blocks that were held out are clearly closer to the values than their mean is.</summary>
    private static bool Explains(double[] values, double[] predicted, int[] blocks)
    {
        var mean = values.Average();
        var gains = values.Select((value, row) => (Block: blocks[row], Gain: ((value - mean) * (value - mean)) - ((value - predicted[row]) * (value - predicted[row]))))
            .GroupBy(row => row.Block, row => row.Gain).Select(block => block.Sum()).ToList();
        var gain = gains.Average();
        return gain > ClearlyBetter * Math.Sqrt(gains.Sum(one => (one - gain) * (one - gain)) / (gains.Count - 1) / gains.Count);
    }

    /// <summary>The block of each row, reference rows first.</summary>
    private int[] BlockOfRow()
    {
        var (blocks, next) = (new int[Rows], 0);
        foreach (var (side, first) in new[] { (reference, 0), (current, reference.Count) })
        {
            foreach (var block in RowBlocks.Of(side))
            {
                foreach (var row in block)
                    blocks[first + row] = next;
                next++;
            }
        }

        return blocks;
    }

    private double[] Scores(IReadOnlyList<int> columns, CancellationToken ct, Action<TrainedBooster, MatrixData>? inspect = null)
    {
        var (rows, isCurrent) = Both(RowSample.All(reference.Count, current.Count));
        return CrossFit(columns, rows, isCurrent, ModelTask.BinaryClassification, ct, inspect);
    }

    private AucInterval? Auc(double[] scores) => AucInterval.Of(scores, [.. Enumerable.Range(0, scores.Length).Select(row => row >= reference.Count)]);

    private double[] Calibrated(IReadOnlyList<int> columns, RowSample sample, CancellationToken ct)
    {
        var (rows, isCurrent) = Both(sample);
        var scores = CrossFit(columns, rows, isCurrent, ModelTask.BinaryClassification, ct);
        return ChanceCalibration.CrossFitted(scores, Array.ConvertAll(isCurrent, label => (int)label));
    }

    /// <summary>The rows of a sample as positions in reference-then-current, and 1 for those that are current.</summary>
    private (int[] Rows, double[] IsCurrent) Both(RowSample sample) =>
        ([.. sample.Reference, .. sample.Current.Select(row => reference.Count + row)], [.. Enumerable.Repeat(0.0, sample.Reference.Length), .. Enumerable.Repeat(1.0, sample.Current.Length)]);

    /// <summary>For each row the answer of a model that learnt from other folds. A row's fold is its own, however often the sample holds it.</summary>
    /// <param name="learnFrom">Which rows, by their place in the sample, are learnt from; null: all.</param>
    /// <param name="inspect">Called with each model and the rows that it has not seen.</param>
    /// <param name="unit">For each row what must not be divided among folds; null: the row alone.</param>
    private double[] CrossFit(IReadOnlyList<int> columns, int[] rows, double[] targets, ModelTask task, CancellationToken ct, Action<TrainedBooster, MatrixData>? inspect = null, Func<int, bool>? learnFrom = null, int[]? unit = null)
    {
        EncodedFeature[] used = [.. columns.Select(column => features[column])];
        var answers = new double[rows.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var (learnt, held) = (new List<int>(rows.Length), new List<int>(rows.Length));
            for (var i = 0; i < rows.Length; i++)
            {
                if ((unit?[rows[i]] ?? rows[i]) % Folds == fold)
                    held.Add(i);
                else if (learnFrom?.Invoke(i) ?? true)
                    learnt.Add(i);
            }

            using var booster = XGBoostTrainer.Train(Matrix(columns, rows, learnt, targets), null, used, task, 2, parameters, onRound: null, ct);
            var matrix = Matrix(columns, rows, held, null);
            var predicted = booster.Predict(matrix);
            for (var i = 0; i < held.Count; i++)
                answers[held[i]] = predicted[i];
            inspect?.Invoke(booster, matrix);
        }

        return answers;
    }

    private MatrixData Matrix(IReadOnlyList<int> columns, int[] rows, List<int> places, double[]? targets)
    {
        var values = new float[places.Count * columns.Count];
        var at = 0;
        foreach (var place in places)
        {
            var row = rows[place] < reference.Count ? reference.FeaturesOf(rows[place]) : current.FeaturesOf(rows[place] - reference.Count);
            foreach (var column in columns)
                values[at++] = row[column];
        }

        return new(values, places.Count, columns.Count, targets is null ? null : [.. places.Select(place => (float)targets[place])]);
    }

    private static void AddContributions(TrainedBooster booster, MatrixData held, double[] sums)
    {
        var contributions = booster.Contributions(held);
        for (var row = 0; row < held.Rows; row++)
            for (var column = 0; column < sums.Length; column++)
                sums[column] += Math.Abs(contributions[(row * (sums.Length + 1)) + column]);
    }
}
