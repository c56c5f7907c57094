using Dashboard.Core.Training;

namespace Dashboard.XGBoost.Tests;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(BoosterKind.BoostedTrees)]
    [InlineData(BoosterKind.RandomForest)]
    [InlineData(BoosterKind.Linear)]
    public void The_same_seed_gives_the_same_model_byte_for_byte(BoosterKind kind)
    {
        var parameters = new BoosterParameters(kind, Rounds: 12, Subsample: 0.7, ColumnSample: 0.7, ParallelTrees: 10);
        using var first = Samples.Train(ModelTask.BinaryClassification, parameters);
        using var second = Samples.Train(ModelTask.BinaryClassification, parameters);

        Assert.Equal(first.SaveUbj(), second.SaveUbj());
    }

    [Fact]
    public void Another_seed_gives_another_model()
    {
        using var first = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 5, Subsample: 0.7));
        using var second = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 5, Subsample: 0.7, Seed: 43));

        Assert.NotEqual(first.SaveUbj(), second.SaveUbj());
    }

    [Theory]
    [InlineData(BoosterKind.BoostedTrees)]
    [InlineData(BoosterKind.Linear)]
    public void Early_stopping_keeps_the_round_with_the_best_validation_log_loss(BoosterKind kind)
    {
        var rounds = new List<RoundResult>();
        var train = Samples.Rows(400, ModelTask.BinaryClassification, 1);
        var validation = Samples.Rows(400, ModelTask.BinaryClassification, 2);
        using var booster = XGBoostTrainer.Train(train, validation, Samples.Features, ModelTask.BinaryClassification, 2,
            new(kind, Rounds: 400, EarlyStoppingRounds: 5, LearningRate: kind == BoosterKind.Linear ? 1 : 0.5, Lambda: 0, Threads: 1), rounds.Add, CancellationToken.None);

        var best = rounds.MinBy(round => round.Metrics["validation_logloss"])!;
        Assert.True(rounds.Count < 400, "Training did not stop.");
        Assert.Equal(best.Round + 5, rounds.Count);
        Assert.Equal(best.Metrics["validation_logloss"], LogLoss(booster.Predict(validation), validation.Labels!), 5);
        if (kind == BoosterKind.BoostedTrees)
            Assert.Equal(best.Round, booster.BestRounds);
        Samples.AssertAgree(booster.Predict(validation), Samples.Score(Samples.Read(booster.SaveJson()).Scorer, validation));
    }

    [Fact]
    public void Without_early_stopping_all_rounds_are_kept()
    {
        var rounds = new List<RoundResult>();
        using var booster = Samples.Train(ModelTask.Regression, new(Rounds: 9, EarlyStoppingRounds: 0), rounds.Add);

        Assert.Equal(9, booster.BestRounds);
        Assert.Equal(Enumerable.Range(1, 9), rounds.Select(round => round.Round));
        Assert.All(rounds, round => Assert.Equal(9, round.OfRounds));
    }

    [Theory]
    [InlineData(ModelTask.BinaryClassification, "train_auc,train_logloss,validation_auc,validation_logloss")]
    [InlineData(ModelTask.MulticlassClassification, "train_merror,train_mlogloss,validation_merror,validation_mlogloss")]
    [InlineData(ModelTask.Regression, "train_mae,train_rmse,validation_mae,validation_rmse")]
    public void Each_round_is_measured_on_the_training_and_on_the_validation_rows(ModelTask task, string keys)
    {
        RoundResult? last = null;
        using var booster = Samples.Train(task, new(Rounds: 2), round => last = round);

        Assert.Equal(keys.Split(','), last!.Metrics.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_random_forest_is_one_round_of_different_trees()
    {
        var rounds = new List<RoundResult>();
        using var booster = Samples.Train(ModelTask.Regression, new(BoosterKind.RandomForest, ParallelTrees: 7), rounds.Add);

        Assert.Single(rounds);
        Assert.Equal(1, booster.BestRounds);
        var json = System.Text.Json.Nodes.JsonNode.Parse(System.Text.Encoding.UTF8.GetString(booster.SaveJson()).Replace("NaN", "0", StringComparison.Ordinal))!;
        var trees = json["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray();
        Assert.Equal(7, trees.Count);
        Assert.Equal(7, trees.Select(tree => tree!["split_conditions"]!.ToJsonString()).Distinct().Count());
    }

    [Fact]
    public void Training_that_is_cancelled_ends_before_the_next_round()
    {
        using var cancellation = new CancellationTokenSource();
        var rounds = 0;

        Assert.Throws<OperationCanceledException>(() => Samples.Train(ModelTask.BinaryClassification, new(Rounds: 1000), round =>
        {
            if (++rounds == 3)
                cancellation.Cancel();
        }, cancellation.Token));

        Assert.Equal(3, rounds);
    }

    [Fact]
    public void The_library_says_itself_what_it_refuses()
    {
        var parameters = Assert.Throws<XGBoostException>(() => Samples.Train(ModelTask.BinaryClassification, new(Subsample: 7)));
        Assert.Contains("subsample", parameters.Message, StringComparison.Ordinal);

        var rows = Samples.Rows(100, ModelTask.BinaryClassification, 1) with { Labels = [.. Enumerable.Repeat(7f, 100)] };
        var labels = Assert.Throws<XGBoostException>(() => XGBoostTrainer.Train(rows, null, Samples.Features, ModelTask.BinaryClassification, 2, new(), _ => { }, CancellationToken.None));
        Assert.Contains("label must be in [0,1]", labels.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Stack trace", labels.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_whose_shape_does_not_fit_are_a_bug_of_the_caller()
    {
        var rows = Samples.Rows(10, ModelTask.Regression, 1);
        Assert.Throws<ArgumentException>(() => XGBoostTrainer.Train(rows with { Columns = 3 }, null, Samples.Features, ModelTask.Regression, 0, new(), _ => { }, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => XGBoostTrainer.Train(rows with { Rows = 11 }, null, Samples.Features, ModelTask.Regression, 0, new(), _ => { }, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => XGBoostTrainer.Train(rows with { Labels = null }, null, Samples.Features, ModelTask.Regression, 0, new(), _ => { }, CancellationToken.None));
    }

    [Fact]
    public void A_regression_far_from_zero_starts_at_its_mean()
    {
        RoundResult? first = null;
        using var booster = Samples.Train(ModelTask.Regression, new(Rounds: 1, LearningRate: 0.01), round => first ??= round);

        // The labels lie around 100 with a deviation below 40; from XGBoost's old default of 0.5 the first round would be 100 away.
        Assert.InRange(first!.Metrics["train_rmse"], 1, 50);
    }

    [Fact]
    public void More_categories_than_the_threshold_still_train()
    {
        using var few = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 5, MaxCategoryThreshold: 1));
        using var many = Samples.Train(ModelTask.BinaryClassification, new(Rounds: 5, MaxCategoryThreshold: 64));

        Assert.NotEqual(few.SaveUbj(), many.SaveUbj());
    }

    private static double LogLoss(float[] predictions, float[] labels) =>
        -predictions.Zip(labels, (prediction, label) => Math.Log(label == 1 ? prediction : 1.0 - prediction)).Average();
}
