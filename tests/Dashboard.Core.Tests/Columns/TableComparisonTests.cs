using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns;
using Dashboard.Core.Monitoring.Columns.Comparing;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Columns;

public sealed class TableComparisonTests
{
    [Fact]
    public void A_number_is_judged_by_Kolmogorov_Smirnov_and_says_what_moved()
    {
        var drift = TableText.Drift(Column("x", Normal(1, 2_000)), Column("x", Normal(2, 1_000, shift: 1)));
        var column = drift.Column("x");

        Assert.Equal((ColumnVerdict.Drift, "ks", true, true), (column.Verdict, column.Test, drift.HasDrift, drift.IsExact));
        Assert.Equal(KolmogorovSmirnov.OfSamples(Normal(1, 2_000), Normal(2, 1_000, shift: 1)), column.Tests.Single(test => test.Test == "ks"));
        Assert.Equal(column.PValue, column.AdjustedPValue);
        Assert.StartsWith("mean ", column.Note, StringComparison.Ordinal);
        Assert.Equal(["ks", "anderson_darling", "cramer_von_mises", "wasserstein", "psi", "jensen_shannon", "hellinger", "kl"], column.Tests.Select(test => test.Test));
    }

    [Fact]
    public void A_category_is_judged_by_chi_square_with_rare_categories_pooled()
    {
        string[] reference = [.. Enumerable.Range(0, 1_000).Select(i => i % 3 == 0 ? "a" : "b")], current = [.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? "a" : "b")];
        var column = TableText.Drift(Column("c", reference), Column("c", current)).Column("c");

        Assert.Equal((ColumnVerdict.Drift, PooledChiSquare.Name, "b 66.6 % → 50.0 %"), (column.Verdict, column.Test, column.Note));
        Assert.Equal(PooledChiSquare.OfCounts([334, 666], [250, 250])!.PValue, column.PValue);
    }

    [Fact]
    public void A_significant_change_with_a_tiny_effect_is_small_and_no_drift()
    {
        string reference = Column("x", Normal(1, 60_000)), current = Column("x", Normal(2, 60_000, shift: 0.05));
        TableDrift drift = TableText.Drift(reference, current), strict = TableText.Drift(reference, current, new(SmallestEffect: 0));

        Assert.Equal((ColumnVerdict.Small, false), (drift.Column("x").Verdict, drift.HasDrift));
        Assert.True(drift.Column("x").PValue < 1e-6);
        Assert.Equal((ColumnVerdict.Drift, true), (strict.Column("x").Verdict, strict.HasDrift));
    }

    [Fact]
    public void Missing_values_that_begin_are_drift_though_the_numbers_did_not_move()
    {
        string Half(int seed, int every) => Column("x", [.. Normal(seed, 1_000).Select((value, i) => i % every == 0 ? "" : value.ToString("R"))]);
        var column = TableText.Drift(Half(1, 2_000), Half(2, 5)).Column("x");

        Assert.Equal((ColumnVerdict.Drift, MissingRate.Name, "missing 0.1 % → 20.0 %"), (column.Verdict, column.Test, column.Note));
    }

    [Fact]
    public void A_new_category_is_drift_and_named()
    {
        string[] reference = [.. Enumerable.Range(0, 5_000).Select(i => $"c{i % 5}")], current = [.. Enumerable.Range(0, 1_000).Select(i => i < 12 ? "LAX" : $"c{i % 5}")];
        var column = TableText.Drift(Column("c", reference), Column("c", current)).Column("c");

        Assert.Equal((ColumnVerdict.Drift, NewCategories.Name, "1.2 % new: LAX"), (column.Verdict, column.Test, column.Note));
    }

    [Fact]
    public void Of_many_columns_chance_differences_are_steady()
    {
        // Twenty columns without a change: some have p < 0.05 alone.
        var drift = TableText.Drift(Table(20, 300, seed: 31), Table(20, 300, seed: 32));

        Assert.Contains(drift.Columns, column => column.PValue < 0.05);
        Assert.All(drift.Columns, column => Assert.Equal(ColumnVerdict.Steady, column.Verdict));
        Assert.False(drift.HasDrift);
    }

    [Fact]
    public void Columns_in_which_nothing_can_be_found_take_no_part_of_the_level()
    {
        string Rows(int seed, double shift) => TableText.Lines(["x,one,same,gap", .. Normal(seed, 200, shift).Select((value, i) => $"{value:R},1,a,{(i == 0 && shift > 0 ? "" : "5")}")]);
        var column = TableText.Drift(Rows(1, 0), Rows(2, 0.5)).Column("x");

        Assert.Equal(column.PValue, column.AdjustedPValue);
    }

    [Fact]
    public void False_alarms_over_all_columns_stay_below_what_is_promised()
    {
        const int Trials = 300;
        var alarms = Enumerable.Range(0, Trials).Count(trial => TableText.Drift(Mixed(1_000, 2 * trial), Mixed(300, (2 * trial) + 1), new(SmallestEffect: 0)).HasDrift);

        // 300 trials at 5 %: 15 alarms, standard deviation 3.8.
        Assert.InRange(alarms, 0, 26);
    }

    [Fact]
    public void The_reference_decides_the_type_and_another_type_is_the_verdict()
    {
        var drift = TableText.Drift(TableText.Lines(["n,b,c", .. Enumerable.Range(0, 100).Select(i => $"{i},true,{(i % 2 == 0 ? "x" : "5")}")]),
            TableText.Lines(["n,b,c", .. Enumerable.Range(0, 100).Select(i => $"{(i < 30 ? "n/k" : $"{i}")},{i % 2},5")]));

        Assert.Equal((ColumnVerdict.TypeChanged, "number → text: 30.0 % of the current values are no number"), (drift.Column("n").Verdict, drift.Column("n").Note));
        Assert.Equal((ColumnVerdict.TypeChanged, "boolean → number: 100.0 % of the current values are no boolean"), (drift.Column("b").Verdict, drift.Column("b").Note));
        // Any text can be a category; that the words are gone is a change of shares.
        Assert.Equal((ColumnVerdict.Drift, ColumnType.Category), (drift.Column("c").Verdict, drift.Column("c").Type));
    }

    [Fact]
    public void A_few_cells_of_another_type_count_as_missing_and_are_mentioned()
    {
        var column = TableText.Drift(Column("x", Normal(1, 400)), Column("x", [.. Normal(2, 400).Select((value, i) => i < 2 ? "oops" : value.ToString("R"))])).Column("x");

        Assert.Equal((ColumnType.Number, 2), (column.Type, column.Current!.Missing));
        Assert.Contains("2 current cells are no number and count as missing", column.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_on_one_side_only_are_gone_or_new()
    {
        var drift = TableText.Drift("a,b\n1,2\n3,4\n", "a,c\n1,2\n3,4\n");

        Assert.Equal([("a", ColumnVerdict.TooFewRows), ("b", ColumnVerdict.Gone), ("c", ColumnVerdict.New)], drift.Columns.Select(column => (column.Name, column.Verdict)));
        Assert.True(drift.HasDrift);
        Assert.False(TableText.Drift("a,b\n1,2\n3,4\n", "a,c\n1,2\n3,4\n", new(Columns: ["a", "c"])).HasDrift);
    }

    [Fact]
    public void Rows_too_few_to_tell_anything_are_not_called_steady()
    {
        var drift = TableText.Drift("a,b\n1,x\n", "a,b\n9,y\n");

        Assert.Equal([ColumnVerdict.TooFewRows, ColumnVerdict.TooFewRows], drift.Columns.Select(column => column.Verdict));
        Assert.Equal("1 value against 1 value", drift.Columns[0].Note);
        Assert.False(drift.HasDrift);
    }

    [Fact]
    public void Text_and_timestamps_are_compared_by_what_is_missing_only()
    {
        string Rows(int year, int seed, int missing) => TableText.Lines(["t,w", .. Enumerable.Range(0, 400).Select(i => $"{year}-01-01T{i % 24:00}:{i % 60:00}:00,{(i < missing ? "" : $"free text {seed} {i}")}")]);
        TableDrift same = TableText.Drift(Rows(2001, 1, 3), Rows(2007, 2, 3)), missing = TableText.Drift(Rows(2001, 1, 3), Rows(2007, 2, 200));

        Assert.Equal([ColumnVerdict.NotCompared, ColumnVerdict.NotCompared], same.Columns.Select(column => column.Verdict));
        Assert.Equal((ColumnVerdict.Drift, MissingRate.Name), (missing.Column("w").Verdict, missing.Column("w").Test));
    }

    [Theory]
    [InlineData("", "", ColumnVerdict.NoData)]
    [InlineData("", "5", ColumnVerdict.Drift)]
    [InlineData("5", "", ColumnVerdict.Drift)]
    [InlineData("5", "5", ColumnVerdict.Steady)]
    [InlineData("5", "6", ColumnVerdict.Drift)]
    [InlineData("inf", "inf", ColumnVerdict.Steady)]
    [InlineData("-inf", "inf", ColumnVerdict.Drift)]
    [InlineData("1e308", "-1e308", ColumnVerdict.Drift)]
    [InlineData("word", "word", ColumnVerdict.Steady)]
    [InlineData("word", "other", ColumnVerdict.Drift)]
    public void Constants_missing_columns_and_infinities_have_a_verdict_and_never_NaN(string before, string now, ColumnVerdict verdict)
    {
        string Rows(string cell) => TableText.Lines(["x,y", .. Enumerable.Repeat($"{cell},1", 50)]);
        foreach (var drift in (TableDrift[])[TableText.Drift(Rows(before), Rows(now)), TableComparison.Of(TableText.Profile(Rows(before)), TableText.Profile(Rows(now)), new()).Value])
        {
            Assert.Equal(verdict, drift.Column("x").Verdict);
            Assert.DoesNotContain("NaN", CanonicalJson.Serialize(drift), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_compared_says_why()
    {
        Assert.IsType<EmptyTable>(TableComparison.Of(TableText.Rows("a\n"), TableText.Rows("a\n1\n"), new()).Error);
        Assert.Contains("current table has no rows", TableComparison.Of(TableText.Profile("a\n1\n"), TableText.Profile("a\n"), new()).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("a column of either side: a, b", TableComparison.Of(TableText.Rows("a\n1\n"), TableText.Rows("a,b\n1,2\n"), new(Columns: ["z"])).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("a column that the reference has, too: a", TableComparison.Of(TableText.Rows("a\n1\n"), TableText.Rows("b\n1\n"), new()).Error!.Message, StringComparison.Ordinal);
        Assert.IsType<RowsNeeded>(TableComparison.Of(TableText.Profile("a\n1\n"), TableText.Profile("a\n1\n"), new(DriftPreset.NannyML)).Error);
    }

    [Fact]
    public void Profiles_whose_values_are_all_counted_give_what_the_rows_give()
    {
        string reference = Mixed(900, 1), current = Mixed(500, 2).Replace(",c1", ",c9", StringComparison.Ordinal);
        TableDrift rows = TableText.Drift(reference, current), profiles = TableComparison.Of(TableText.Profile(reference), TableText.Profile(current), new()).Value;

        Assert.Equal((true, true, false), (profiles.IsExact, rows.FromRows, profiles.FromRows));
        foreach (var (row, profile) in rows.Columns.Zip(profiles.Columns))
        {
            Assert.Equal((row.Name, row.Verdict, row.Test, row.Note), (profile.Name, profile.Verdict, profile.Test, profile.Note));
            Assert.Equal(row.AdjustedPValue!.Value, profile.AdjustedPValue!.Value, 1e-12);
            Assert.Equal(row.Tests.Select(test => test.Test), profile.Tests.Select(test => test.Test));
            foreach (var (one, other) in row.Tests.Zip(profile.Tests))
                Assert.Equal((one.Statistic, one.PValue ?? 0, one.EffectSize), (other.Statistic, other.PValue ?? 0, other.EffectSize));
        }
    }

    [Fact]
    public void From_sketches_the_distance_of_the_rows_is_within_the_stated_error_and_p_is_no_smaller()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            string reference = Column("x", Normal(seed, 20_000)), current = Column("x", Normal(seed + 100, 7_000, shift: seed * 0.02));
            ColumnDrift rows = TableText.Drift(reference, current).Column("x"), profiles = TableComparison.Of(TableText.Profile(reference), TableText.Profile(current), new()).Value.Column("x");

            Assert.InRange(profiles.EffectError!.Value, 0.0069, 0.0075);
            Assert.InRange(rows.EffectSize!.Value, profiles.EffectSize!.Value - profiles.EffectError.Value, profiles.EffectSize.Value + profiles.EffectError.Value);
            Assert.True(profiles.PValue >= rows.PValue);
        }
    }

    [Fact]
    public void Categories_beyond_those_that_are_counted_alarm_when_they_change_and_only_then()
    {
        var random = new Random(4);
        // 3,000 codes; the frequent ones repeat, so that the reference is a category by its first thousand and the sides by their frequent values.
        string Codes(int rows, double common) => Column("c", [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < common ? $"k{random.Next(20)}" : $"r{random.Next(900)}")]);
        string Wide(int rows, double common) => Column("c", [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < common ? $"k{random.Next(20)}" : $"r{random.Next(3_000)}")]);
        TableProfile reference = TableText.Profile(Codes(40_000, 0.8)), same = TableText.Profile(Codes(20_000, 0.8)), wide = TableText.Profile(Wide(20_000, 0.8)), moved = TableText.Profile(Wide(20_000, 0.5));

        Assert.Equal(ColumnVerdict.Steady, TableComparison.Of(reference, same, new()).Value.Column("c").Verdict);
        var widened = TableComparison.Of(reference, wide, new()).Value;
        Assert.Equal((ColumnVerdict.Drift, NewCategories.Name, false), (widened.Column("c").Verdict, widened.Column("c").Test, widened.IsExact));
        Assert.Equal(ColumnVerdict.Drift, TableComparison.Of(reference, moved, new()).Value.Column("c").Verdict);
    }

    [Fact]
    public void Numbers_among_words_that_one_side_could_not_count_are_no_drift()
    {
        // Both sides have the same words and as many numbers, of which the current side has too many different ones to count.
        string Codes(int different) => Column("c", [.. Enumerable.Range(0, 6_000).Select(i => i % 3 == 0 ? $"{i % different}" : $"w{i % 4}")]);
        var column = TableComparison.Of(TableText.Profile(Codes(60)), TableText.Profile(Codes(5_999)), new()).Value.Column("c");

        Assert.Equal((ColumnVerdict.Steady, ColumnType.Category), (column.Verdict, column.Type));
    }

    private static string Column(string name, double[] values) => Column(name, Array.ConvertAll(values, value => value.ToString("R")));

    private static string Column(string name, string[] cells) => TableText.Lines([$"{name},one", .. cells.Select(cell => $"{cell},1")]);

    private static double[] Normal(int seed, int rows, double shift = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => shift + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private static string Table(int columns, int rows, int seed)
    {
        var random = new Random(seed);
        return TableText.Lines([string.Join(',', Enumerable.Range(0, columns).Select(i => $"x{i}")), .. Enumerable.Range(0, rows).Select(_ => string.Join(',', Enumerable.Range(0, columns).Select(_ => random.NextDouble().ToString("R"))))]);
    }

    private static string Mixed(int rows, int seed)
    {
        var random = new Random(seed);
        return TableText.Lines(["x,small,c,rare,flag", .. Enumerable.Range(0, rows).Select(_ =>
            $"{(random.Next(15) == 0 ? "" : random.NextDouble().ToString("0.000"))},{random.Next(8)},c{random.Next(4)},v{(int)(300 * Math.Pow(random.NextDouble(), 3))},{(random.Next(4) == 0 ? "true" : "false")}")]);
    }
}
