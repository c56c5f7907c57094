using Dashboard.Core.Training;

namespace Dashboard.XGBoost.Tests;

public sealed class ExplanationTests
{
    [Theory]
    [InlineData(BoosterKind.BoostedTrees)]
    [InlineData(BoosterKind.RandomForest)]
    [InlineData(BoosterKind.Linear)]
    public void Contributions_of_the_encoded_features_add_up_to_the_margin(BoosterKind kind)
    {
        using var booster = Samples.Train(ModelTask.BinaryClassification, new(kind, Rounds: 20, ParallelTrees: 10));
        var rows = Samples.Rows(300, ModelTask.BinaryClassification, 5);

        var contributions = booster.Contributions(rows);
        var predictions = booster.Predict(rows);

        Assert.Equal(300 * 5, contributions.Length);
        for (var row = 0; row < 300; row++)
        {
            var margin = contributions.AsSpan(row * 5, 5).ToArray().Sum(part => (double)part);
            Assert.Equal(predictions[row], 1 / (1 + Math.Exp(-margin)), 4);
        }
    }

    [Fact]
    public void Many_classes_have_contributions_for_each()
    {
        using var booster = Samples.Train(ModelTask.MulticlassClassification, new(Rounds: 5));

        Assert.Equal(10 * 3 * 5, booster.Contributions(Samples.Rows(10, ModelTask.MulticlassClassification, 5)).Length);
    }

    [Fact]
    public void A_missing_value_of_a_linear_model_contributes_nothing()
    {
        using var booster = Samples.Train(ModelTask.Regression, new(BoosterKind.Linear, Rounds: 20));

        var contributions = booster.Contributions(new([float.NaN, 12, 99, float.NaN], 1, 4));

        Assert.Equal(0, contributions[0]);
        Assert.NotEqual(0, contributions[1]);
        Assert.Equal(0, contributions[2]);
        Assert.Equal(0, contributions[3]);
    }

    [Fact]
    public void Gain_is_told_by_feature_name_and_a_linear_model_has_none()
    {
        using var trees = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 10));
        using var linear = Samples.Train(ModelTask.BinaryClassification, new(BoosterKind.Linear, Rounds: 5));

        Assert.Equal(["carrier", "distance", "hour", "season"], trees.Gain().Keys.Order(StringComparer.Ordinal));
        Assert.All(trees.Gain().Values, gain => Assert.True(gain > 0));
        Assert.Empty(linear.Gain());
    }

    [Theory]
    [InlineData(BoosterKind.BoostedTrees)]
    [InlineData(BoosterKind.Linear)]
    public void A_saved_model_loads_and_answers_the_same(BoosterKind kind)
    {
        using var booster = Samples.Train(ModelTask.MulticlassClassification, new(kind, Rounds: 6));
        var rows = Samples.Rows(200, ModelTask.MulticlassClassification, 5);

        foreach (var content in (byte[][])[booster.SaveJson(), booster.SaveUbj()])
        {
            using var loaded = TrainedBooster.Load(content);
            Assert.Equal(booster.Predict(rows), loaded.Predict(rows));
            Assert.Equal(booster.Contributions(rows), loaded.Contributions(rows));
            Assert.Equal(booster.BestRounds, loaded.BestRounds);
        }
    }

    [Fact]
    public void What_is_no_model_does_not_load() => Assert.Throws<XGBoostException>(() => TrainedBooster.Load("{\"learner\": 7}"u8.ToArray()));

    [Fact]
    public void Predicting_one_row_without_a_matrix_answers_the_same()
    {
        using var booster = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 10));
        using var single = new DensePredictor(booster.SaveUbj(), 4);
        var rows = Samples.Rows(50, ModelTask.BinaryClassification, 5);
        var expected = booster.Predict(rows);

        for (var row = 0; row < 50; row++)
            Assert.Equal(expected[row], single.Predict(rows.Values.AsSpan(row * 4, 4)));
    }
}
