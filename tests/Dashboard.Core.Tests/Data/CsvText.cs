using System.Text;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Tests.Data;

/// <summary>Imports CSV from a string.</summary>
internal static class CsvText
{
    public static async Task<(DatasetProfile Profile, string Canonical)> Import(string csv, CsvImportOptions? options = null)
    {
        var canonical = new MemoryStream();
        var result = await CsvImport.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), canonical, options ?? new(), CancellationToken.None);
        Assert.True(result.IsSuccess, result.Error?.Message);
        return (result.Value, Encoding.UTF8.GetString(canonical.ToArray()));
    }

    public static Task<Error> Fail(string csv, CsvImportOptions? options = null) => Fail(Encoding.UTF8.GetBytes(csv), options);

    public static async Task<Error> Fail(byte[] file, CsvImportOptions? options = null)
    {
        var result = await CsvImport.RunAsync(new MemoryStream(file), new MemoryStream(), options ?? new(), CancellationToken.None);
        return result.Error ?? throw new Xunit.Sdk.XunitException($"The import succeeded with {result.Value.Rows} rows; expected an error.");
    }

    public static string Lines(params IEnumerable<string> lines) => string.Join('\n', lines) + "\n";

    public static ColumnType TypeOf(this DatasetProfile profile, string column) => profile.Schema.Columns[profile.Schema.IndexOf(column)].Type;

    public static ColumnStatistics Column(this DatasetProfile profile, string column) => profile.Columns[profile.Schema.IndexOf(column)];
}
