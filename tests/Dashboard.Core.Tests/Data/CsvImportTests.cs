using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Tests.Data;

public sealed class CsvImportTests
{
    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public async Task The_delimiter_is_detected(char delimiter)
    {
        var (profile, canonical) = await CsvText.Import(CsvText.Lines("name,size,when", "a,1.5,2001-02-03", "b,2,2001-02-04").Replace(',', delimiter));

        Assert.Equal(["name", "size", "when"], profile.Schema.Columns.Select(c => c.Name));
        Assert.Equal("name,size,when\na,1.5,2001-02-03T00:00:00\nb,2,2001-02-04T00:00:00\n", canonical);
    }

    [Fact]
    public async Task A_byte_order_mark_and_windows_line_ends_leave_no_trace()
    {
        var (profile, canonical) = await CsvText.Import("\uFEFFa,b\r\n1,x\r\n2,y\r\n");

        Assert.Equal("a", profile.Schema.Columns[0].Name);
        Assert.Equal("a,b\n1,x\n2,y\n", canonical);
    }

    [Fact]
    public async Task Quoted_cells_keep_delimiters_quotes_and_line_breaks()
    {
        var (profile, canonical) = await CsvText.Import("id,note\n1,\"first, with \"\"quotes\"\"\nand a second line\"\n2,plain\n");

        Assert.Equal(2, profile.Rows);
        Assert.Equal("id,note\n1,\"first, with \"\"quotes\"\"\nand a second line\"\n2,plain\n", canonical);
    }

    [Fact]
    public async Task One_column_without_a_delimiter_is_a_dataset_and_keeps_its_missing_rows()
    {
        var (profile, canonical) = await CsvText.Import("value\n1\nNA\n3\n");

        Assert.Equal((3, 1), (profile.Rows, profile.Columns[0].Missing));
        Assert.Equal("value\n1\n\"\"\n3\n", canonical);
        Assert.Equal(profile.ContentHash, (await CsvText.Import(canonical)).Profile.ContentHash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("None")]
    [InlineData("-")]
    [InlineData("?")]
    public async Task Spellings_of_missing_are_missing_in_every_type(string missing)
    {
        var (profile, canonical) = await CsvText.Import(CsvText.Lines("n,c,b,t", "1,x,true,2001-01-01", $"{missing},{missing},{missing},{missing}", "2,y,false,2001-01-02"));

        Assert.All(profile.Columns, column => Assert.Equal(1, column.Missing));
        Assert.Equal(0, profile.RejectedRows);
        Assert.Contains("\n,,,\n", canonical);
    }

    [Fact]
    public async Task Rows_that_do_not_parse_are_kept_aside_with_line_column_value_and_reason()
    {
        var rows = Enumerable.Range(0, 1_000).Select(i => i switch
        {
            10 => "ten,a",
            20 => "20,\"two\nlines\"",
            21 => "oops,a",
            30 => "30",
            40 => "40,a,b",
            _ => $"{i},a",
        });
        var (profile, canonical) = await CsvText.Import(CsvText.Lines(["number,text", .. rows]));

        Assert.Equal(ColumnType.Number, profile.TypeOf("number"));
        Assert.Equal((996, 4), (profile.Rows, profile.RejectedRows));
        Assert.Equal(
            [
                new(12, "number", "ten", "is not a finite number"),
                new(24, "number", "oops", "is not a finite number"),
                new(33, null, "30", "has 1 cell, expected 2"),
                new(43, null, "40,a,b", "has 3 cells, expected 2"),
            ],
            profile.Rejected);
        Assert.DoesNotContain("ten", canonical);
    }

    [Fact]
    public async Task Only_the_first_rejected_rows_are_kept_and_all_are_counted()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["a,b", .. Enumerable.Repeat("1,2", 100), .. Enumerable.Repeat("1", 50)]), new() { RejectedRowsKept = 7 });

        Assert.Equal((7, 50), (profile.Rejected.Count, profile.RejectedRows));
    }

    [Fact]
    public async Task The_same_content_in_another_dress_has_the_same_hash()
    {
        var plain = await CsvText.Import("a,b\n1.50,x\n2,true y\n");
        var dressed = await CsvText.Import("\uFEFF\"a\";b\r\n 1.5 ;x\r\n\r\n2.0;\"true y\"");

        Assert.Equal(plain.Profile.ContentHash, dressed.Profile.ContentHash);
        Assert.Equal(plain.Canonical, dressed.Canonical);
    }

    [Fact]
    public async Task The_same_text_read_as_another_type_is_another_version()
    {
        var options = new CsvImportOptions { Types = new Dictionary<string, ColumnType> { ["zip"] = ColumnType.Category } };
        var numbers = await CsvText.Import("zip\n10\n20\n");
        var categories = await CsvText.Import("zip\n10\n20\n", options);

        Assert.Equal(numbers.Canonical, categories.Canonical);
        Assert.NotEqual(numbers.Profile.ContentHash, categories.Profile.ContentHash);
        Assert.Equal(ColumnType.Category, categories.Profile.TypeOf("zip"));
    }

    [Fact]
    public async Task A_cancelled_import_stops()
    {
        var csv = CsvText.Lines(["a", .. Enumerable.Range(0, 10_000).Select(i => i.ToString())]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CsvImport.RunAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv)), Stream.Null, new(), new CancellationToken(canceled: true)));
    }
}
