using System.Globalization;
using System.IO.Compression;

namespace Dashboard.Benchmarks.Monitoring;

/// <summary>One flight of the sample that ships with the product.</summary>
internal sealed record Flight(DateTime Departure, int Delay, int Distance, string Origin, string Destination);

/// <summary>January's flights, in the order of departure.</summary>
internal static class FlightSample
{
    public static string Path { get; } = System.IO.Path.Combine("src", "Dashboard.Web", "Samples", "flights-2001.csv.gz");

    public static async Task<Flight[]> JanuaryAsync(string path)
    {
        await using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        await reader.ReadLineAsync();
        List<Flight> flights = [];
        while (await reader.ReadLineAsync() is { } line && line.StartsWith("2001-01", StringComparison.Ordinal))
        {
            var cells = line.Split(',');
            flights.Add(new(DateTime.Parse(cells[0], CultureInfo.InvariantCulture), int.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture), cells[3], cells[4]));
        }

        return [.. flights];
    }
}
