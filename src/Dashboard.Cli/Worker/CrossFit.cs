using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Worker;

/// <summary>
/// What the model would have said of the rows that it was trained on, had it not seen them: each part of them is predicted by a booster that was trained on the others. With the held-out rows
/// that gives the reference predictions and losses in every one of its blocks, and not only in the last few days.
/// </summary>
internal static class CrossFit
{
    private const int Parts = 4;

    /// <summary>Rows × features × rounds beyond which three more trainings would take too long; the reference then knows only the held-out rows' predictions.</summary>
    private const double MostWork = 2e9;

    /// <returns>Predictions of all rows that were used, or of the held-out ones alone where the training was too large.</returns>
    /// <param name="model">Trained and with its outputs on the held-out rows.</param>
    public static ReferencePredictions Run(TrainedModel model, BoosterParameters parameters, WorkerChannel channel, CancellationToken ct)
    {
        int[] seen = [.. model.Split.Train, .. model.Split.Validation];
        var held = Predictions(model, model.Split.Test, [.. model.Outputs.Select(output => (float)output)]);
        if ((double)seen.Length * model.Encoder.Width * model.Booster.BestRounds > MostWork || seen.Length < Parts * 2)
        {
            channel.Log("The reference knows the predictions of the held-out rows only: training on parts of the others would take too long.");
            return held;
        }

        var (rows, outputs) = (new List<int>(held.Rows), new List<float>(held.Outputs));
        foreach (var part in seen.GroupBy(row => PartOf(model, row)))
        {
            ct.ThrowIfCancellationRequested();
            int[] predicted = [.. part], others = [.. seen.Where(row => PartOf(model, row) != part.Key)];
            // One class alone teaches nothing; and what could be encoded for the training can be again.
            if (others.Length == 0 || others.Select(row => model.Table.Target.Values[row]).Distinct().Take(2).Count() < 2)
                continue;
            using var booster = XGBoostTrainer.Train(model.Matrix(others).Value, null, model.Preprocessing.Features, model.Table.Target.Task, model.Table.Target.Classes.Count,
                parameters with { Rounds = model.Booster.BestRounds, EarlyStoppingRounds = 0 }, _ => { }, ct);
            rows.AddRange(predicted);
            outputs.AddRange(booster.Predict(model.Matrix(predicted).Value));
        }

        return Predictions(model, [.. rows], [.. outputs]);
    }

    /// <summary>Days stay whole, since flights of one day are alike; rows without time take turns.</summary>
    private static int PartOf(TrainedModel model, int row) => (int)((model.Table.Times is { } times ? times[row] / TimeSpan.TicksPerDay : row) % Parts);

    private static ReferencePredictions Predictions(TrainedModel model, int[] rows, float[] outputs) => new(rows, outputs, [.. rows.Select(row => model.Table.Target.Values[row])]);
}
