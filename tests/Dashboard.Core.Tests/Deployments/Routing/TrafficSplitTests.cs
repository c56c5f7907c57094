using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Tests.Reference;
using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Tests.Deployments.Routing;

public sealed class TrafficSplitTests
{
    private static readonly string Salt = TrafficSplit.SaltOf(new("6e1e2f0c-53a1-4b5e-9f57-1d3c8f0a7b11"));

    [Fact]
    public void A_key_s_bucket_is_the_same_on_every_machine_and_in_every_version()
    {
        foreach (var example in ReferenceFiles.Json("rollouts_reference.json").GetProperty("buckets").EnumerateArray())
            Assert.Equal(example.GetProperty("bucket").GetInt32(), TrafficSplit.Of(example.GetProperty("salt").GetString()!, TrafficWeight.None).Value.Bucket(example.GetProperty("key").GetString()));
        Assert.Null(TrafficSplit.CheckSalt(Salt));
    }

    [Fact]
    public void An_entity_that_has_the_new_version_keeps_it_as_the_weight_grows()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var key = $"entity {random.Next()}";
            var before = Arm.Champion;
            foreach (var parts in Enumerable.Range(0, 30).Select(_ => random.Next(TrafficWeight.Whole + 1)).Order().Prepend(0).Append(TrafficWeight.Whole))
            {
                var now = At(parts).For(key).Arm;
                Assert.True(before == Arm.Champion || now == Arm.Challenger);
                before = now;
            }

            Assert.Equal(Arm.Champion, At(0).For(key).Arm);
            Assert.Equal(Arm.Challenger, At(TrafficWeight.Whole).For(key).Arm);
        }
    }

    [Fact]
    public void Buckets_are_uniform_and_those_of_another_salt_are_independent_of_them()
    {
        const int keys = 200_000, cells = 100;
        var (one, other) = (At(0), TrafficSplit.Of(TrafficSplit.SaltOf(new("00000000-0000-0000-0000-000000000002")), TrafficWeight.None).Value);
        int[] counts = new int[cells], crossed = new int[cells];
        for (var i = 0; i < keys; i++)
        {
            var (first, second) = (one.Bucket($"{i}"), other.Bucket($"{i}"));
            counts[first / 100]++;
            crossed[(first / 1000 * 10) + (second / 1000)]++;
        }

        foreach (var table in (int[][])[counts, crossed])
        {
            var chiSquare = table.Sum(count => Math.Pow(count - (keys / (double)cells), 2) / (keys / (double)cells));
            Assert.InRange(ChiSquared.CDF(cells - 1, chiSquare), 0.0005, 0.9995);
        }
    }

    [Fact]
    public void The_share_of_keys_is_the_weight()
    {
        var split = At(500);
        var share = Enumerable.Range(0, 100_000).Count(i => split.For($"user-{i}").Arm == Arm.Challenger) / 100_000.0;
        Assert.InRange(share, 0.05 - 0.003, 0.05 + 0.003);
    }

    [Fact]
    public void A_forced_version_is_given_and_marked_so_that_it_is_no_evidence()
    {
        Assert.Equal(new(Arm.Challenger, true), At(0).For("a", Arm.Challenger));
        Assert.Equal(new(Arm.Champion, true), At(TrafficWeight.Whole).For("a", Arm.Champion));
        Assert.Equal(new(Arm.Champion, false), At(0).For("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789abcdef")]
    public void A_salt_of_another_form_is_refused(string salt) => Assert.Equal("salt", TrafficSplit.Of(salt, TrafficWeight.None).Error!.Field);

    [Fact]
    public void A_weight_is_a_percentage_with_two_decimals()
    {
        Assert.Equal("5", CanonicalJson.Serialize(TrafficWeight.OfPercent(5.00m).Value));
        Assert.Equal("0.25", CanonicalJson.Serialize(TrafficWeight.OfPercent(0.25m).Value));
        Assert.Equal(25, CanonicalJson.Deserialize<TrafficWeight>("0.25").Parts);
        Assert.Equal(3333, TrafficWeight.OfPieces(1, 3).Parts);
        foreach (var bad in (decimal[])[-1, 100.01m, 0.001m])
            Assert.Equal("weight", TrafficWeight.OfPercent(bad).Error!.Field);
        Assert.Throws<System.Text.Json.JsonException>(() => CanonicalJson.Deserialize<TrafficWeight>("\"5\""));
    }

    private static TrafficSplit At(int parts) => TrafficSplit.Of(Salt, TrafficWeight.OfPieces(parts, TrafficWeight.Whole)).Value;
}
