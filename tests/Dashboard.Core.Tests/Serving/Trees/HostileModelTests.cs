using System.Text;
using System.Text.Json.Nodes;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;

namespace Dashboard.Core.Tests.Serving.Trees;

public sealed class HostileModelTests
{
    private const string Tree = "learner.gradient_booster.model.trees[0].";

    /// <summary>A tree of three nodes over two features, in which each test breaks one thing.</summary>
    private const string Sound =
        """
        {"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["q","c"],"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[
        {"tree_param":{"size_leaf_vector":"0"},"left_children":[1,3,-1,-1,-1],"right_children":[2,4,-1,-1,-1],"split_indices":[0,1,0,0,0],"split_conditions":[0.5,NaN,1,2,3],"default_left":[1,0,0,0,0],
        "split_type":[0,1,0,0,0],"categories":[1,40],"categories_nodes":[1],"categories_segments":[0],"categories_sizes":[2]}]}},
        "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"reg:squarederror"}},"version":[1,7,4]}
        """;

    [Fact]
    public void The_sound_model_is_read()
    {
        var scorer = XGBoostModelReader.Read(Encoding.UTF8.GetBytes(Sound)).Value.Scorer;
        var output = new float[1];

        scorer.Score([0, 40], output);
        Assert.Equal(3.5f, output[0]);
        scorer.Score([float.NaN, 2], output);
        Assert.Equal(2.5f, output[0]);
        scorer.Score([1, 2], output);
        Assert.Equal(1.5f, output[0]);
    }

    [Theory]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,0,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,1,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,5,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,2.5,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,1e300,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,NaN,-1", Tree + "left_children[1]")]
    [InlineData("\"left_children\":[1,3,-1", "\"left_children\":[1,-7,-1", Tree + "left_children[1]")]
    [InlineData("\"right_children\":[2,4", "\"right_children\":[2,-1", Tree + "right_children[1]")]
    [InlineData("\"right_children\":[2,4", "\"right_children\":[1,4", Tree + "right_children[0]")]
    [InlineData("\"right_children\":[2,4,", "\"right_children\":[2,", Tree + "right_children")]
    [InlineData("\"left_children\":[1,3,-1,-1,-1]", "\"left_children\":[]", Tree + "left_children")]
    [InlineData("\"left_children\":[1,3,-1,-1,-1]", "\"left_children\":\"all\"", Tree + "left_children")]
    [InlineData("\"split_indices\":[0,1", "\"split_indices\":[2,1", Tree + "split_indices[0]")]
    [InlineData("\"split_indices\":[0,1", "\"split_indices\":[-1,1", Tree + "split_indices[0]")]
    [InlineData("[0.5,NaN,1,", "[NaN,NaN,1,", Tree + "split_conditions[0]")]
    [InlineData("[0.5,NaN,1,", "[0.5,NaN,1e400,", Tree + "split_conditions[2]")]
    [InlineData("[0.5,NaN,1,", "[0.5,NaN,\"x\",", Tree + "split_conditions")]
    [InlineData("\"categories\":[1,40]", "\"categories\":[1,-40]", Tree + "categories")]
    [InlineData("\"categories\":[1,40]", "\"categories\":[1,4e9]", Tree + "categories")]
    [InlineData("\"categories_nodes\":[1]", "\"categories_nodes\":[2]", Tree + "split_type[1]")]
    [InlineData("\"categories_nodes\":[1]", "\"categories_nodes\":[9]", Tree + "categories_nodes[0]")]
    [InlineData("\"categories_segments\":[0]", "\"categories_segments\":[-3]", Tree + "categories_segments[0]")]
    [InlineData("\"categories_sizes\":[2]", "\"categories_sizes\":[3]", Tree + "categories_sizes[0]")]
    [InlineData("\"size_leaf_vector\":\"0\"", "\"size_leaf_vector\":\"3\"", Tree + "tree_param.size_leaf_vector")]
    [InlineData("\"tree_info\":[0]", "\"tree_info\":[1]", "learner.gradient_booster.model.tree_info[0]")]
    [InlineData("\"tree_info\":[0]", "\"tree_info\":[0,0]", "learner.gradient_booster.model.tree_info")]
    [InlineData("\"name\":\"gbtree\"", "\"name\":\"gbforest\"", "learner.gradient_booster.name")]
    [InlineData("\"name\":\"gbtree\"", "\"name\":7", "learner.gradient_booster.name")]
    [InlineData("\"name\":\"reg:squarederror\"", "\"name\":\"my:own\"", "learner.objective.name")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"half\"", "learner.learner_model_param.base_score")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"[1,2]\"", "learner.learner_model_param.base_score")]
    [InlineData("\"base_score\":\"5E-1\",", "", "learner.learner_model_param.base_score")]
    [InlineData("\"num_feature\":\"2\"", "\"num_feature\":\"999999999999\"", "learner.learner_model_param.num_feature")]
    [InlineData("\"num_feature\":\"2\"", "\"num_feature\":\"3\"", "learner.feature_names")]
    [InlineData("\"num_class\":\"0\"", "\"num_class\":\"3\"", "learner.learner_model_param.num_class")]
    [InlineData("\"num_target\":\"1\"", "\"num_target\":\"2\"", "learner.learner_model_param.num_target")]
    [InlineData("\"feature_types\":[\"q\",\"c\"]", "\"feature_types\":[\"q\",4]", "learner.feature_types[1]")]
    [InlineData("\"version\":[1,7,4]", "\"version\":[9,0,0]", "version")]
    [InlineData("\"learner\"", "\"teacher\"", "learner")]
    public void A_broken_field_is_named(string sound, string broken, string field)
    {
        Assert.Contains(sound, Sound, StringComparison.Ordinal);

        var read = XGBoostModelReader.Read(Encoding.UTF8.GetBytes(Sound.Replace(sound, broken, StringComparison.Ordinal)));

        Assert.Equal(field, read.Error?.Field);
        Assert.Equal(ErrorKind.Invalid, read.Error!.Kind);
        Assert.NotNull(read.Error.Expected);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(129)]
    [InlineData(5000)]
    public void Narrow_and_wide_rows_send_missing_values_the_default_way(int features)
    {
        var model = Sound.Replace("\"feature_names\":[\"a\",\"b\"],\"feature_types\":[\"q\",\"c\"],", "", StringComparison.Ordinal).Replace("\"num_feature\":\"2\"", $"\"num_feature\":\"{features}\"", StringComparison.Ordinal)
            .Replace("\"split_indices\":[0,1", $"\"split_indices\":[{features - 2},{features - 1}", StringComparison.Ordinal);
        var scorer = XGBoostModelReader.Read(Encoding.UTF8.GetBytes(model)).Value.Scorer;

        Assert.Equal(3.5f, Score(scorer, 0, float.NaN));
        Assert.Equal(3.5f, Score(scorer, float.NaN, float.NaN));
        Assert.Equal(2.5f, Score(scorer, float.NaN, 2));
        Assert.Equal(1.5f, Score(scorer, 1, float.NaN));

        float Score(Scorer walk, float a, float b)
        {
            var row = new float[features];
            (row[^2], row[^1]) = (a, b);
            var output = new float[1];
            walk.Score(row, output);
            return output[0];
        }
    }

    [Theory]
    [InlineData("-Infinity", 1, 3.5f, 1.5f)]
    [InlineData("-Infinity", 0, 1.5f, 1.5f)]
    [InlineData("Infinity", 0, 1.5f, 3.5f)]
    [InlineData("Infinity", 1, 3.5f, 3.5f)]
    public void A_split_at_infinity_parts_missing_values_from_all_others(string threshold, int defaultLeft, float missing, float present)
    {
        var model = Sound.Replace("[0.5,NaN,", $"[{threshold},NaN,", StringComparison.Ordinal).Replace("\"default_left\":[1", $"\"default_left\":[{defaultLeft}", StringComparison.Ordinal);
        var scorer = XGBoostModelReader.Read(Encoding.UTF8.GetBytes(model)).Value.Scorer;
        var output = new float[1];

        scorer.Score([float.NaN, 40], output);
        Assert.Equal(missing, output[0]);
        foreach (var value in (float[])[float.MinValue, 0, float.MaxValue])
        {
            scorer.Score([value, 40], output);
            Assert.Equal(present, output[0]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,c\n1,2,3")]
    [InlineData("[1,2,3]")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"not a model\"}")]
    [InlineData("{\"learner\":null}")]
    [InlineData("{\"learner\":{\"objective\":[]}}")]
    [InlineData("binf\u0000\u0000")]
    public void What_is_no_model_of_XGBoost_is_refused(string content) => Assert.NotNull(XGBoostModelReader.Read(Encoding.UTF8.GetBytes(content)).Error?.Field);

    [Fact]
    public void A_tower_of_brackets_is_refused_without_exhausting_the_stack()
    {
        Assert.NotNull(XGBoostModelReader.Read(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 1_000_000))).Error);
        Assert.NotNull(XGBoostModelReader.Read(Encoding.UTF8.GetBytes("{i\u0001a" + new string('[', 1_000_000))).Error);
    }

    [Theory]
    [InlineData("{i\u0001a[$d#l\u007f\u007f\u007f\u007f")]
    [InlineData("{i\u0001a[#l\u007f\u007f\u007f\u007f")]
    [InlineData("{i\u0001a[$Z#l\u007f\u007f\u007f\u007f}")]
    [InlineData("{i\u0001aSl\u007f\u007f\u007f\u007f")]
    [InlineData("{$T#l\u007f\u007f\u007f\u007f")]
    public void A_declared_length_is_not_believed(string content)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(XGBoostModelReader.Read(Encoding.Latin1.GetBytes(content)).Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("linear.json")]
    [InlineData("linear.ubj")]
    [InlineData("binary_logistic.json")]
    [InlineData("binary_logistic.ubj")]
    public void A_file_that_was_cut_short_is_refused_wherever_it_was_cut(string file)
    {
        var content = ModelFiles.Read(file);
        var whole = content.AsSpan().TrimEnd(" \n"u8).Length;
        for (var length = 0; length < whole; length += 1 + whole / 2000)
            Assert.False(XGBoostModelReader.Read(content.AsMemory(0, length)).IsSuccess, $"{length} of {whole} bytes were accepted.");
    }

    [Theory]
    [InlineData("binary_logistic.json")]
    [InlineData("binary_logistic.ubj")]
    [InlineData("dart.ubj")]
    [InlineData("linear_multi.json")]
    public void Bytes_changed_at_random_give_a_model_that_answers_or_an_error(string file)
    {
        var random = new Random(3);
        var sound = ModelFiles.Read(file);
        var errors = 0;
        for (var trial = 0; trial < 1500; trial++)
        {
            var content = sound.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                content[random.Next(content.Length)] = (byte)random.Next(256);
            var read = XGBoostModelReader.Read(content);
            if (!read.IsSuccess)
            {
                errors++;
                Assert.NotNull(read.Error!.Field);
                continue;
            }

            var scorer = read.Value.Scorer;
            var outputs = new float[scorer.OutputCount];
            scorer.Score(new float[scorer.FeatureCount], outputs);
        }

        Assert.InRange(errors, 1, 1500);
    }

    [Fact]
    public void A_long_chain_of_splits_is_walked_to_its_end()
    {
        const int Splits = 20_000;
        var model = JsonNode.Parse(Sound.Replace("NaN", "0", StringComparison.Ordinal))!;
        var tree = model["learner"]!["gradient_booster"]!["model"]!["trees"]![0]!.AsObject();
        Set("left_children", i => i % 2 == 0 && i < 2 * Splits ? i + 1 : -1);
        Set("right_children", i => i % 2 == 0 && i < 2 * Splits ? i + 2 : -1);
        Set("split_indices", _ => 0);
        Set("split_conditions", i => i % 2 == 0 && i < 2 * Splits ? i / 2 : i);
        Set("default_left", _ => 0);
        tree.Remove("split_type");
        var scorer = XGBoostModelReader.Read(Encoding.UTF8.GetBytes(model.ToJsonString())).Value.Scorer;
        var output = new float[1];

        scorer.Score([1e9f, 0], output);
        Assert.Equal(2 * Splits + 0.5f, output[0]);
        scorer.Score([99, 0], output);
        Assert.Equal(201.5f, output[0]);

        void Set(string name, Func<int, double> value) => tree[name] = new JsonArray([.. Enumerable.Range(0, 2 * Splits + 1).Select(i => (JsonNode)value(i))]);
    }
}
