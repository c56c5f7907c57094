using System.Text;
using Dashboard.Storage;

namespace Dashboard.Cli.Tests;

public sealed class ModelCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-cli-").FullName;

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_model_file_is_imported_promoted_listed_exported_and_brought_to_another_directory()
    {
        var model = Write("model.json", Tiny(-1));
        var sample = Write("sample.csv", "a,b\n1,2\n3,4\n5,\n");

        var imported = await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", model, "--features", "a,b", "--reference", sample, "--promote", "--data", Data);
        Assert.Equal((0, ""), (imported.Code, imported.Errors));
        Assert.Contains("tiny version 1: binary classification, 2 inputs, XGBoost 1.7.4, with a reference for drift, performance is known only once labels arrive", imported.Output, StringComparison.Ordinal);
        Assert.Contains("tiny: version 1 is champion.", imported.Output, StringComparison.Ordinal);

        var listed = await CommandRun.OfAsync("models", "list", "--data", Data, "--json");
        Assert.Equal(1, listed.Json[0].GetProperty("champion").GetInt32());

        var zip = Path.Combine(folder, "tiny.zip");
        var exported = await CommandRun.OfAsync("models", "export", "--name", "tiny", "--version", "champion", "--out", zip, "--data", Data, "--json");
        var moved = await CommandRun.OfAsync("models", "import", "--name", "moved", "--file", zip, "--data", Path.Combine(folder, "other"), "--json");
        Assert.Equal(exported.Json.GetProperty("digest").GetString(), moved.Json.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task A_sample_with_its_outcome_named_lets_performance_be_estimated_and_a_bad_name_is_refused()
    {
        var model = Write("model.json", Tiny(-1));
        var sample = Write("sample.csv", "a,b,late\n" + string.Concat(Enumerable.Range(0, 120).Select(row => $"{row % 7},{row % 3},{(row % 5 < 2 ? "true" : "false")}\n")));

        var refused = await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", model, "--features", "a,b", "--reference", sample, "--target", "delay", "--data", Data);
        var imported = await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", model, "--features", "a,b", "--reference", sample, "--target", "late", "--data", Data);

        Assert.Equal((1, "'target' is 'delay'; expected a column of the reference sample: late."), (refused.Code, refused.Errors.Trim()));
        Assert.Equal(0, imported.Code);
        Assert.Contains("with a reference for drift, performance is estimated before labels arrive", imported.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entity_is_removed_from_the_log_of_a_directory_that_no_host_uses()
    {
        await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", Write("m.json", Tiny(-1)), "--data", Data);

        var removed = await CommandRun.OfAsync("entities", "delete", "--model", "tiny", "ada", "--data", Data, "--json");
        var unknown = await CommandRun.OfAsync("entities", "delete", "--model", "nobody", "ada", "--data", Data);

        Assert.Equal((0, ""), (removed.Code, removed.Errors));
        Assert.Equal((0, 64), (removed.Json.GetProperty("predictions").GetInt32(), removed.Json.GetProperty("keyMark").GetString()!.Length));
        Assert.Equal((1, "There is no model 'nobody'."), (unknown.Code, unknown.Errors.Trim()));
        var erased = await CommandRun.OfAsync("entities", "erased", "--model", "tiny", "ada", "--data", Data);
        Assert.Contains("Removed the logged rows of one entity of tiny: 0 predictions", erased.Output, StringComparison.Ordinal);
        Assert.Equal("Nothing was removed by this key.", (await CommandRun.OfAsync("entities", "erased", "--model", "tiny", "bob", "--data", Data)).Output.Trim());
    }

    [Fact]
    public async Task A_card_is_printed_or_written_to_a_file_that_is_not_there_yet()
    {
        await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", Write("m.json", Tiny(-1)), "--data", Data);
        var file = Path.Combine(folder, "card.html");

        var printed = await CommandRun.OfAsync("models", "card", "--name", "tiny", "--version", "latest", "--data", Data);
        var written = await CommandRun.OfAsync("models", "card", "--name", "tiny", "--version", "1", "--format", "html", "--out", file, "--data", Data);
        var again = await CommandRun.OfAsync("models", "card", "--name", "tiny", "--version", "1", "--out", file, "--data", Data);
        var unknown = await CommandRun.OfAsync("models", "card", "--name", "tiny", "--version", "7", "--data", Data);

        Assert.StartsWith("# Model card: tiny, version 1\n", printed.Output, StringComparison.Ordinal);
        Assert.Equal((0, $"{file}: model card in html"), (written.Code, written.Output.Trim()));
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal((1, $"'--out' is '{file}'; expected a file that does not exist yet."), (again.Code, again.Errors.Trim()));
        Assert.Equal((1, "Model 'tiny' has no version 7."), (unknown.Code, unknown.Errors.Trim()));
    }

    [Fact]
    public async Task Promotion_and_rollback_say_what_changed()
    {
        await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", Write("1.json", Tiny(-1)), "--promote", "--data", Data);
        await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", Write("2.json", Tiny(-2)), "--data", Data);

        var promoted = await CommandRun.OfAsync("models", "promote", "--name", "tiny", "--version", "2", "--reason", "better", "--data", Data);
        var back = await CommandRun.OfAsync("models", "rollback", "--name", "tiny", "--data", Data);
        var further = await CommandRun.OfAsync("models", "rollback", "--name", "tiny", "--data", Data);

        Assert.Equal("tiny: version 2 is champion in place of version 1.", promoted.Output.Trim());
        Assert.Equal("tiny: version 1 is champion in place of version 2.", back.Output.Trim());
        Assert.Equal((1, "'tiny' has no champion before the present one to return to."), (further.Code, further.Errors.Trim()));
    }

    [Fact]
    public async Task A_directory_that_a_host_uses_is_not_touched()
    {
        using var held = DirectoryLock.TryTake(new DataDirectory(Data));

        var run = await CommandRun.OfAsync("models", "list", "--data", Data);

        Assert.Equal(1, run.Code);
        Assert.Contains("A running host uses the data directory", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--url", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_is_registered_with_its_rows()
    {
        var run = await CommandRun.OfAsync("data", "register", "--name", "small", "--file", Write("small.csv", "a,b\n1,x\n2,y\n3,x\n"), "--data", Data, "--json");

        Assert.Equal((0, 3L, 1), (run.Code, run.Json.GetProperty("rows").GetInt64(), run.Json.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_failure_in_JSON_names_the_field()
    {
        var run = await CommandRun.OfAsync("models", "import", "--name", "tiny", "--file", Write("m.json", Tiny(-1)), "--features", "a,b,c", "--data", Data, "--json");

        Assert.Equal((1, "features", "3 names"), (run.Code, run.Json.GetProperty("error").GetProperty("field").GetString(), run.Json.GetProperty("error").GetProperty("value").GetString()));
    }

    [Theory]
    [InlineData("models", "import", "--name", "x")]
    [InlineData("models", "promote", "--name", "x", "--version", "two")]
    [InlineData("models", "import", "--name", "x", "--file", "/nowhere/model.json")]
    [InlineData("model")]
    [InlineData("models", "card", "--name", "x", "--version", "1", "--format", "pdf")]
    [InlineData("models", "list", "--nonsense")]
    public async Task What_is_not_understood_ends_with_2_and_says_why(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_named()
    {
        var run = await CommandRun.OfAsync("models", "list", "--url", "http://127.0.0.1:1");

        Assert.Equal(1, run.Code);
        Assert.Contains("http://127.0.0.1:1", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_commands()
    {
        var run = await CommandRun.OfAsync("models", "--help");

        Assert.Equal(0, run.Code);
        foreach (var command in (string[])["import", "export", "card", "promote", "rollback", "list"])
            Assert.Contains(command, run.Output, StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content, Encoding.UTF8);
        return path;
    }

    /// <summary>A model file as XGBoost writes it: one tree of one split.</summary>
    private static string Tiny(double below) => $$"""
        {"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],
         "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
         "objective":{"name":"binary:logistic"},
         "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],"split_conditions":[3.0,{{below}},1.0],"default_left":[1,0,0],"split_type":[0,0,0],
           "categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"tree_param":{"num_nodes":"3","size_leaf_vector":"0"} }] } } } }
        """;
}
