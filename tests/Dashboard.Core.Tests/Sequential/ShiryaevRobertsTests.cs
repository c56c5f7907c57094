using System.Text.Json;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Sequential;

public sealed class ShiryaevRobertsTests
{
    private static readonly JsonElement Results = ReferenceFiles.Json("sequential_reference.json").GetProperty("sr_e_detector_on_stream_e_err_10_16_10").GetProperty("results");
    private static readonly double[] Stream = ReferenceFiles.Csv("stream_e_err_10_16_10.csv")["x"].Numbers();

    [Theory]
    [InlineData("m0=0.1,A=50000", 0.1, 50_000)]
    [InlineData("m0=0.11,A=50000", 0.11, 50_000)]
    [InlineData("m0=0.1,A=1e+06", 0.1, 1_000_000)]
    public void Evidence_and_alarm_agree_with_the_reference(string name, double tolerated, double threshold)
    {
        var detector = new ShiryaevRobertsDetector(tolerated, threshold);
        var evidence = new List<double>();
        var alarm = -1;
        for (var i = 0; i < Stream.Length; i++)
        {
            if (detector.Update(Stream[i]) && alarm < 0)
                alarm = i;
            evidence.Add(detector.Evidence);
        }

        Assert.Equal(Results.GetProperty(name).GetProperty("alarm_index").GetInt32(), alarm);
        int[] looks = [0, 10, 100, 1000, 2999];
        Assert.All(Results.GetProperty(name).GetProperty("M_at_0_10_100_1000_2999").EnumerateArray().Zip(looks), pair => Assert.Equal(pair.First.GetDouble(), evidence[pair.Second], 1e-9 * evidence[pair.Second]));
    }

    [Fact]
    public void A_stored_state_goes_on_as_if_it_had_never_stopped()
    {
        var whole = new ShiryaevRobertsDetector(0.1, 1e6);
        var detector = new ShiryaevRobertsDetector(0.1, 1e6);
        foreach (var value in Stream.Take(3_000))
        {
            whole.Update(value);
            detector.Update(value);
            detector = new(CanonicalJson.Deserialize<ShiryaevRobertsState>(CanonicalJson.Serialize(detector.State)));
        }

        Assert.Equal(whole.Evidence, detector.Evidence);
        Assert.Equal(3_000, detector.State.Steps);
    }

    [Fact]
    public void False_alarms_are_no_more_frequent_than_promised()
    {
        // At the edge of what is tolerated, where false alarms are most frequent: the mean run to one must be at least A.
        var random = new Random(3);
        const int runs = 200;
        const double threshold = 500;
        var steps = 0.0;
        for (var run = 0; run < runs; run++)
        {
            var detector = new ShiryaevRobertsDetector(0.2, threshold);
            do
                steps++;
            while (!detector.Update(random.NextDouble() < 0.2 ? 1 : 0));
        }

        Assert.InRange(steps / runs, threshold, 20 * threshold);
    }

    [Fact]
    public void Losses_within_the_tolerance_and_noisy_days_raise_no_alarm_and_a_harmful_rise_does()
    {
        var random = new Random(8);
        var detector = new ShiryaevRobertsDetector(0.22, 10_000);
        // Days of mean loss 0.20, each for itself between 0.10 and 0.30: rows of one day are alike.
        var early = Enumerable.Range(0, 2_000).Any(_ => detector.Update(0.1 + (0.2 * random.NextDouble())));
        var days = 1 + Enumerable.Range(0, 500).TakeWhile(_ => !detector.Update(0.2 + (0.2 * random.NextDouble()))).Count();

        Assert.False(early);
        Assert.InRange(days, 5, 60);
    }

    [Fact]
    public void A_block_of_one_row_is_that_row_and_a_block_of_many_counts_each()
    {
        var (rows, blocks, large) = (new ShiryaevRobertsDetector(0.1, 1e6), new ShiryaevRobertsDetector(0.1, 1e6), new ShiryaevRobertsDetector(0.1, 1e6));
        foreach (var value in Stream.Take(500))
        {
            rows.Update(value);
            blocks.UpdateBlock((long)value, 1);
        }

        large.UpdateBlock(400, 2_000);
        Assert.Equal(rows.Evidence, blocks.Evidence, 1e-9 * rows.Evidence);
        Assert.True(large.Evidence > 1e6);
    }

    [Fact]
    public void Evidence_stays_finite_and_a_restart_forgets_it()
    {
        var detector = new ShiryaevRobertsDetector(0.1, 1e6);
        for (var i = 0; i < 10_000; i++)
            detector.Update(1);
        Assert.InRange(detector.Evidence, 1e6, ShiryaevRobertsDetector.LargestSum);

        detector.Restart();
        Assert.Equal(0, detector.Evidence);
        Assert.False(detector.Update(1));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiryaevRobertsDetector(0, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiryaevRobertsDetector(0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiryaevRobertsDetector(0.1, 100).Update(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiryaevRobertsDetector(0.1, 100).UpdateBlock(3, 2));
    }
}
