using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Tests.Sequential;

public sealed class ConfidenceSequenceTests
{
    private const double Miscoverage = 0.05;

    /// <summary>The means of 0/1 losses, and a loss that varies less than one.</summary>
    public static TheoryData<string> Losses => ["rare errors", "frequent errors", "small steps"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Continuous_looking_leaves_the_mean_out_at_most_as_often_as_promised(string loss)
    {
        var random = new Random(21);
        const int runs = 400;
        int both = 0, lower = 0, upper = 0;
        for (var run = 0; run < runs; run++)
        {
            var (two, low, high) = (new ConfidenceSequence(Miscoverage), new ConfidenceSequence(Miscoverage, BandSides.LowerOnly), new ConfidenceSequence(Miscoverage, BandSides.UpperOnly));
            for (var i = 0; i < 2_000; i++)
            {
                var (value, _) = Draw(loss, random);
                two.Add(value);
                low.Add(value);
                high.Add(value);
            }

            // The intersection holds the mean only if every interval did.
            var mean = Draw(loss, random).Mean;
            both += two.Band.Holds(mean) ? 0 : 1;
            lower += low.Band.Lower <= mean ? 0 : 1;
            upper += high.Band.Upper >= mean ? 0 : 1;
        }

        Assert.InRange(both / (double)runs, 0, Miscoverage);
        Assert.InRange(lower / (double)runs, 0, Miscoverage);
        Assert.InRange(upper / (double)runs, 0, Miscoverage);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void It_is_at_most_twice_and_a_half_as_wide_as_an_interval_for_a_single_look(double mean)
    {
        var random = new Random(4);
        const int rows = 10_000;
        var sequence = new ConfidenceSequence(Miscoverage);
        for (var i = 0; i < rows; i++)
            sequence.Add(random.NextDouble() < mean ? 1 : 0);

        var single = 2 * 1.96 * Math.Sqrt(mean * (1 - mean) / rows);
        Assert.InRange(sequence.Band.Width / single, 1, 2.5);
        Assert.InRange(sequence.Band.Estimate, sequence.Band.Lower, sequence.Band.Upper);
    }

    [Fact]
    public void One_side_alone_lies_closer()
    {
        var random = new Random(6);
        var (two, low) = (new ConfidenceSequence(Miscoverage), new ConfidenceSequence(Miscoverage, BandSides.LowerOnly));
        for (var i = 0; i < 5_000; i++)
        {
            double value = random.NextDouble() < 0.3 ? 1 : 0;
            two.Add(value);
            low.Add(value);
        }

        Assert.True(low.Band.Lower > two.Band.Lower);
        Assert.Equal(1, low.Band.Upper);
    }

    [Fact]
    public void The_first_steps_are_those_of_the_formula()
    {
        // By hand from Theorem 2 with c = 1/2: x = 1, then 0.
        var sequence = new ConfidenceSequence(Miscoverage);
        var logarithm = Math.Log(40);
        sequence.Add(1);
        var second = Math.Min(0.5, Math.Sqrt(2 * logarithm / ((0.25 + Math.Pow(1 - 0.75, 2)) / 2 * 2 * Math.Log(3))));
        sequence.Add(0);
        double Psi(double bet) => (-Math.Log(1 - bet) - bet) / 4;
        var half = (logarithm + (4 * 0.25 * Psi(0.5)) + (4 * 0.75 * 0.75 * Psi(second))) / (0.5 + second);

        Assert.Equal(0.5, second);
        Assert.Equal((0.0, 0.5, 1.0), (sequence.Band.Lower, sequence.Band.Estimate, sequence.Band.Upper));
        Assert.True(half > 1);
        Assert.Equal(half, (logarithm + sequence.State.Cost) / sequence.State.Weight, 1e-12);
    }

    [Fact]
    public void A_stored_state_goes_on_as_if_it_had_never_stopped()
    {
        var random = new Random(9);
        ConfidenceSequence whole = new(Miscoverage), parts = new(Miscoverage);
        for (var i = 0; i < 500; i++)
        {
            var value = random.NextDouble();
            whole.Add(value);
            parts.Add(value);
            parts = new(CanonicalJson.Deserialize<ConfidenceSequenceState>(CanonicalJson.Serialize(parts.State)));
        }

        Assert.Equal(whole.State, parts.State);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Blocks_known_by_their_sums_keep_the_promise_in_any_order_of_their_rows(string loss)
    {
        var random = new Random(33);
        const int runs = 400;
        var missed = 0;
        for (var run = 0; run < runs; run++)
        {
            var sequence = new ConfidenceSequence(Miscoverage);
            for (var block = 0; block < 50; block++)
            {
                var values = Enumerable.Range(0, 10 + random.Next(80)).Select(_ => Draw(loss, random).Value).ToArray();
                sequence.AddBlock(values.Length, values.Sum(), values.Sum(value => value * value));
            }

            missed += sequence.Band.Holds(Draw(loss, random).Mean) ? 0 : 1;
        }

        Assert.InRange(missed / (double)runs, 0, Miscoverage);
    }

    [Fact]
    public void Blocks_cost_little_width_and_sums_without_squares_a_little_more()
    {
        var random = new Random(12);
        ConfidenceSequence rows = new(Miscoverage), blocks = new(Miscoverage), withoutSquares = new(Miscoverage);
        for (var block = 0; block < 100; block++)
        {
            var values = Enumerable.Range(0, 100).Select(_ => Draw("small steps", random).Value).ToArray();
            foreach (var value in values)
                rows.Add(value);
            blocks.AddBlock(values.Length, values.Sum(), values.Sum(value => value * value));
            withoutSquares.AddBlock(values.Length, values.Sum());
        }

        Assert.InRange(blocks.Band.Width / rows.Band.Width, 0.8, 1.5);
        Assert.InRange(withoutSquares.Band.Width, blocks.Band.Width, 1);
    }

    [Fact]
    public void A_mean_that_moved_contradicts_the_sequence()
    {
        var random = new Random(2);
        var sequence = new ConfidenceSequence(Miscoverage);
        for (var i = 0; i < 4_000; i++)
            sequence.Add(random.NextDouble() < (i < 2_000 ? 0.1 : 0.6) ? 1 : 0);

        Assert.True(sequence.IsContradicted);
    }

    [Fact]
    public void Sums_that_no_observations_have_are_refused()
    {
        var sequence = new ConfidenceSequence(Miscoverage);
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Add(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Add(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.AddBlock(10, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.AddBlock(10, 5, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.AddBlock(10, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceSequence(1));
        Assert.Equal(double.NaN, sequence.AddBlock(0, 0).Estimate);
    }

    private static (double Value, double Mean) Draw(string loss, Random random) => loss switch
    {
        "rare errors" => (random.NextDouble() < 0.05 ? 1 : 0, 0.05),
        "frequent errors" => (random.NextDouble() < 0.4 ? 1 : 0, 0.4),
        _ => (0.3 + (0.1 * random.NextDouble()), 0.35),
    };
}
