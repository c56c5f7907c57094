using Dashboard.Core.Data.Features;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Core.Tests.Training;

public sealed class PreprocessingBuilderTests
{
    private static readonly TableField When = new("when", InputType.Timestamp), Distance = new("distance", InputType.Number), Origin = new("origin", InputType.Category);

    [Fact]
    public void Categories_come_from_the_training_rows_alone_and_others_are_unknown()
    {
        var table = Tables.Read(Tables.Csv(60, i => i == 59 ? "2001-01-01T00:59:00,5,1,Z,true,n" : Tables.Row(i)), Tables.Spec(), Origin).Value;

        var preprocessing = PreprocessingBuilder.Learn(table, [Origin], Enumerable.Range(0, 50).ToArray());

        Assert.Equal(["A", "B", "C"], preprocessing.Inputs[0].Categories);
        var encoded = new RowEncoder(table, preprocessing).Encode([0, 1, 59]).Value;
        Assert.Equal([0f, 1f], encoded[..2]);
        Assert.True(FeatureEncoder.IsUnknownCategory(encoded[2]));
    }

    [Fact]
    public void Only_the_most_frequent_thousand_categories_are_kept()
    {
        var table = Tables.Read(Tables.Csv(3_000, i => FormattableString.Invariant($"2001-01-01T00:00:00,{i % 30},1,{(i < 2_000 ? $"often{i % 1_000:D4}" : $"rare{i}")},true,n")), Tables.Spec(), Origin).Value;

        var kept = PreprocessingBuilder.Learn(table, [Origin], Enumerable.Range(0, 3_000).ToArray()).Inputs[0].Categories;

        Assert.Equal(PreprocessingBuilder.MaximumCategories, kept.Count);
        Assert.All(kept, value => Assert.StartsWith("often", value, StringComparison.Ordinal));
        Assert.Equal(kept.Order(StringComparer.Ordinal), kept);
    }

    [Fact]
    public void A_timestamp_keeps_the_parts_that_change()
    {
        var table = Tables.Read(Tables.Csv(300), Tables.Spec(), When).Value;

        var input = PreprocessingBuilder.Learn(table, [When], Enumerable.Range(0, 300).ToArray()).Inputs[0];

        Assert.Equal(TimestampParts.Hour, input.Parts);
    }

    [Fact]
    public void A_number_knows_its_range()
    {
        var table = Tables.Read(Tables.Csv(60), Tables.Spec(), Distance).Value;

        var input = PreprocessingBuilder.Learn(table, [Distance], Enumerable.Range(10, 20).ToArray()).Inputs[0];

        Assert.Equal((10.0, 29.0), (input.Minimum, input.Maximum));
    }

    [Fact]
    public void Raw_inputs_and_features_of_a_row_agree()
    {
        var table = Tables.Read(Tables.Csv(300), Tables.Spec(), When, Distance, Origin).Value;
        var preprocessing = PreprocessingBuilder.Learn(table, [When, Distance, Origin], Enumerable.Range(0, 300).ToArray());
        var encoder = new RowEncoder(table, preprocessing);
        var inputs = new InputValue[3];

        encoder.Inputs(125, inputs);

        Assert.Equal(new DateTime(2001, 1, 1, 2, 5, 0), inputs[0].AsTimestamp());
        Assert.Equal([2f, 125f, 2f], encoder.Encode([125]).Value);
    }
}
