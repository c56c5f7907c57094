using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>Two versions' answers to the same held-out rows whose outcome is known.</summary>
/// <param name="Classes">Empty for regression.</param>
/// <param name="Champion">rows × outputs.</param>
/// <param name="Challenger">rows × outputs, of the same rows.</param>
/// <param name="Labels">A class's position or a number for each row; all known.</param>
public sealed record HeldOutScores(ModelTask Task, IReadOnlyList<string> Classes, double ChampionThreshold, double ChallengerThreshold, double[] Champion, double[] Challenger, double[] Labels)
{
    private int Outputs => Task == ModelTask.MulticlassClassification ? Classes.Count : 1;

    /// <summary>The verdict on all rows.</summary>
    public ChallengerComparison Judge(int championVersion) => ChallengerComparison.Judge(championVersion, Report(Champion, ChampionThreshold), Report(Challenger, ChallengerThreshold), Differences());

    /// <summary>Paired differences, the task's primary metric first; what is not defined is left out.</summary>
    public IReadOnlyList<PairedDifference> Differences() => Task switch
    {
        ModelTask.BinaryClassification => PairedComparison.Binary(Champion, Challenger, Positions()),
        ModelTask.MulticlassClassification => PairedComparison.Multiclass(Champion, Challenger, Positions(), Classes.Count),
        _ => PairedComparison.Regression(Champion, Challenger, Labels),
    };

    /// <summary>The difference of the loss that margins are shares of: log loss, or RMSE; null where it is not defined.</summary>
    public PairedDifference? Loss() => Differences().FirstOrDefault(difference => MetricInfo.For(difference.Metric).HigherIsBetter == false);

    /// <summary>Some of the rows.</summary>
    public HeldOutScores Of(IReadOnlyList<int> rows) => this with { Champion = Pick(Champion, rows), Challenger = Pick(Challenger, rows), Labels = [.. rows.Select(row => Labels[row])] };

    /// <summary>How good one of the two is.</summary>
    public EvaluationReport Report(double[] outputs, double threshold) => Task switch
    {
        ModelTask.BinaryClassification => BinaryEvaluation.Evaluate(outputs, Positions(), threshold),
        ModelTask.MulticlassClassification => MulticlassEvaluation.Evaluate(outputs, Positions(), Classes),
        _ => RegressionEvaluation.Evaluate(outputs, Labels),
    };

    private int[] Positions() => Array.ConvertAll(Labels, label => (int)label);

    private double[] Pick(double[] outputs, IReadOnlyList<int> rows)
    {
        var picked = new double[rows.Count * Outputs];
        for (var i = 0; i < rows.Count; i++)
            outputs.AsSpan(rows[i] * Outputs, Outputs).CopyTo(picked.AsSpan(i * Outputs));
        return picked;
    }
}
