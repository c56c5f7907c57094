using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Tests.Monitoring.RootCause;

/// <summary>With densities that are known, so that what is tested is the division and not a classifier.</summary>
public sealed class CauseAnalysisTests
{
    [Fact]
    public void Changed_inputs_alone_are_found_and_given_to_the_feature_that_changed()
    {
        var causes = Analyse(south: 0.5);

        // 0.3 more of the rows lose 0.4 more.
        Assert.Equal(0.12, causes.Covariate.Value, 0.01);
        Assert.True(causes.Covariate.IsBeyondChance);
        Assert.False(causes.Concept!.Value.IsBeyondChance);
        Assert.Equal("place", causes.Inputs[0].Feature);
        Assert.Equal(0.12, causes.Inputs[0].Part.Value, 0.01);
        Assert.Equal(causes.Covariate.Value, causes.Inputs.Sum(input => input.Part.Value), 1e-12);
        Assert.Equal("south", causes.Inputs[0].Slice!.Words);
        Assert.StartsWith("Log loss rose by 0.12", CauseWords.Headline(causes), StringComparison.Ordinal);
        Assert.EndsWith("changed inputs explain it; a changed relation between inputs and target is not beyond chance.", CauseWords.Headline(causes), StringComparison.Ordinal);
        Assert.Matches("^`place` carries 0.1.. \\(.* to .*\\) of it: south went from (19|20|21) % to (49|50|51) % of rows, and there the loss is higher \\(0.60. against 0.2.. over all\\)\\.$", CauseWords.Sentence(causes.Inputs[0], causes));
    }

    [Fact]
    public void A_changed_relation_alone_is_found_and_where_it_changed_is_said()
    {
        var causes = Analyse(atNight: 0.2, spread: [0.001, 0.1]);

        Assert.Equal(0.1, causes.Concept!.Value.Value, 0.01);
        Assert.False(causes.Covariate.IsBeyondChance);
        Assert.Equal(["hour", "place"], causes.Relation.Select(relation => relation.Feature));
        Assert.Equal("night", causes.Relation[0].Slice!.Words);
        Assert.Contains("it comes from a changed relation", CauseWords.Headline(causes), StringComparison.Ordinal);
        Assert.EndsWith("not alike everywhere:", CauseWords.OfRelation(causes), StringComparison.Ordinal);
        Assert.Matches("^`hour` tells where the relation changed \\(by 0.100 on average\\): most for night, (4\\d|5\\d) % of rows, where the loss is 0.4.. and the same inputs cost 0.2.. in the reference\\.$", CauseWords.Sentence(causes.Relation[0]));
    }

    [Fact]
    public void Both_are_divided_in_per_cent_of_the_change()
    {
        var causes = Analyse(south: 0.4, atNight: 0.24, spread: [0, 0.1]);

        Assert.Equal(0.08, causes.Covariate.Value, 0.01);
        Assert.Equal(0.12, causes.Concept!.Value.Value, 0.012);
        Assert.Equal(causes.Change!.Value.Value, causes.Covariate.Value + causes.Concept.Value.Value, 1e-12);
        Assert.Matches("(58|59|60|61|62) % of it comes from a changed relation between inputs and target, (38|39|40|41|42) % from changed inputs\\.$", CauseWords.Headline(causes));
    }

    [Fact]
    public void Parts_that_work_against_each_other_are_said_so()
    {
        var causes = Analyse(south: 0.5, atNight: -0.1);
        Assert.Matches("changed inputs alone would have raised it by 0.1.., a changed relation between inputs and target took 0.0.. of that back\\.$", CauseWords.Headline(causes));
    }

    [Fact]
    public void Nothing_that_changed_is_nothing_that_is_claimed()
    {
        var causes = Analyse();

        Assert.False(causes.Change!.Value.IsBeyondChance);
        Assert.StartsWith("Log loss did not change beyond chance", CauseWords.Headline(causes), StringComparison.Ordinal);
        Assert.All(causes.Inputs, input => Assert.EndsWith("no further than chance.", CauseWords.Sentence(input, causes), StringComparison.Ordinal));
    }

    [Fact]
    public void Without_ground_truth_only_the_part_of_changed_inputs_is_given()
    {
        var causes = Analyse(south: 0.5, isLabelled: false);

        Assert.Equal(0.12, causes.Covariate.Value, 0.01);
        Assert.Null(causes.Concept);
        Assert.Null(causes.Change);
        Assert.Empty(causes.Relation);
        Assert.Equal("", CauseWords.OfRelation(causes));
        Assert.StartsWith("Changed inputs alone raise the expected log loss by 0.1", CauseWords.Headline(causes), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_the_reference_hardly_knows_are_not_divided_in_words()
    {
        var causes = Analyse(south: 0.5) with { EffectiveRows = 20 };

        Assert.False(causes.Overlaps);
        Assert.Contains("cannot be told", CauseWords.Headline(causes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_intervals_hold_the_truth_about_as_often_as_they_say()
    {
        var held = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var causes = Analyse(south: 0.3, atNight: 0.1, rows: 2_000, seed: 100 + (2 * seed));
            held += Holds(causes.Covariate, 0.04) && Holds(causes.Concept!.Value, 0.05) ? 1 : 0;
        }

        Assert.InRange(held / 40.0, 0.85, 1);
    }

    [Fact]
    public void Few_rows_are_refused_and_a_cancelled_analysis_stops()
    {
        Assert.Throws<InvalidOperationException>(() => Analyse(rows: 150));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Analyse(report: (_, _) => cancelled.Token.ThrowIfCancellationRequested()));
    }

    private static bool Holds(Amount amount, double value) => amount.Lower <= value && value <= amount.Upper;

    private static LossCauses Analyse(double south = KnownDensities.SouthBefore, double atNight = 0, double[]? spread = null, bool isLabelled = true, int rows = 3_000, int seed = 5, Action<string, double>? report = null)
    {
        var (reference, before) = KnownDensities.Draw(rows, seed);
        var (current, now) = KnownDensities.Draw(rows, seed + 1, south, KnownDensities.NightBefore, atNight);
        return new CauseAnalysis(LossKind.LogLoss, reference, current, before, isLabelled ? now : null, KnownDensities.Features, KnownDensities.Groups,
            new KnownDensities(reference, south, KnownDensities.NightBefore, spread), report ?? ((_, _) => { })).Run(default);
    }
}
