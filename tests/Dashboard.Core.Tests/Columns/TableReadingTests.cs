using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Reading;
using Dashboard.Core.Monitoring.Columns.Rows;

namespace Dashboard.Core.Tests.Columns;

public sealed class TableReadingTests
{
    private const string Csv = "delay,origin,when,late,price\n12,JFK,2001-02-03T06:00,true,1.5\n-3,LAX,2001-02-03T07:30,false,\n,JFK,2001-02-04T06:00,true,2\n";
    private const string Ndjson = """
        {"delay":12,"origin":"JFK","when":"2001-02-03T06:00","late":true,"price":1.5}
        {"delay":-3,"origin":"LAX","when":"2001-02-03T07:30","late":false}

        {"origin":"JFK","when":"2001-02-04T06:00","late":true,"price":2,"delay":null}
        """;

    public static TheoryData<string, bool> Texts => new() { { Csv, false }, { Csv, true }, { Ndjson, false }, { Ndjson, true }, { "\uFEFF" + Ndjson, false }, { Csv.Replace(',', ';'), false } };

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_same_table_is_read_from_every_format(string text, bool gzip)
    {
        var profile = TableText.Read(text, gzip).Value.Profile;

        Assert.Equal(3, profile.Rows);
        Assert.Equal(["delay", "origin", "when", "late", "price"], profile.Columns.Select(column => column.Name));
        Assert.Equal([ColumnType.Number, ColumnType.Category, ColumnType.Timestamp, ColumnType.Boolean, ColumnType.Number], profile.Columns.Select(column => column.Type!.Value));
        Assert.Equal([1L, 0, 0, 0, 1], profile.Columns.Select(column => column.Missing));
        Assert.Equal((4.5, 1.75), (profile["delay"]!.Numbers!.Mean!.Value, profile["price"]!.Numbers!.Mean!.Value));
        Assert.Equal([new("JFK", 2), new("LAX", 1)], profile["origin"]!.TopValues(10));
    }

    [Fact]
    public void A_key_that_comes_late_is_missing_in_the_lines_before()
    {
        var profile = TableText.Profile("""
            {"a":1}
            {"a":2,"b":"x"}
            {"b":"y"}
            """);

        Assert.Equal((1L, 1L, 3L), (profile["a"]!.Missing, profile["b"]!.Missing, profile["b"]!.Rows));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":{\"b\":2}}\n", "line 2 has an object under 'a'")]
    [InlineData("{\"a\":[1,2]}\n", "line 1 has an array under 'a'")]
    [InlineData("{\"a\":1,\"a\":2}\n", "line 1 has 'a' twice")]
    [InlineData("{\"a\":1}\n[1]\n", "line 2 is not an object: '[1]'")]
    [InlineData("{\"a\":1}\n{\"a\":\n", "line 2 is not JSON")]
    [InlineData("{\"a\":1}{\"a\":2}\n", "line 1 is not JSON")]
    [InlineData("{\"\":1}\n", "a key of 0 characters")]
    [InlineData("[{\"a\":1}]", "it begins with '[', a JSON array")]
    public void What_is_no_flat_object_a_line_is_refused_with_its_line(string text, string message)
    {
        var error = TableText.Read(text).Error;

        Assert.IsType<NotNdjson>(error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("PK\u0003\u0004xyz", "ZIP archive")]
    [InlineData("<html></html>", "web page")]
    [InlineData("1,2,3\n4,5,6\n", "The first line holds only numbers")]
    [InlineData("a,a\n1,2\n", "both named 'a'")]
    [InlineData("a,b\n1\n2\n", "None of the 2 rows could be read")]
    public void What_is_no_table_is_refused_with_what_it_is(string text, string message) =>
        Assert.Contains(message, TableText.Read(text).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_gzip_is_refused()
    {
        Assert.Contains("gzip", TableText.Open([0x1F, 0x8B, 1, 2, 3]).Error!.Message, StringComparison.Ordinal);
        Assert.NotNull(TableText.Open([0x1F, 0x8B]).Error);
    }

    [Fact]
    public void Rows_whose_cells_cannot_be_told_apart_are_left_out_and_counted()
    {
        var read = TableText.Read("a,b\n1,2\n3\n4,5,6\n7,8\n").Value;

        Assert.Equal((2L, 2L), (read.Profile.Rows, read.Profile.RejectedRows));
        Assert.Equal("line 3 has 1 cell, expected 2", read.Read.FirstRejected);
    }

    [Fact]
    public void A_header_without_rows_is_a_table_of_no_rows()
    {
        var profile = TableText.Profile("a,b\n");

        Assert.Equal((0L, 2), (profile.Rows, profile.Columns.Count));
        Assert.Null(profile["a"]!.Type);
    }

    [Theory]
    [InlineData("inf")]
    [InlineData("-Infinity")]
    [InlineData("+INF")]
    [InlineData("1e999")]
    public void Infinities_are_numbers_of_their_own_kind(string infinity)
    {
        var numbers = TableText.Profile(TableText.Lines(["x,y", "1,a", "2,a", $"{infinity},a", "4,a"]))["x"]!.Numbers!;

        Assert.Equal((3, 1), (numbers.Finite, numbers.PositiveInfinities + numbers.NegativeInfinities));
        Assert.Equal(7.0 / 3, numbers.Mean!.Value, 1e-12);
        Assert.Equal((1, 4), (numbers.Minimum, numbers.Maximum));
    }

    [Fact]
    public void Text_in_JSON_is_no_number_whatever_it_looks_like()
    {
        var profile = TableText.Profile(TableText.Lines(Enumerable.Range(0, 20).Select(i => $"{{\"zip\":\"0{i % 3}\",\"id\":{9007199254740993 + (2 * (i % 4))}}}")));

        Assert.Equal((ColumnType.Category, 3), (profile["zip"]!.Type, profile["zip"]!.Distinct));
        Assert.Equal((ColumnType.Category, 4), (profile["id"]!.Type, profile["id"]!.Distinct));
    }

    [Fact]
    public void A_table_that_is_too_large_to_hold_is_refused_with_what_to_do()
    {
        using var table = TableText.Open(TableText.Lines(["a,b", .. Enumerable.Repeat("1,2", 100)])).Value;
        var error = TableRows.Of(table, null, default, mostCells: 150).Error;

        Assert.IsType<TooManyCells>(error);
        Assert.Contains("dashboard profile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_are_not_wanted_are_not_held()
    {
        using var table = TableText.Open(TableText.Lines(["a,b", .. Enumerable.Repeat("1,2", 100)])).Value;
        var rows = TableRows.Of(table, new HashSet<string> { "b" }, default, mostCells: 150).Value.Table;

        Assert.Equal((100L, "b"), (rows.Rows, rows.Columns.Single().Name));
    }
}
