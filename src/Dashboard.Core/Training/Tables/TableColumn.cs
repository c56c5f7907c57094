using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Training.Tables;

/// <summary>A dataset column, read as an input of one type. A champion may read the same column as another type than its challenger.</summary>
public readonly record struct TableField(string Column, InputType Type);

/// <summary>The values of one field, packed: 8 bytes a number or time, 4 a category. Cells that are missing or do not read as the field's type are missing.</summary>
public sealed class TableColumn(TableField field)
{
    private const int Missing = -1;

    private readonly List<double> numbers = [];
    private readonly List<long> ticks = [];
    private readonly List<int> codes = [];
    private readonly List<string> values = [];
    private readonly Dictionary<string, int> index = new(StringComparer.Ordinal);

    public TableField Field { get; } = field;

    /// <summary>For a category: the distinct values in order of appearance; <see cref="CodeAt"/> points into it.</summary>
    public IReadOnlyList<string> Values => values;

    public void Add(string? cell)
    {
        switch (Field.Type)
        {
            case InputType.Category:
                codes.Add(cell is null ? Missing : CodeOf(cell));
                break;
            case InputType.Timestamp:
                ticks.Add(cell is not null && FeatureEncoder.TryParseTimestamp(cell, out var time) ? time.Ticks : Missing);
                break;
            case InputType.Boolean:
                numbers.Add(cell switch { "true" or "1" => 1, "false" or "0" => 0, _ => double.NaN });
                break;
            default:
                numbers.Add(cell switch
                {
                    "true" => 1,
                    "false" => 0,
                    _ => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN,
                });
                break;
        }
    }

    /// <summary>A number, or 0 and 1 for a boolean; NaN is missing.</summary>
    public double NumberAt(int row) => numbers[row];

    /// <summary>The position in <see cref="Values"/>, or -1 where missing.</summary>
    public int CodeAt(int row) => codes[row];

    /// <summary>A wall time, or null where missing.</summary>
    public DateTime? TimeAt(int row) => ticks[row] == Missing ? null : new(ticks[row]);

    private int CodeOf(string value)
    {
        if (!index.TryGetValue(value, out var code))
        {
            index[value] = code = values.Count;
            values.Add(value);
        }

        return code;
    }
}
