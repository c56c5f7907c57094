using System.IO.Compression;
using System.Text;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Tests.Data;

public sealed class CsvFaultTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    public async Task An_empty_file_is_refused(string file) => Assert.IsType<EmptyCsv>(await CsvText.Fail(file));

    [Fact]
    public async Task A_header_without_rows_is_refused()
    {
        var error = await CsvText.Fail("a,b,c\n");

        Assert.Equal(new HeaderOnly(3), error);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Not found</body></html>", "web page")]
    [InlineData("  {\"a\": 1}", "JSON")]
    [InlineData("[{\"a\": 1}]", "JSON")]
    [InlineData("PK\u0003\u0004rest", "Excel")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("a,b\n1,\0\n", "NUL")]
    public async Task Files_of_other_formats_are_named(string file, string found)
    {
        var error = Assert.IsType<NotCsv>(await CsvText.Fail(file));

        Assert.Contains(found, error.Message);
    }

    [Fact]
    public async Task A_NUL_far_into_the_file_is_named_with_its_line()
    {
        var error = Assert.IsType<NotCsv>(await CsvText.Fail(CsvText.Lines(["a,b", .. Enumerable.Repeat("1,2", 10_000), "3,\0"])));

        Assert.Contains("line 10,002", error.Message);
    }

    [Fact]
    public async Task Another_encoding_is_refused_with_its_line_rather_than_guessed()
    {
        var error = Assert.IsType<NotCsv>(await CsvText.Fail(Encoding.Latin1.GetBytes("city\nParis\nZürich\n")));

        Assert.Contains("line 3", error.Message);
        Assert.Contains("UTF-8", error.Message);
    }

    [Fact]
    public async Task Compressed_bytes_are_refused()
    {
        var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Fastest))
            compress.Write("a,b\n1,2\n"u8);

        Assert.Contains("gzip", (await CsvText.Fail(gzip.ToArray())).Message);
    }

    [Fact]
    public async Task Two_columns_of_one_name_are_refused_with_their_positions()
    {
        var error = Assert.IsType<DuplicateColumn>(await CsvText.Fail("a,b,a\n1,2,3\n"));

        Assert.Equal("a", error.Field);
        Assert.Contains("Columns 1 and 3", error.Message);
    }

    [Theory]
    [InlineData(",a\n1,2\n", 1)]
    [InlineData("a,\" \"\n1,2\n", 2)]
    public async Task A_column_without_a_name_is_refused_with_its_position(string file, int position) =>
        Assert.Equal(position, Assert.IsType<UnnamedColumn>(await CsvText.Fail(file)).Position);

    [Fact]
    public async Task Numbers_in_the_header_mean_that_there_is_none() => Assert.IsType<MissingHeader>(await CsvText.Fail("1,2.5\n3,4\n"));

    [Fact]
    public async Task One_column_too_many_is_refused_with_the_limit()
    {
        var error = await CsvText.Fail(CsvText.Lines(string.Join(',', Enumerable.Range(0, 2_001).Select(i => $"c{i}")), "1"));

        Assert.Equal(new TooManyColumns(2_001, 2_000), error);
    }

    [Fact]
    public async Task A_quote_left_open_is_refused_with_its_line()
    {
        var error = await CsvText.Fail(CsvText.Lines(["a,b", "1,x", "2,\"open", .. Enumerable.Repeat("3,y", 100)]));

        Assert.Equal(3, Assert.IsType<UnclosedQuote>(error).Line);
    }

    [Fact]
    public async Task A_quote_left_open_in_a_large_file_does_not_fill_the_memory()
    {
        var error = await CsvText.Fail(CsvText.Lines(["a,b", "1,\"open", .. Enumerable.Repeat("3,yyyyyyyyyyyyyyyyyyyy", 500_000)]));

        Assert.Equal(2, Assert.IsType<RecordTooLong>(error).Line);
    }

    [Fact]
    public async Task A_cell_that_is_too_long_rejects_its_row()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines("a,b", "1,x", $"2,{new string('y', 200)}", "3,z"), new() { MaximumFieldLength = 100 });

        var rejected = Assert.Single(profile.Rejected);
        Assert.Equal((3, "b", "is too long"), (rejected.Line, rejected.Column, rejected.Reason));
    }

    [Fact]
    public async Task Text_after_a_closing_quote_rejects_its_row_and_a_lone_quote_is_text()
    {
        var (profile, canonical) = await CsvText.Import(CsvText.Lines("a,b", "1,12\" pipe", "2,\"abc\"def", "3,z"));

        Assert.Equal((3, "has text after a closing quote"), (Assert.Single(profile.Rejected).Line, profile.Rejected[0].Reason));
        Assert.Contains("1,\"12\"\" pipe\"\n", canonical);
    }

    [Fact]
    public async Task A_file_of_which_no_row_parses_is_refused_with_the_first_reason()
    {
        var error = Assert.IsType<AllRowsRejected>(await CsvText.Fail("a,b\n1\n2\n"));

        Assert.Equal((2, 2), (error.Rows, error.First.Line));
    }

    [Fact]
    public async Task A_type_for_a_column_that_is_not_there_is_refused()
    {
        var error = await CsvText.Fail("a\n1\n", new() { Types = new Dictionary<string, ColumnType> { ["b"] = ColumnType.Text } });

        Assert.IsType<UnknownTypedColumn>(error);
    }
}
