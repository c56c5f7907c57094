using Dashboard.Core.Monitoring.Columns.Reading;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>
/// What a table looks like, column by column, in memory that does not grow with its rows: made in one pass over CSV or NDJSON, saved, merged and compared. A column that some of the merged tables lack is missing in
/// their rows.
/// </summary>
public sealed class TableProfile
{
    private readonly Dictionary<string, ColumnProfile> columns = new(StringComparer.Ordinal);

    public long Rows { get; private set; }

    /// <summary>Rows of the files that were left out because their cells could not be told apart.</summary>
    public long RejectedRows { get; private set; }

    /// <summary>The columns by their place in the file; of several files by their first place, and equal ones by name.</summary>
    public IReadOnlyList<ColumnProfile> Columns => [.. columns.Values.OrderBy(column => column.Position).ThenBy(column => column.Name, StringComparer.Ordinal)];

    public ColumnProfile? this[string name] => columns.GetValueOrDefault(name);

    /// <summary>Reads a table once, from front to back.</summary>
    /// <param name="table">CSV or NDJSON; not a profile.</param>
    /// <returns>The profile and what was read, or why the file cannot be.</returns>
    public static Result<(TableProfile Profile, TableRead Read)> Of(TableStream table, CancellationToken ct)
    {
        var profile = new TableProfile();
        var read = TableReader.Read(table, new Sink(profile), ct);
        if (read.Error is { } fault)
            return fault;
        profile.RejectedRows = read.Value.RejectedRows;
        foreach (var column in profile.columns.Values)
            column.CountTo(profile.Rows);
        return (profile, read.Value);
    }

    /// <summary>Adds the rows of another profile.</summary>
    public void Add(TableProfile other)
    {
        foreach (var column in other.columns.Values)
        {
            if (!columns.TryGetValue(column.Name, out var own))
                columns.Add(column.Name, own = new(column.Name, column.Position, Rows));
            own.Add(column);
        }

        Rows += other.Rows;
        RejectedRows += other.RejectedRows;
        foreach (var column in columns.Values)
            column.CountTo(Rows);
    }

    /// <summary>The profile as bytes; see <see cref="TableProfileFormat"/>.</summary>
    public byte[] Serialize() => TableProfileFormat.Write(this);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <returns>The profile, or an error that says what is wrong with the bytes.</returns>
    public static Result<TableProfile> Deserialize(ReadOnlySpan<byte> bytes) => TableProfileFormat.Read(bytes);

    /// <summary>Takes over what was stored.</summary>
    internal static TableProfile Of(long rows, long rejectedRows, IEnumerable<ColumnProfile> columns)
    {
        var profile = new TableProfile { Rows = rows, RejectedRows = rejectedRows };
        foreach (var column in columns)
            if (!profile.columns.TryAdd(column.Name, column))
                throw new Profiles.ProfileFormatException($"column '{column.Name}' is there twice");
        return profile;
    }

    private sealed class Sink(TableProfile profile) : ITableSink
    {
        private readonly List<ColumnProfile> byPosition = [];

        public int AddColumn(string name)
        {
            var column = new ColumnProfile(name, byPosition.Count, profile.Rows);
            profile.columns.Add(name, column);
            byPosition.Add(column);
            return byPosition.Count - 1;
        }

        public void Add(int column, Cell cell) => byPosition[column].Add(cell);

        public Error? EndRow()
        {
            profile.Rows++;
            return null;
        }
    }
}
