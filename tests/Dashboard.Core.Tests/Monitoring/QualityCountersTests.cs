using System.Globalization;
using Dashboard.Core.Monitoring;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class QualityCountersTests
{
    private static readonly DateTimeOffset Noon = new(2001, 2, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Counts_of_many_threads_are_taken_once()
    {
        var counters = new QualityCounters();
        var taken = new List<QualityCount>();
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counters.Count(1, Noon.AddSeconds(i % 3600), i % 2 == 0 ? QualityKind.WrongType : QualityKind.MissingField, $"field {i % 7}");
                if (thread == 0 && i % 100 == 0)
                    taken.AddRange(counters.Take(Noon));
            }
        });
        taken.AddRange(counters.Take(Noon));

        Assert.Equal(40_000, taken.Sum(count => count.Count));
        Assert.Equal(14, taken.Select(count => (count.Kind, count.Subject)).Distinct().Count());
        Assert.All(taken, count => Assert.Equal((1, Noon), (count.ModelId, count.Start)));
        Assert.Empty(counters.Take(Noon));
    }

    [Fact]
    public void Names_that_callers_make_up_are_bounded()
    {
        var counters = new QualityCounters();
        counters.Count(1, Noon, QualityKind.WrongType, "distance");
        for (var i = 0; i < 100_000; i++)
            counters.Count(1, Noon, QualityKind.UnknownField, i.ToString(CultureInfo.InvariantCulture) + new string('x', 5000));
        counters.Count(1, Noon, QualityKind.WrongType, "distance");
        counters.Count(2, Noon, QualityKind.WrongType, "distance");

        var taken = counters.Take(Noon);
        Assert.InRange(taken.Count(count => count.ModelId == 1), 2, QualityCounters.MostSubjects + 1);
        Assert.Equal(100_002, taken.Where(count => count.ModelId == 1).Sum(count => count.Count));
        Assert.Equal(2, taken.Single(count => count is { ModelId: 1, Subject: "distance" }).Count);
        Assert.Single(taken, count => count.Subject == QualityCounters.OtherSubjects);
        Assert.All(taken, count => Assert.InRange(count.Subject.Length, 1, 100));
        Assert.Equal(1, taken.Single(count => count.ModelId == 2).Count);
    }

    [Fact]
    public void An_hour_that_is_over_is_forgotten_and_its_names_with_it()
    {
        var counters = new QualityCounters();
        for (var hour = 0; hour < 3; hour++)
        {
            for (var i = 0; i < QualityCounters.MostSubjects; i++)
                counters.Count(1, Noon.AddHours(hour), QualityKind.UnknownField, $"{hour} {i}");
            Assert.Equal(QualityCounters.MostSubjects, counters.Take(Noon.AddHours(hour)).Count);
            Assert.Empty(counters.Take(Noon.AddHours(hour + 1.1)));
        }
    }
}
