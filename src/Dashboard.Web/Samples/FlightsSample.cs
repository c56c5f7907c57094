namespace Dashboard.Web.Samples;

/// <summary>The flights that ship with the product, inside its assembly, so that they are there from whatever folder it runs. README.md beside it has their source and licence.</summary>
public static class FlightsSample
{
    public const string Name = "flights-2001";

    public const string FileName = "flights-2001.csv.gz";

    /// <summary>The CSV file, compressed with gzip.</summary>
    public static Stream Open() =>
        typeof(FlightsSample).Assembly.GetManifestResourceStream(FileName) ?? throw new InvalidOperationException($"{FileName} is not in the assembly.");
}
