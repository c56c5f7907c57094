using Dashboard.Core.Data;

namespace Dashboard.Core.Tests.Data;

public sealed class TypeInferenceTests
{
    [Theory]
    [InlineData(ColumnType.Number, "1", "-2.5", "1e3", "+4", ".5")]
    [InlineData(ColumnType.Number, "0", "1", "0", "1", "1")]
    [InlineData(ColumnType.Boolean, "true", "false", "True", "FALSE", "true")]
    [InlineData(ColumnType.Boolean, "yes", "no", "no", "no", "yes")]
    [InlineData(ColumnType.Boolean, "Y", "N", "N", "N", "Y")]
    [InlineData(ColumnType.Boolean, "t", "f", "f", "t", "t")]
    [InlineData(ColumnType.Category, "F", "F", "F", "F", "F")]
    [InlineData(ColumnType.Category, "M", "F", "F", "M", "F")]
    [InlineData(ColumnType.Timestamp, "2001-02-03", "2001-02-03T06:00", "2001-02-03 06:00:07", "2001-02-03T06:00:07.25", "2001-02-03T06:00:00Z")]
    [InlineData(ColumnType.Category, "LAX", "JFK", "LAX", "JFK", "LAX")]
    [InlineData(ColumnType.Category, "10", "20", "A", "B", "30")]
    [InlineData(ColumnType.Category, "9007199254740993", "9007199254740995", "9007199254740997", "1", "2")]
    [InlineData(ColumnType.Text, "", "NA", "", "", "")]
    public async Task A_column_gets_the_type_that_its_cells_have(ColumnType type, params string[] cells)
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value,row", .. cells.Select((cell, i) => $"{cell},{i}")]));

        Assert.Equal(type, profile.TypeOf("value"));
        Assert.Equal(0, profile.RejectedRows);
    }

    [Fact]
    public async Task Many_values_that_seldom_repeat_are_text_and_few_are_categories()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["id,comment,airport", .. Enumerable.Range(0, 3_000).Select(i => $"u{i},{(i == 7 ? new string('x', 300) : "short")},a{i % 300}")]));

        Assert.Equal((ColumnType.Text, ColumnType.Text, ColumnType.Category), (profile.TypeOf("id"), profile.TypeOf("comment"), profile.TypeOf("airport")));
    }

    [Theory]
    [InlineData(1_000, 50, ColumnType.Number)]
    [InlineData(1_000, 51, ColumnType.Category)]
    [InlineData(8, 2, ColumnType.Number)]
    [InlineData(7, 2, ColumnType.Category)]
    [InlineData(4, 1, ColumnType.Number)]
    [InlineData(3, 1, ColumnType.Category)]
    public async Task A_few_broken_cells_reject_their_rows_and_more_change_the_type(int rows, int broken, ColumnType type)
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value,constant", .. Enumerable.Range(0, rows).Select(i => $"{(i < broken ? $"x{i % 3}" : i % 7)},c")]));

        Assert.Equal(type, profile.TypeOf("value"));
        Assert.Equal(type == ColumnType.Number ? broken : 0, profile.RejectedRows);
    }

    [Fact]
    public async Task Missing_cells_do_not_count_as_broken()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value,constant", .. Enumerable.Range(0, 100).Select(i => $"{(i % 10 == 0 ? i : "NA")},c")]));

        Assert.Equal((ColumnType.Number, 0, 90), (profile.TypeOf("value"), profile.RejectedRows, profile.Column("value").Missing));
    }

    [Fact]
    public async Task Decimal_commas_are_numbers_where_the_delimiter_is_another()
    {
        var (profile, canonical) = await CsvText.Import("price;name\n1,5;a\n2,25;b\n3;c\n");

        Assert.Equal(ColumnType.Number, profile.TypeOf("price"));
        Assert.Equal("price,name\n1.5,a\n2.25,b\n3,c\n", canonical);
    }

    [Fact]
    public async Task Infinity_and_numbers_beyond_the_range_of_a_double_reject_their_rows()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", "Infinity", "1e999", .. Enumerable.Range(0, 100).Select(i => $"{i}")]));

        Assert.Equal((ColumnType.Number, 2), (profile.TypeOf("value"), profile.RejectedRows));
        Assert.All(profile.Rejected, row => Assert.Equal("is not a finite number", row.Reason));
    }

    [Fact]
    public async Task Numbers_keep_every_digit_and_timestamps_every_tick()
    {
        var (_, canonical) = await CsvText.Import("n,t\n0.1,2001-02-03 06:00:07.1234567\n-0,2001-02-03\n1e300,2001-02-03T06:00+02:00\n123456789.123456789,2001-02-03T06:00:00Z\n");

        Assert.Equal("n,t\n0.1,2001-02-03T06:00:07.1234567\n0,2001-02-03T00:00:00\n1E+300,2001-02-03T06:00:00\n123456789.12345679,2001-02-03T06:00:00\n", canonical);
    }
}
