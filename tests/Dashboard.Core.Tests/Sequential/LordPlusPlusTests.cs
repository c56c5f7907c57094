using System.Text.Json;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Sequential;

public sealed class LordPlusPlusTests
{
    private static readonly JsonElement Reference = ReferenceFiles.Json("sequential_reference.json");
    private static readonly double[] PValues = [.. Reference.GetProperty("p_values").EnumerateArray().Select(p => p.GetDouble())];

    [Fact]
    public void Levels_and_decisions_agree_with_the_reference()
    {
        var theirs = Reference.GetProperty("lord_pp_w0_0.025");
        var ours = LordPlusPlus.Decide(PValues, 0.05, 0.025);

        Assert.Equal(theirs.GetProperty("reject").EnumerateArray().Select(reject => reject.GetBoolean()), ours.Select(decision => decision.Reject));
        Assert.All(theirs.GetProperty("alpha_t").EnumerateArray().Zip(ours), pair => Assert.Equal(pair.First.GetDouble(), pair.Second.Level, 1e-14));
    }

    [Fact]
    public void A_stored_state_goes_on_as_if_it_had_never_stopped()
    {
        var lord = new LordPlusPlus(0.05);
        var decisions = new List<LordDecision>();
        foreach (var p in PValues)
        {
            decisions.Add(lord.Test(p));
            lord = new(CanonicalJson.Deserialize<LordState>(CanonicalJson.Serialize(lord.State)));
        }

        Assert.Equal(LordPlusPlus.Decide(PValues, 0.05), decisions);
    }

    [Fact]
    public void What_it_remembers_stays_bounded_and_forgetting_lowers_the_level()
    {
        var lord = new LordPlusPlus(0.05);
        for (var i = 0; i < LordPlusPlus.RememberedRejections + 500; i++)
            Assert.True(lord.Test(0).Reject);

        Assert.Equal(LordPlusPlus.RememberedRejections, lord.State.Rejections.Count);
        Assert.InRange(lord.NextLevel, 0.01, 0.05);
    }

    [Fact]
    public void False_discoveries_stay_below_the_promise_over_a_year_of_days_and_changes_are_found()
    {
        // A tenth of the days moved for a week each, by independent p-values.
        var random = new Random(11);
        var (falseShare, found, alone) = (0.0, 0.0, 0.0);
        const int years = 400, days = 365;
        for (var year = 0; year < years; year++)
        {
            var moved = Enumerable.Range(0, days).Select(day => day % 70 >= 63).ToArray();
            var decided = LordPlusPlus.Decide(moved.Select(m => m ? Math.Pow(random.NextDouble(), 20) : random.NextDouble()), 0.05);
            var rejected = decided.Count(decision => decision.Reject);
            var falsely = decided.Where((decision, day) => decision.Reject && !moved[day]).Count();
            falseShare += falsely / (double)Math.Max(1, rejected) / years;
            found += (rejected - falsely) / (double)moved.Count(m => m) / years;
            alone += LordPlusPlus.Decide(Enumerable.Range(0, days).Select(_ => random.NextDouble()), 0.05).Any(decision => decision.Reject) ? 1.0 / years : 0;
        }

        Assert.InRange(falseShare, 0, 0.05);
        Assert.InRange(found, 0.5, 1);
        // With nothing moved, any rejection is false: the same promise for a whole year.
        Assert.InRange(alone, 0, 0.05);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(0.05, 0.05)]
    public void Levels_out_of_range_are_refused(double level, double? wealth) => Assert.Throws<ArgumentOutOfRangeException>(() => new LordPlusPlus(level, wealth));

    [Fact]
    public void A_p_value_that_is_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new LordPlusPlus(0.05).Test(double.NaN));
}
