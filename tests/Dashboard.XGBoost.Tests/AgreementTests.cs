using Dashboard.Core.Training;

namespace Dashboard.XGBoost.Tests;

public sealed class AgreementTests
{
    public static TheoryData<ModelTask, BoosterKind> All()
    {
        var all = new TheoryData<ModelTask, BoosterKind>();
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            foreach (var booster in Enum.GetValues<BoosterKind>())
                all.Add(task, booster);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_walk_over_the_saved_model_agrees_with_the_library_on_every_row(ModelTask task, BoosterKind kind)
    {
        using var booster = Samples.Train(task, new(kind, Rounds: 40, ParallelTrees: 30));
        var rows = Samples.Rows(2000, task, 3);
        var expected = booster.Predict(rows);

        foreach (var content in (byte[][])[booster.SaveJson(), booster.SaveUbj()])
        {
            var model = Samples.Read(content);
            Samples.AssertAgree(expected, Samples.Score(model.Scorer, rows));
            Assert.Equal(task, model.Task);
            Assert.Equal(["distance", "hour", "carrier", "season"], model.FeatureNames!);
            Assert.Equal(["q", "q", "c", "c"], model.FeatureTypes!);
            Assert.Equal(task switch { ModelTask.BinaryClassification => 2, ModelTask.MulticlassClassification => 3, _ => 0 }, model.Classes);
            Assert.Equal(XGBoostLibrary.Version.ToString(3), model.Version);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_kind_of_model_learns_something(ModelTask task, BoosterKind kind)
    {
        RoundResult? last = null;
        using var booster = Samples.Train(task, new(kind, Rounds: 60), round => last = round);

        var (metric, atMost) = task switch
        {
            ModelTask.BinaryClassification => ("validation_logloss", 0.52),
            ModelTask.MulticlassClassification => ("validation_mlogloss", 0.92),
            _ => ("validation_rmse", 30.0),
        };
        Assert.InRange(last!.Metrics[metric], 0, atMost);
    }
}
