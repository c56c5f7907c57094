namespace Dashboard.Cli.Tables;

/// <summary>Aligned columns of text for people.</summary>
/// <param name="headings">One a column; one that begins with '>' is aligned to the right, as numbers are.</param>
internal sealed class Grid(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> rows = [Array.ConvertAll(headings, heading => heading.TrimStart('>'))];

    public void Add(params string[] cells) => rows.Add(cells);

    public void WriteTo(TextWriter text)
    {
        var widths = headings.Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
            text.WriteLine(string.Join(Gap, row.Select((cell, i) => headings[i].StartsWith('>') ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
    }
}
