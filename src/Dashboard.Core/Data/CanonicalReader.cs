using CsvHelper;

namespace Dashboard.Core.Data;

/// <summary>Reads a dataset version's canonical content row by row. Not safe for several threads.</summary>
public sealed class CanonicalReader : IDisposable
{
    private static readonly CsvReaderOptions Canonical = new() { Separator = ',', HasHeader = true };

    private readonly CsvReader reader;

    /// <param name="uncompressed">The content from its start; disposed with the reader.</param>
    public CanonicalReader(Stream uncompressed)
    {
        reader = CsvReader.Create(uncompressed, Canonical);
        Header = [.. reader.Headers];
    }

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>A cell of the present row as canonical text; null is missing.</summary>
    public string? this[int column] => reader.IsEmpty(column) ? null : reader.GetString(column);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    public bool Read() => reader.Read();

    public void Dispose() => reader.Dispose();
}
