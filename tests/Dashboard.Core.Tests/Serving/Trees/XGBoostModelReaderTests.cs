using System.Text;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Serving.Trees;

public sealed class XGBoostModelReaderTests
{
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (var name in ModelFiles.All)
        {
            files.Add($"{name}.json");
            files.Add($"{name}.ubj");
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_row_is_answered_as_XGBoost_answers_it(string file)
    {
        var scorer = Read(ModelFiles.Read(file)).Scorer;
        var rows = ModelFiles.Rows();
        var expected = ModelFiles.Answers(Path.GetFileNameWithoutExtension(file));
        var outputs = new float[scorer.OutputCount];

        Assert.Equal(ModelFiles.Columns, scorer.FeatureCount);
        Assert.Equal(rows.Length / ModelFiles.Columns * outputs.Length, expected.Length);
        for (var row = 0; row < rows.Length / ModelFiles.Columns; row++)
        {
            scorer.Score(rows.AsSpan(row * ModelFiles.Columns, ModelFiles.Columns), outputs);
            for (var i = 0; i < outputs.Length; i++)
            {
                var wanted = expected[row * outputs.Length + i];
                Assert.True(wanted.Equals(outputs[i]) || Math.Abs(wanted - outputs[i]) <= 1e-6 * Math.Max(1, Math.Abs(wanted)), $"Row {row}, output {i}: XGBoost answers {wanted:R}, the walk {outputs[i]:R}.");
            }
        }
    }

    [Fact]
    public void The_model_says_what_it_is()
    {
        var model = Read(ModelFiles.Read("multi_softprob.ubj"));

        Assert.Equal(["size", "hour", "carrier", "season"], model.FeatureNames!);
        Assert.Equal(["q", "q", "c", "c"], model.FeatureTypes!);
        Assert.Equal((ModelTask.MulticlassClassification, 3, "1.7.4", "multi:softprob"), (model.Task, model.Classes, model.Version, model.Objective));
        Assert.Equal(3, model.Scorer.OutputCount);
    }

    [Theory]
    [InlineData("binary_logistic", ModelTask.BinaryClassification, 2)]
    [InlineData("squared_error", ModelTask.Regression, 0)]
    [InlineData("linear_multi", ModelTask.MulticlassClassification, 3)]
    public void The_task_and_the_number_of_classes_follow_from_the_objective(string name, ModelTask task, int classes)
    {
        var model = Read(ModelFiles.Read($"{name}.json"));

        Assert.Equal((task, classes), (model.Task, model.Classes));
    }

    [Fact]
    public void A_model_without_names_has_none() => Assert.Null(Read(ModelFiles.Read("linear.json")).FeatureNames);

    [Fact]
    public void The_base_score_of_version_3_is_a_list()
    {
        var old = Encoding.UTF8.GetString(ModelFiles.Read("binary_logistic.json"));
        Assert.Contains("\"base_score\":\"2.7E-1\"", old, StringComparison.Ordinal);
        var made = old.Replace("\"base_score\":\"2.7E-1\"", "\"base_score\":\"[2.7E-1]\"", StringComparison.Ordinal).Replace("\"version\":[1,7,4]", "\"version\":[3,1,0]", StringComparison.Ordinal);

        var model = Read(Encoding.UTF8.GetBytes(made));

        Assert.Equal("3.1.0", model.Version);
        Assert.Equal(Answer(Read(Encoding.UTF8.GetBytes(old))), Answer(model));
    }

    [Fact]
    public void Each_class_may_have_a_base_score_of_its_own()
    {
        var plain = Encoding.UTF8.GetString(ModelFiles.Read("linear_multi.json"));
        var made = plain.Replace("\"base_score\":\"5E-1\"", "\"base_score\":\"[1E1,5E-1,5E-1]\"", StringComparison.Ordinal);
        Assert.NotEqual(plain, made);
        var outputs = new float[3];

        Read(Encoding.UTF8.GetBytes(made)).Scorer.Score([0, 0, 0, 0], outputs);

        Assert.InRange(outputs[0], 0.99f, 1f);
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        foreach (var name in ModelFiles.All)
        {
            var scorer = Read(ModelFiles.Read($"{name}.json")).Scorer;
            var outputs = new float[scorer.OutputCount];
            var row = ModelFiles.Rows().AsSpan(0, ModelFiles.Columns);
            scorer.Score(row, outputs);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                scorer.Score(row, outputs);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_row_of_another_length_is_a_bug_of_the_caller()
    {
        foreach (var name in (string[])["binary_logistic", "linear"])
        {
            var scorer = Read(ModelFiles.Read($"{name}.json")).Scorer;
            Assert.Throws<ArgumentException>(() => scorer.Score([1, 2, 3], new float[1]));
            Assert.ThrowsAny<ArgumentException>(() => scorer.Score([1, 2, 3, 4], []));
        }
    }

    private static float Answer(XGBoostModel model)
    {
        var outputs = new float[1];
        model.Scorer.Score(ModelFiles.Rows().AsSpan(40, ModelFiles.Columns), outputs);
        return outputs[0];
    }

    private static XGBoostModel Read(byte[] content)
    {
        var read = XGBoostModelReader.Read(content);
        Assert.True(read.IsSuccess, read.Error?.Message);
        return read.Value;
    }
}
