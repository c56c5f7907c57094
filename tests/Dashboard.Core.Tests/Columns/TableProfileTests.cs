using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns;

namespace Dashboard.Core.Tests.Columns;

/// <summary>Profiles do not depend on how the rows were split and merged, and their figures are those of the rows.</summary>
public sealed class TableProfileTests
{
    private const string Header = "number,few,mixed,comma,when,flag,text,inf";

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_split_and_any_order_of_merging_gives_the_same_profile(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 4_000).Select(_ => Row(random)).ToArray();
        var whole = Profile(rows);
        random.Shuffle(rows);
        var parts = new List<TableProfile>();
        for (var start = 0; start < rows.Length;)
        {
            var length = Math.Min(rows.Length - start, random.Next(1, 900));
            parts.Add(Profile(rows.AsSpan(start, length).ToArray()));
            start += length;
        }

        while (parts.Count > 1)
        {
            int into = random.Next(parts.Count), from = random.Next(parts.Count);
            if (into == from)
                continue;
            parts[into].Add(parts[from]);
            parts.RemoveAt(from);
        }

        AssertSame(whole, parts[0]);
        AssertSame(whole, TableProfile.Deserialize(parts[0].Serialize()).Value);
    }

    [Fact]
    public void Merging_is_commutative_and_associative()
    {
        var random = new Random(9);
        TableProfile Part(int rows) => Profile([.. Enumerable.Range(0, rows).Select(_ => Row(random))]);
        byte[] a = Part(300).Serialize(), b = Part(1_500).Serialize(), c = Part(7).Serialize();
        TableProfile Of(byte[] bytes) => TableProfile.Deserialize(bytes).Value;
        TableProfile Sum(TableProfile first, TableProfile second)
        {
            first.Add(second);
            return first;
        }

        AssertSame(Sum(Of(a), Of(b)), Sum(Of(b), Of(a)));
        AssertSame(Sum(Sum(Of(a), Of(b)), Of(c)), Sum(Of(a), Sum(Of(b), Of(c))));
    }

    [Fact]
    public void A_column_that_one_table_lacks_is_missing_in_its_rows()
    {
        var first = TableText.Profile("a,b\n1,x\n2,y\n");
        first.Add(TableText.Profile("b,c\nz,5\n"));

        Assert.Equal((3, 1L, 0L, 2L), (first.Rows, first["a"]!.Missing, first["b"]!.Missing, first["c"]!.Missing));
        Assert.Equal(["a", "b", "c"], first.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Numbers_and_many_words_are_a_category_while_each_value_is_counted_and_text_beyond()
    {
        string Numbers(int different) => TableText.Lines(["v,w", .. Enumerable.Range(0, 3_000).Select(i => $"{i % different},1")]);
        var words = TableText.Lines(["v,w", .. Enumerable.Range(0, 3_000).Select(i => $"{(i % 2 == 0 ? "yes please" : "no thanks")},1")]);
        TableProfile few = TableText.Profile(Numbers(20)), many = TableText.Profile(Numbers(1_500));
        Assert.Equal((ColumnType.Number, ColumnType.Number), (few["v"]!.Type, many["v"]!.Type));

        few.Add(TableText.Profile(words));
        many.Add(TableText.Profile(words));

        Assert.Equal((ColumnType.Category, 22), (few["v"]!.Type, few["v"]!.Distinct));
        Assert.Equal(150, few["v"]!.TopValues(3)[2].Count);
        Assert.Equal(ColumnType.Text, many["v"]!.Type);
    }

    [Fact]
    public void Numbers_with_a_decimal_comma_unify_with_those_without()
    {
        var profile = TableText.Profile("v;w\n1,5;a\n2;b\n");
        profile.Add(TableText.Profile("v,w\n4,a\n\"0,5\",b\n"));

        Assert.Equal((ColumnType.Number, 2.0), (profile["v"]!.Type, profile["v"]!.Numbers!.Mean));
    }

    [Fact]
    public void A_histogram_counts_every_row()
    {
        var profile = TableText.Profile(TableText.Lines(["v,w", .. Enumerable.Range(0, 100).Select(i => $"{i},1")]));
        var histogram = profile["v"]!.Histogram(10)!;

        Assert.Equal(Enumerable.Repeat(10L, 10), histogram.Counts);
        Assert.Equal((0.0, 99.0, 0L), (histogram.Edges[0], histogram.Edges[^1], histogram.CountError));
        Assert.Equal([100L], profile["w"]!.Histogram()!.Counts);
    }

    [Fact]
    public void A_histogram_from_a_sketch_is_within_its_error()
    {
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, 50_000).Select(_ => Math.Exp(random.NextDouble()))];
        var histogram = TableText.Profile(TableText.Lines(["v", .. values.Select(value => value.ToString("R"))]))["v"]!.Histogram(8)!;

        Assert.InRange(histogram.CountError, 1, 200);
        for (var bin = 0; bin < 8; bin++)
            Assert.InRange(histogram.Counts[bin] - values.Count(value => value >= histogram.Edges[bin] && (value < histogram.Edges[bin + 1] || bin == 7)), -histogram.CountError, histogram.CountError);
    }

    [Fact]
    public void The_memory_of_a_profile_does_not_grow_with_its_rows()
    {
        var random = new Random(3);
        int Length(int rows) => Profile([.. Enumerable.Range(0, rows).Select(_ => Row(random))]).Serialize().Length;

        Assert.InRange(Length(40_000), 1, 2.5 * Length(8_000));
    }

    private static TableProfile Profile(string[] rows) => TableText.Profile(TableText.Lines([Header, .. rows]));

    private static string Row(Random random)
    {
        string Missing(string cell) => random.Next(20) == 0 ? "" : cell;
        var number = Missing((random.NextDouble() * Math.Pow(10, random.Next(-5, 12))).ToString("R"));
        var mixed = random.Next(2) == 0 ? $"{random.Next(30)}" : $"w{random.Next(40)}";
        var comma = random.Next(2) == 0 ? $"\"{random.Next(90)},5\"" : $"{random.Next(90)}";
        var text = $"t{(int)Math.Pow(random.Next(2, 400), 1.7)}";
        var infinity = random.Next(30) switch { 0 => "inf", 1 => "-inf", _ => $"{random.Next(5)}" };
        return $"{number},{Missing($"{random.Next(-20, 300)}")},{mixed},{comma},{Missing(new DateTime(2001, 1, 1).AddMinutes(random.Next(9_000)).ToString("s"))},{(random.Next(3) == 0 ? "true" : "false")},{text},{infinity}";
    }

    private static void AssertSame(TableProfile expected, TableProfile actual)
    {
        Assert.Equal((expected.Rows, expected.RejectedRows), (actual.Rows, actual.RejectedRows));
        Assert.Equal(expected.Columns.Select(column => column.Name), actual.Columns.Select(column => column.Name));
        foreach (var (one, other) in expected.Columns.Zip(actual.Columns))
        {
            Assert.Equal((one.Type, one.Rows, one.Missing, one.Position), (other.Type, other.Rows, other.Missing, other.Position));
            Assert.Equal(one.Distinct, other.Distinct);
            if (one.Distinct <= NumberPart.MostValues)
                Assert.Equal(one.TopValues(50), other.TopValues(50));
            if (one.Numbers is not { } numbers)
                continue;
            var others = other.Numbers!;
            Assert.Equal((numbers.Finite, numbers.PositiveInfinities, numbers.NegativeInfinities, numbers.Minimum, numbers.Maximum), (others.Finite, others.PositiveInfinities, others.NegativeInfinities, others.Minimum, others.Maximum));
            // Exactly, to the last bit.
            Assert.Equal((numbers.Mean, numbers.StandardDeviation), (others.Mean, others.StandardDeviation));
            Assert.Equal(numbers.Values?.OrderBy(pair => pair.Key), others.Values?.OrderBy(pair => pair.Key));
            for (var level = 0.05; level < 1; level += 0.05)
                Assert.InRange(others.Sketch.Rank(numbers.Sketch.Quantile(level)) - numbers.Sketch.Rank(numbers.Sketch.Quantile(level)), -2 * numbers.Sketch.LargestRankError - 1e-12, (2 * numbers.Sketch.LargestRankError) + 1e-12);
        }
    }
}
