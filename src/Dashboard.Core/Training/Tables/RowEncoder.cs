using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Training.Tables;

/// <summary>Encodes a table's rows with a preprocessing: the new model's, or a champion's that must see the same raw rows.</summary>
public sealed class RowEncoder
{
    private readonly TableColumn[] columns;
    private readonly InputValue[]?[] categories;
    private readonly FeatureEncoder encoder;

    public RowEncoder(TrainingTable table, Preprocessing preprocessing)
    {
        encoder = new(preprocessing);
        columns = [.. preprocessing.Inputs.Select(input => table.Columns[new(input.Name, input.Type)])];
        categories = [.. columns.Select((column, input) =>
            column.Field.Type == InputType.Category ? column.Values.Select(value => encoder.Category(input, value)).ToArray() : null)];
    }

    public int Width => encoder.Width;

    /// <summary>The raw inputs of one row, in the signature's order.</summary>
    public void Inputs(int row, Span<InputValue> inputs)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            inputs[i] = column.Field.Type switch
            {
                InputType.Category => column.CodeAt(row) is >= 0 and var code ? categories[i]![code] : InputValue.Missing,
                InputType.Timestamp => column.TimeAt(row) is { } time ? InputValue.OfTimestamp(time) : InputValue.Missing,
                InputType.Boolean => double.IsNaN(column.NumberAt(row)) ? InputValue.Missing : InputValue.OfBoolean(column.NumberAt(row) != 0),
                _ => InputValue.OfNumber(column.NumberAt(row)),
            };
        }
    }

    /// <summary>The encoded features of rows, row after row.</summary>
    /// <returns>rows × <see cref="Width"/> values, or an error where that is more than one array can hold.</returns>
    public Result<float[]> Encode(ReadOnlySpan<int> rows)
    {
        if ((long)rows.Length * Width > Array.MaxLength)
            return InvalidValue.Of("rows", $"{rows.Length:N0} rows of {Width:N0} features",
                string.Create(CultureInfo.InvariantCulture, $"at most {Array.MaxLength:N0} values; choose a shorter range or fewer features"));
        var encoded = new float[rows.Length * Width];
        var inputs = new InputValue[columns.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            Inputs(rows[i], inputs);
            encoder.Encode(inputs, encoded.AsSpan(i * Width, Width));
        }

        return encoded;
    }
}
