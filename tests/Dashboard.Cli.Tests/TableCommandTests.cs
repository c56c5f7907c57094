using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Dashboard.Cli.Tests;

/// <summary><c>dashboard profile</c> and <c>dashboard drift</c> on files, in a folder of their own and without an installation.</summary>
public sealed class TableCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-tables-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Drift_ends_with_3_names_the_columns_and_explains_its_rule()
    {
        var run = await CommandRun.OfAsync("drift", "--reference", Flights("a.csv", 1), "--current", Flights("b.csv", 2, later: 12));

        Assert.Equal((3, ""), (run.Code, run.Errors));
        Assert.Contains("a.csv: 2,000 rows", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"delay\s+number\s+ks\s+0\.\d+\s+\S+\s+0\.\d+\s+✗ drift\s+mean .* → ", run.Output);
        Assert.Matches(@"origin\s+category\s+chi_square_pooled\s+\S+\s+0\.\d+\s+0\.\d+\s+✓ steady", run.Output);
        Assert.Contains("Drift: 1 of 3 columns drifted (delay).", run.Output, StringComparison.Ordinal);
        Assert.Contains("an effect under 0.05 is small. Exact tests on the rows.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_drift_it_ends_with_0()
    {
        var run = await CommandRun.OfAsync("drift", "--reference", Flights("a.csv", 1), "--current", Flights("b.csv", 2));

        Assert.Equal(0, run.Code);
        Assert.Contains("No drift in 3 columns.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_document_has_every_figure_of_every_column()
    {
        var run = await CommandRun.OfAsync("drift", "--reference", Flights("a.csv", 1), "--current", Flights("b.csv", 2, later: 12), "--json", "--alpha", "0.01", "--min-effect", "0.02");

        Assert.Equal(3, run.Code);
        var drift = run.Json;
        Assert.Equal(["preset", "alpha", "smallestEffect", "fromRows", "isExact", "reference", "current", "hasDrift", "columns"], drift.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("default", 0.01, 0.02, true, true, true), (drift.GetProperty("preset").GetString(), drift.GetProperty("alpha").GetDouble(), drift.GetProperty("smallestEffect").GetDouble(),
            drift.GetProperty("fromRows").GetBoolean(), drift.GetProperty("isExact").GetBoolean(), drift.GetProperty("hasDrift").GetBoolean()));
        Assert.Equal((2_000, 0), (drift.GetProperty("reference").GetProperty("rows").GetInt32(), drift.GetProperty("reference").GetProperty("rejectedRows").GetInt32()));
        var delay = drift.GetProperty("columns")[0];
        Assert.Equal(["name", "type", "verdict", "test", "statistic", "pValue", "adjustedPValue", "effectSize", "effectError", "note", "tests", "reference", "current", "isDrift"], delay.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("delay", "number", "drift", "ks", true), (delay.GetProperty("name").GetString(), delay.GetProperty("type").GetString(), delay.GetProperty("verdict").GetString(), delay.GetProperty("test").GetString(), delay.GetProperty("isDrift").GetBoolean()));
        Assert.Equal(["rows", "missing", "mean", "standardDeviation", "minimum", "median", "maximum", "missingShare"], delay.GetProperty("current").EnumerateObject().Select(property => property.Name));
        Assert.Equal(["test", "statistic", "pValue", "effectSize"], delay.GetProperty("tests")[0].EnumerateObject().Select(property => property.Name));
        Assert.Contains("cramer_von_mises", delay.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("test").GetString()));
        Assert.Equal(["name", "type", "verdict", "note", "tests", "reference", "isDrift"], Without("delay").GetProperty("columns")[0].EnumerateObject().Select(property => property.Name));

        JsonElement Without(string column) => CommandRun.OfAsync("drift", "--reference", Path.Combine(folder, "a.csv"), "--current", Write("c.csv", File.ReadAllText(Path.Combine(folder, "b.csv")).Replace(column, "other", StringComparison.Ordinal)), "--json").Result.Json;
    }

    [Fact]
    public async Task A_profile_is_made_saved_merged_shown_and_compared()
    {
        string a = Flights("a.csv", 1), b = Flights("b.csv", 2), first = Path.Combine(folder, "a.profile"), second = Path.Combine(folder, "b.profile"), both = Path.Combine(folder, "both.profile");

        var made = await CommandRun.OfAsync("profile", a, "--out", first);
        Assert.Equal(0, made.Code);
        Assert.Contains("2,000 rows, 3 columns", made.Output, StringComparison.Ordinal);
        Assert.Matches(@"origin\s+category\s+0\s+3\s+\S.*%", made.Output);
        Assert.Contains($"Profile written to {first}.", made.Output, StringComparison.Ordinal);
        await CommandRun.OfAsync("profile", b, "--out", second);
        var merged = await CommandRun.OfAsync("profile", "merge", first, second, "--out", both, "--json");
        Assert.Equal(4_000, merged.Json.GetProperty("rows").GetInt32());
        var shown = await CommandRun.OfAsync("profile", "show", both, "--json");
        Assert.Equal(merged.Output, shown.Output);

        var compared = await CommandRun.OfAsync("drift", "--reference", both, "--current", Flights("c.csv", 3, later: 12));
        Assert.Equal(3, compared.Code);
        Assert.Contains("Tests on profiles", compared.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merge_may_write_over_one_of_its_files()
    {
        string day = Flights("day.csv", 1), total = Path.Combine(folder, "total.profile");
        await CommandRun.OfAsync("profile", day, "--out", total);

        await CommandRun.OfAsync("profile", "merge", total, day, "--out", total);
        var shown = await CommandRun.OfAsync("profile", "show", total, "--json");

        Assert.Equal(4_000, shown.Json.GetProperty("rows").GetInt32());
        Assert.False(File.Exists(total + ".part"));
    }

    [Fact]
    public async Task The_JSON_of_a_profile_has_moments_quantiles_values_and_a_histogram()
    {
        var run = await CommandRun.OfAsync("profile", Flights("a.csv", 1), "--json");

        var delay = run.Json.GetProperty("columns")[0];
        Assert.Equal(["rows", "rejectedRows", "columns"], run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["name", "type", "missing", "broken", "distinct", "numbers", "histogram"], delay.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["finite", "positiveInfinities", "negativeInfinities", "mean", "standardDeviation", "minimum", "maximum", "quantiles", "rankError"], delay.GetProperty("numbers").EnumerateObject().Select(property => property.Name));
        Assert.Equal(["0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"], delay.GetProperty("numbers").GetProperty("quantiles").EnumerateObject().Select(property => property.Name));
        Assert.Equal(2_000, delay.GetProperty("histogram").GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.Equal(2_000, run.Json.GetProperty("columns")[1].GetProperty("topValues").EnumerateArray().Sum(value => value.GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task A_pipe_and_gzip_are_read_like_files()
    {
        var reference = Flights("a.csv", 1);
        var ndjson = string.Concat(File.ReadLines(Flights("b.csv", 2)).Skip(1).Select(line => line.Split(',')).Select(cells => $"{{\"delay\":{cells[0]},\"origin\":\"{cells[1]}\",\"distance\":{cells[2]}}}\n"));
        var (code, output) = await PipeAsync(Zip(ndjson), "drift", "--reference", reference, "--current", "-");
        var (_, profile) = await PipeAsync(Encoding.UTF8.GetBytes(ndjson), "profile", "-", "--json");

        Assert.Equal(0, code);
        Assert.Contains("standard input: 2,000 rows", output, StringComparison.Ordinal);
        Assert.Equal(2_000, JsonElement.Parse(profile).GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Rows_that_were_left_out_are_said()
    {
        var path = Write("broken.csv", "a,b\n1,2\n3\n4,5\n6,7\n8,9\n");

        var profile = await CommandRun.OfAsync("profile", path);
        var drift = await CommandRun.OfAsync("drift", "--reference", path, "--current", path);

        Assert.Contains("1 row was left out; the first: line 3 has 1 cell, expected 2", profile.Output, StringComparison.Ordinal);
        Assert.Contains("broken.csv: 4 rows (1 more left out", drift.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_rules_are_named_with_their_limits()
    {
        string a = Flights("a.csv", 1), b = Flights("b.csv", 2, later: 40);
        CommandRun evidently = await CommandRun.OfAsync("drift", "--reference", a, "--current", b, "--preset", "evidently"), nannyml = await CommandRun.OfAsync("drift", "--reference", a, "--current", b, "--preset", "nannyml", "--json");

        // One of three columns is not half of them.
        Assert.Equal((0, 3), (evidently.Code, nannyml.Code));
        Assert.Contains("No drift of the table: 1 of 3 columns drifted (delay).", evidently.Output, StringComparison.Ordinal);
        Assert.Matches(@"delay\s+number\s+wasserstein\s+\S+\s+0\.1000\s+✗ drift", evidently.Output);
        Assert.Equal("nannyml", nannyml.Json.GetProperty("preset").GetString());
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("a,b\n", "has no rows")]
    [InlineData("x,y\n1,2\n", "a column that the reference has, too")]
    [InlineData("{\"delay\":{}}\n", "an object under 'delay'")]
    [InlineData("{\"delay\":1}\n{\"delay\":\n", "line 2 is not JSON")]
    public async Task What_cannot_be_done_ends_with_1_and_says_why(string current, string message)
    {
        var run = await CommandRun.OfAsync("drift", "--reference", Flights("a.csv", 1), "--current", Write("current", current));

        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_profile_and_a_missing_file_are_named()
    {
        string a = Flights("a.csv", 1), profile = Path.Combine(folder, "a.profile");
        await CommandRun.OfAsync("profile", a, "--out", profile);
        var bytes = File.ReadAllBytes(profile);
        bytes[40] ^= 1;
        File.WriteAllBytes(profile, bytes);
        CommandRun damaged = await CommandRun.OfAsync("profile", "show", profile), gone = await CommandRun.OfAsync("drift", "--reference", a, "--current", Path.Combine(folder, "gone.csv"), "--json"), unwritable = await CommandRun.OfAsync("profile", a, "--out", Path.Combine(folder, "no", "such", "folder"));

        Assert.Equal((1, 1, 1), (damaged.Code, gone.Code, unwritable.Code));
        Assert.Contains("a.profile: 'profile' is 'it was changed or cut off after it was written'", damaged.Errors, StringComparison.Ordinal);
        Assert.Equal("--current", gone.Json.GetProperty("error").GetProperty("field").GetString());
        Assert.Contains("--out", unwritable.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drift", "--reference", "a.csv")]
    [InlineData("drift", "--reference", "-", "--current", "-")]
    [InlineData("drift", "--reference", "a", "--current", "b", "--alpha", "2")]
    [InlineData("drift", "--reference", "a", "--current", "b", "--alpha", "five")]
    [InlineData("drift", "--reference", "a", "--current", "b", "--min-effect", "-1")]
    [InlineData("drift", "--reference", "a", "--current", "b", "--preset", "whylogs")]
    [InlineData("profile")]
    [InlineData("profile", "merge", "a")]
    public async Task What_is_not_understood_ends_with_2(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task Only_the_columns_that_are_named_are_compared()
    {
        var run = await CommandRun.OfAsync("drift", "--reference", Flights("a.csv", 1), "--current", Flights("b.csv", 2, later: 12), "--columns", "origin, distance", "--json");
        var unknown = await CommandRun.OfAsync("drift", "--reference", Path.Combine(folder, "a.csv"), "--current", Path.Combine(folder, "b.csv"), "--columns", "nothing");

        Assert.Equal((0, 2), (run.Code, run.Json.GetProperty("columns").GetArrayLength()));
        Assert.Equal(1, unknown.Code);
        Assert.Contains("'columns' is 'nothing'", unknown.Errors, StringComparison.Ordinal);
    }

    /// <summary>The command line as a process at the end of a pipe.</summary>
    private static async Task<(int Code, string Output)> PipeAsync(byte[] input, params string[] args)
    {
        var launcher = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        using var process = Process.Start(new ProcessStartInfo(launcher, [Path.Combine(AppContext.BaseDirectory, "dashboard.dll"), .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output);
    }

    private string Flights(string name, int seed, int later = 0)
    {
        var random = new Random(seed);
        var text = new StringBuilder("delay,origin,distance\n");
        for (var row = 0; row < 2_000; row++)
            text.Append($"{(int)(30 * random.NextDouble() * random.NextDouble()) - 5 + later},{(string[])["JFK", "LAX", "ORD"] switch { var airports => airports[random.Next(3)] }},{random.Next(100, 2_000)}\n");
        return Write(name, text.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}
