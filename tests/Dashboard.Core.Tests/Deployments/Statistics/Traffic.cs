using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Tests.Deployments.Statistics;

/// <summary>Split traffic of two versions, drawn request by request.</summary>
internal sealed class Traffic(int seed, double share)
{
    private readonly Random random = new(seed);

    /// <summary>One block of requests in which the versions have the events of their rates.</summary>
    public (RateArm Champion, RateArm Challenger) Rates(int requests, double champion, double challenger)
    {
        long trialsB = 0, eventsA = 0, eventsB = 0;
        for (var i = 0; i < requests; i++)
        {
            if (random.NextDouble() < share)
            {
                trialsB++;
                eventsB += random.NextDouble() < challenger ? 1 : 0;
            }
            else
            {
                eventsA += random.NextDouble() < champion ? 1 : 0;
            }
        }

        return (new(requests - trialsB, eventsA), new(trialsB, eventsB));
    }

    /// <summary>One block of requests with an observation each.</summary>
    public (MeanArm Champion, MeanArm Challenger) Means(int requests, Func<Random, double> champion, Func<Random, double> challenger)
    {
        MeanArm a = default, b = default;
        for (var i = 0; i < requests; i++)
        {
            if (random.NextDouble() < share)
                b = Plus(b, challenger(random));
            else
                a = Plus(a, champion(random));
        }

        return (a, b);
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static MeanArm Sum(MeanArm one, MeanArm other) => new(one.Count + other.Count, one.Sum + other.Sum, one.Squares + other.Squares);

    private static MeanArm Plus(MeanArm arm, double x) => new(arm.Count + 1, arm.Sum + x, arm.Squares + (x * x));
}
