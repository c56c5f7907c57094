using System.Text;
using Dashboard.Core.Data;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Tables;

namespace Dashboard.Core.Tests.Training;

/// <summary>Small datasets and how they are read.</summary>
internal static class Tables
{
    public static readonly DataSchema Schema = new([new("when", ColumnType.Timestamp), new("delay", ColumnType.Number), new("distance", ColumnType.Number),
        new("origin", ColumnType.Category), new("late", ColumnType.Boolean), new("note", ColumnType.Text)]);

    public static TrainingSpec Spec(string target = "delay > 15", SplitSpec? split = null, ModelTask? task = null, RowRange? rows = null) =>
        new("m", "e", "hash", target, ["distance", "origin"], split ?? new(SplitKind.Time, TimeColumn: "when"), new(), task, rows);

    /// <summary>Row i of n: minute i of a day, delay i mod 30, distance i, origin by i mod 3.</summary>
    public static string Csv(int rows, Func<int, string>? row = null)
    {
        var text = new StringBuilder("when,delay,distance,origin,late,note\n");
        for (var i = 0; i < rows; i++)
            text.Append(row?.Invoke(i) ?? Row(i)).Append('\n');
        return text.ToString();
    }

    public static string Row(int i) => FormattableString.Invariant($"{new DateTime(2001, 1, 1).AddMinutes(i):yyyy-MM-ddTHH:mm:ss},{i % 30},{i},{"ABC"[i % 3]},{(i % 2 == 0 ? "true" : "false")},n");

    public static Result<TrainingTable> Read(string csv, TrainingSpec spec, params TableField[] fields) =>
        TrainingTableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv)), Schema, spec, fields, _ => { }, CancellationToken.None);
}
