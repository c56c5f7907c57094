using System.Text;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

public sealed class EstimatorDefinitionTests
{
    private static readonly OutputLayout Layout = new(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);

    [Fact]
    public void A_definition_comes_back_as_it_was_and_estimates_the_same()
    {
        var definition = Learn(3000);

        var read = EstimatorReader.Read(definition.Serialize(), Layout).Value;

        Assert.Equal(definition.Calibrators, read.Calibrators);
        Assert.Equal(definition.Bins!.Probability, read.Bins!.Probability);
        Assert.Equal(definition.Errors, read.Errors);
        Assert.Equal(definition.Reference, read.Reference);
        Assert.Equal(definition.Checks, read.Checks);
    }

    [Theory]
    [InlineData("\"formatVersion\":1", "\"formatVersion\":9", "formatVersion")]
    [InlineData("\"task\":\"binaryClassification\"", "\"task\":\"regression\"", "task")]
    [InlineData("\"rows\":3000", "\"rows\":0", "rows")]
    [InlineData("\"calibrators\":[{", "\"calibrators\":[null,{", "calibrators")]
    [InlineData("\"curve\":{\"x\":[", "\"curve\":{\"x\":[7,", "calibrators[0]")]
    [InlineData("\"curve\":{\"x\":[", "\"curve\":{\"x\":[\"NaN\",", "calibrators[0]")]
    [InlineData("\"bin\":[", "\"bin\":[99999,", "bins")]
    [InlineData("\"errors\":{", "\"errors\":{\"f2\":-1,", "errors")]
    [InlineData("\"reference\":{", "\"reference\":{\"f2\":null,", "reference")]
    [InlineData("\"checks\":{", "\"checks\":{\"f2\":null,", "checks")]
    [InlineData("{\"formatVersion\"", "{{\"formatVersion\"", "estimator.json")]
    public void A_definition_that_is_not_sound_is_refused_by_the_part_at_fault(string part, string becomes, string field)
    {
        var json = Encoding.UTF8.GetString(Learn(3000).Serialize());
        Assert.Contains(part, json, StringComparison.Ordinal);
        var at = json.IndexOf(part, StringComparison.Ordinal);

        var error = EstimatorReader.Read(Encoding.UTF8.GetBytes(string.Concat(json.AsSpan(0, at), becomes, json.AsSpan(at + part.Length))), Layout).Error!;

        Assert.EndsWith(field, error.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_of_other_classes_does_not_fit()
    {
        Assert.EndsWith("task", EstimatorReader.Read(Learn(500).Serialize(), new(ModelTask.MulticlassClassification, ["a", "b", "c"], 0.5, null)).Error!.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_checked_against_the_same_rows_is_cross_fitted()
    {
        var (scores, labels) = BinaryEstimateTests.Draw(new(6), 400, 0, 1, 2.5);

        var definition = EstimatorLearning.Binary(scores, labels, Layout, [])!;

        Assert.NotNull(definition.Calibrators[0].Curve);
        var predicted = Array.ConvertAll(scores, score => score >= 0.5 ? 1 : 0);
        double Estimated(double[] probabilities) => BinaryExpectation.Of(scores, predicted, probabilities, definition.Calibrators[0], new(definition.Errors, 400)).Figures()["roc_auc"];
        Assert.Equal(Estimated(Calibrator.CrossFitted(scores, labels)), definition.Checks["roc_auc"].Estimated, 1e-12);
        Assert.NotEqual(Estimated(Array.ConvertAll(scores, definition.Calibrators[0].Of)), definition.Checks["roc_auc"].Estimated, 1e-4);
        Assert.True(definition.Checks["roc_auc"].BlockError > 0);
    }

    [Fact]
    public void Days_are_blocks_where_enough_rows_have_a_time_and_chunks_otherwise()
    {
        var day = new DateTime(2001, 1, 1).Ticks;
        long[] times = [.. Enumerable.Range(0, 300).Select(row => day + (row < 100 ? 0 : row < 110 ? 1 : row < 200 ? 2 : 3) * TimeSpan.TicksPerDay)];

        var days = LabelledBlocks.Of(300, times);
        var chunks = LabelledBlocks.Of(300, []);
        var oneDay = LabelledBlocks.Of(300, times.Select(_ => day).ToArray());

        Assert.Equal([0, -1, 1, 2], new[] { days[0], days[105], days[150], days[299] });
        Assert.Equal((0, 9, 30), (chunks[0], chunks[299], chunks.Count(block => block == 4)));
        Assert.Equal(chunks, oneDay);
    }

    [Fact]
    public void Too_few_rows_or_a_single_class_teach_nothing()
    {
        Assert.Null(EstimatorLearning.Binary(new double[49], new int[49], Layout, []));
        Assert.Null(EstimatorLearning.Binary(new double[200], new int[200], Layout, []));
        Assert.Null(EstimatorLearning.Regression(new double[10], new double[10], new double[10], new double[10], []));
    }

    private static EstimatorDefinition Learn(int rows)
    {
        var (scores, labels) = BinaryEstimateTests.Draw(new(8), rows, 0, 1.5, 2.5);
        return EstimatorLearning.Binary(scores, labels, Layout, [])!;
    }
}
