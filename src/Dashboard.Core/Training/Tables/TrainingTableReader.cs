using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Training.Tables;

/// <summary>Reads the rows that a specification asks for out of a dataset's canonical content.</summary>
public static class TrainingTableReader
{
    /// <summary>Fewer usable rows than this teach nothing that would hold.</summary>
    public const int MinimumRows = 50;

    private const int RowsPerReport = 20_000;

    /// <summary>Reads once, from the first row to the last.</summary>
    /// <param name="canonical">Uncompressed canonical content.</param>
    /// <param name="spec">Checked against the schema before: see <see cref="TrainingSpecCheck"/>.</param>
    /// <param name="fields">The columns to keep, each with the type it is read as.</param>
    /// <param name="onRows">Called now and then with the number of rows read so far.</param>
    /// <returns>The table, or an error where no rows are in range, too few are usable, or the target does not fit the task.</returns>
    public static Result<TrainingTable> Read(Stream canonical, DataSchema schema, TrainingSpec spec, IEnumerable<TableField> fields, Action<long> onRows, CancellationToken ct)
    {
        var expression = TargetExpression.Parse(spec.Target, schema);
        if (expression.Error is { } fault)
            return fault;

        using var reader = new CanonicalReader(canonical);
        var columns = fields.Distinct().ToDictionary(field => field, field => new TableColumn(field));
        var readers = columns.Values.Select(column => (Position: schema.IndexOf(column.Field.Column), Column: column)).ToArray();
        var targetAt = schema.IndexOf(expression.Value.Column);
        var collector = new TargetCollector(spec.Target, schema.Columns[targetAt].Type, expression.Value.IsComparison);
        var numeric = expression.Value.IsComparison || schema.Columns[targetAt].Type == ColumnType.Number;
        var timeAt = spec.Split.TimeColumn is { } timeColumn ? schema.IndexOf(timeColumn) : -1;
        var times = timeAt < 0 ? null : new List<long>();
        long read = 0, outOfRange = 0, withoutTarget = 0, withoutTime = 0;

        while (reader.Read())
        {
            if (++read % RowsPerReport == 0)
            {
                ct.ThrowIfCancellationRequested();
                onRows(read);
            }

            DateTime time = default;
            if (timeAt >= 0)
            {
                if (reader[timeAt] is not { } text || !FeatureEncoder.TryParseTimestamp(text, out time))
                {
                    withoutTime++;
                    continue;
                }

                if (time < spec.Rows?.From || time >= spec.Rows?.To)
                {
                    outOfRange++;
                    continue;
                }
            }

            var cell = reader[targetAt];
            var number = numeric ? expression.Value.Evaluate(cell) : double.NaN;
            if (cell is null || (numeric && !double.IsFinite(number)))
            {
                withoutTarget++;
                continue;
            }

            if (numeric)
                collector.Add(number);
            else
                collector.Add(cell);
            times?.Add(time.Ticks);
            foreach (var (position, column) in readers)
                column.Add(reader[position]);
        }

        var dropped = new DroppedRows(read, outOfRange, withoutTarget, withoutTime);
        if (Unusable(dropped, spec) is { } tooFew)
            return tooFew;
        var target = collector.Complete(spec.Task);
        return target.Error is { } unfit ? unfit : new TrainingTable(columns, target.Value, times is null ? null : [.. times], dropped);
    }

    private static InvalidValue? Unusable(DroppedRows dropped, TrainingSpec spec)
    {
        var usable = dropped.Read - dropped.OutOfRange - dropped.WithoutTarget - dropped.WithoutTime;
        if (usable >= MinimumRows)
            return null;
        if (dropped.Read > 0 && dropped.OutOfRange == dropped.Read)
            return InvalidValue.Of("rows", $"{spec.Rows?.From:yyyy-MM-ddTHH:mm:ss} to {spec.Rows?.To:yyyy-MM-ddTHH:mm:ss}", $"a range that holds rows; none of the {dropped.Read:N0} rows is in it");
        return InvalidValue.Of("rows", $"{usable:N0} usable of {dropped.Read:N0} ({dropped.OutOfRange:N0} out of range, {dropped.WithoutTarget:N0} without target, {dropped.WithoutTime:N0} without time)",
            $"at least {MinimumRows} usable rows");
    }
}
