using System.Globalization;
using System.IO.Compression;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Tests.Architecture;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Blocks;

/// <summary>The flights sample that ships with the product, as rows of five columns, encoded.</summary>
internal sealed class Flights
{
    public const int Delay = 0, Distance = 1, Origin = 2, Destination = 3, Hour = 4, Width = 5;

    private static readonly Lazy<Flights> All = new(Read);

    private Flights(Preprocessing inputs, List<float[]> rows, List<long> times) => (Inputs, Rows, Times) = (inputs, rows, times);

    public Preprocessing Inputs { get; }

    public List<float[]> Rows { get; }

    public List<long> Times { get; }

    /// <summary>January 2001.</summary>
    public static Flights January => All.Value.Until(new DateTime(2001, 2, 1, 0, 0, 0, DateTimeKind.Unspecified));

    public static Flights HalfYear => All.Value;

    public int Code(int column, string category) => Inputs.Inputs[column].Categories.ToList().IndexOf(category);

    /// <summary>A reference of some rows without predictions; with times, its blocks are hours.</summary>
    public ReferenceProfile Reference(IReadOnlyList<int> rows, bool withTimes = false)
    {
        var features = new float[rows.Count * Width];
        for (var i = 0; i < rows.Count; i++)
            Rows[rows[i]].CopyTo(features, i * Width);
        return ReferenceBuilder.Build(Inputs, ModelTask.Regression, [], 0.5, features, new([], [], null), withTimes ? [.. rows.Select(row => Times[row])] : []);
    }

    public static WindowProfile Window(ProfileLayout layout, IEnumerable<float[]> rows)
    {
        var window = new WindowProfile(layout);
        foreach (var row in rows)
            window.AddFeatures(row);
        return window;
    }

    private Flights Until(DateTime end)
    {
        var count = Times.FindIndex(time => time >= end.Ticks);
        return new(Inputs, Rows[..count], Times[..count]);
    }

    private static Flights Read()
    {
        using var file = File.OpenRead(Path.Combine(Repository.Root, "src", "Dashboard.Web", "Samples", "flights-2001.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        reader.ReadLine();
        var (rows, times) = (new List<float[]>(), new List<long>());
        var codes = new[] { new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal) };
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            var time = DateTime.Parse(cells[0], CultureInfo.InvariantCulture);
            times.Add(time.Ticks);
            rows.Add([Number(cells[1]), Number(cells[2]), Category(codes[0], cells[3]), Category(codes[1], cells[4]), time.Hour]);
        }

        var inputs = new Preprocessing([new("delay", InputType.Number, []), new("distance", InputType.Number, []), new("origin", InputType.Category, [.. codes[0].Keys]),
            new("destination", InputType.Category, [.. codes[1].Keys]), new("hour", InputType.Number, [])]);
        return new(inputs, rows, times);
    }

    private static float Number(string cell) => cell.Length == 0 ? float.NaN : float.Parse(cell, CultureInfo.InvariantCulture);

    private static float Category(Dictionary<string, int> codes, string cell)
    {
        if (cell.Length == 0)
            return float.NaN;
        if (!codes.TryGetValue(cell, out var code))
            codes[cell] = code = codes.Count;
        return code;
    }
}
