using System.Globalization;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>A flight to be asked about and, later, to be told about.</summary>
/// <param name="Id">The prediction's id: stable, so that a replay which is resumed repeats nothing.</param>
/// <param name="LabelDue">When its delay becomes known: after landing, and after the hours that a report takes.</param>
internal sealed record Flight(string Id, DateTime Departure, double? Distance, string? Origin, string? Destination, bool? Delayed, DateTime LabelDue);

/// <summary>February to June of the sample in the order of departure, and its labels in the order in which they become known.</summary>
internal sealed class FlightReplay
{
    public static readonly DateTime From = new(2001, 2, 1, 0, 0, 0, DateTimeKind.Unspecified);
    public static readonly DateTime To = new(2001, 7, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>The last label is reported some days after the last flight.</summary>
    public static readonly DateTime LabelsTo = To.AddDays(3);

    private const double LateAfterMinutes = 15;
    private const double MilesPerMinute = 7.5;

    private readonly Flight[] byDeparture;
    private readonly Flight[] byLabel;

    private FlightReplay(List<Flight> flights)
    {
        byDeparture = [.. flights.OrderBy(flight => flight.Departure)];
        byLabel = [.. flights.Where(flight => flight.Delayed is not null).OrderBy(flight => flight.LabelDue)];
    }

    public static FlightReplay Read(Stream canonical)
    {
        using var reader = new CanonicalReader(canonical);
        var columns = reader.Header.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var flights = new List<Flight>();
        for (var row = 0; reader.Read(); row++)
        {
            if (!FeatureEncoder.TryParseTimestamp(reader[columns["date"]], out var departure) || departure < From || departure >= To)
                continue;
            var distance = Number(reader[columns["distance"]]);
            var delay = Number(reader[columns["delay"]]);
            flights.Add(new(string.Create(CultureInfo.InvariantCulture, $"flight-{row:D6}"), departure, distance, reader[columns["origin"]], reader[columns["destination"]],
                delay is null ? null : delay > LateAfterMinutes, departure + LabelLag(row, distance, delay)));
        }

        return new(flights);
    }

    /// <summary>Flights with after ≤ departure &lt; upTo.</summary>
    public ArraySegment<Flight> Departing(DateTime after, DateTime upTo) => Between(byDeparture, flight => flight.Departure, after, upTo);

    /// <summary>Flights with after ≤ label due &lt; upTo.</summary>
    public ArraySegment<Flight> BecomingKnown(DateTime after, DateTime upTo) => Between(byLabel, flight => flight.LabelDue, after, upTo);

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Time in the air, the delay itself, and one to eighteen hours until the report is in; the spread is a fixed function of the row.</summary>
    private static TimeSpan LabelLag(int row, double? distance, double? delay)
    {
        var spread = (uint)row * 2_654_435_761u / (double)uint.MaxValue;
        return TimeSpan.FromMinutes(30 + ((distance ?? 500) / MilesPerMinute) + Math.Max(0, delay ?? 0)) + TimeSpan.FromHours(1 + (17 * spread));
    }

    private static ArraySegment<Flight> Between(Flight[] sorted, Func<Flight, DateTime> key, DateTime after, DateTime upTo)
    {
        var first = LowerBound(sorted, key, after);
        return new(sorted, first, Math.Max(0, LowerBound(sorted, key, upTo) - first));
    }

    private static int LowerBound(Flight[] sorted, Func<Flight, DateTime> key, DateTime value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (key(sorted[middle]) < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
