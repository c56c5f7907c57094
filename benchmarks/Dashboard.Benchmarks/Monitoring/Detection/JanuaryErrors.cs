using System.Globalization;
using System.IO.Compression;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;
using Dashboard.Web.Samples;
using Dashboard.XGBoost;

namespace Dashboard.Benchmarks.Monitoring.Detection;

/// <summary>The errors of a model of delays on the days of January: each half of the days is scored by a model of the other half.</summary>
internal static class JanuaryErrors
{
    private const double LateAfterMinutes = 15;
    private static readonly DateTime End = new(2001, 2, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <returns>For each day, 0 or 1 for each flight in the order of departure; 1: the more likely class was not what happened.</returns>
    public static double[][] Read()
    {
        var flights = Flights();
        string[] airports = [.. flights.SelectMany(flight => (string[])[flight.Origin, flight.Destination]).Distinct().Order(StringComparer.Ordinal)];
        EncodedFeature[] features =
        [
            new("distance", 0, false, []), new("hour", 1, false, []), new("weekday", 2, false, []), new("origin", 3, true, airports), new("destination", 4, true, airports),
        ];
        var codes = airports.Index().ToDictionary(pair => pair.Item, pair => (float)pair.Index, StringComparer.Ordinal);
        MatrixData Matrix(List<Flight> rows) => new(
            [.. rows.SelectMany(flight => (float[])[flight.Distance, flight.Time.Hour, (int)flight.Time.DayOfWeek, codes[flight.Origin], codes[flight.Destination]])],
            rows.Count, features.Length, [.. rows.Select(flight => flight.Late ? 1f : 0f)]);

        var errors = new SortedDictionary<int, double[]>();
        for (var half = 0; half < 2; half++)
        {
            List<Flight> train = [.. flights.Where(flight => flight.Time.Day % 2 == half)], test = [.. flights.Where(flight => flight.Time.Day % 2 != half)];
            using var booster = XGBoostTrainer.Train(Matrix(train), null, features, ModelTask.BinaryClassification, 2,
                new(Rounds: 100, EarlyStoppingRounds: 0, MaxDepth: 4, MinChildWeight: 20, MaxCategoryThreshold: 16), onRound: null, default);
            var late = booster.Predict(Matrix(test));
            foreach (var day in test.Zip(late).GroupBy(pair => pair.First.Time.Day))
                errors[day.Key] = [.. day.Select(pair => pair.Second >= 0.5 == pair.First.Late ? 0.0 : 1.0)];
        }

        return [.. errors.Values];
    }

    private static List<Flight> Flights()
    {
        using var content = FlightsSample.Open();
        using var text = new StreamReader(new GZipStream(content, CompressionMode.Decompress));
        string[] header = text.ReadLine()!.Split(',');
        int At(string column) => Array.IndexOf(header, column);
        var (date, delay, distance, origin, destination) = (At("date"), At("delay"), At("distance"), At("origin"), At("destination"));
        var flights = new List<Flight>();
        while (text.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            if (cells[delay].Length == 0 || !FeatureEncoder.TryParseTimestamp(cells[date], out var time) || time >= End)
                continue;
            flights.Add(new(time, float.Parse(cells[distance], CultureInfo.InvariantCulture), cells[origin], cells[destination], double.Parse(cells[delay], CultureInfo.InvariantCulture) > LateAfterMinutes));
        }

        flights.Sort((one, other) => one.Time.CompareTo(other.Time));
        return flights;
    }

    private sealed record Flight(DateTime Time, float Distance, string Origin, string Destination, bool Late);
}
