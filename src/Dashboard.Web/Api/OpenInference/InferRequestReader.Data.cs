using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>The elements of a tensor in JSON, flat or nested as its shape.</summary>
internal ref partial struct InferRequestReader
{
    private InvalidValue? ReadData(ref Utf8JsonReader reader, scoped ref Tensor tensor)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return InvalidValue.Of($"{tensor.Name}.data", InputReader.Show(ref reader), $"an array of {tensor.Count} values");
        int depth = 1, count = 0, row = 0, column = 0, innerStart = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    if (++depth > tensor.Dimensions)
                        return InvalidValue.Of($"{tensor.Name}.data", $"nested {depth} deep", $"nesting as the shape {tensor.ShapeText} says, or none");
                    innerStart = count;
                    continue;
                case JsonTokenType.EndArray when --depth == 0:
                    return count == tensor.Count ? null
                        : InvalidValue.Of($"{tensor.Name}.data", $"{count} values", $"{tensor.Count} values, as the shape {tensor.ShapeText} says");
                case JsonTokenType.EndArray:
                    if (count - innerStart != tensor.Columns)
                        return InvalidValue.Of($"{tensor.Name}.data[{row}]", $"{count - innerStart} values", $"{tensor.Columns} values, as the shape {tensor.ShapeText} says");
                    continue;
            }

            if (count++ >= tensor.Count)
            {
                // Too many: they are counted for the message and not read.
                reader.Skip();
                continue;
            }

            var input = tensor.Input + column;
            var wanted = InputReader.Read(ref reader, model, input, out var value);
            if (wanted is null && tensor.Datatype!.IsWhole && value.Kind == InputKind.Number && !tensor.Datatype.Holds(value.Number))
                wanted = $"{RequestFault.WholeRange}{tensor.Datatype.Minimum} to {tensor.Datatype.Maximum} ({tensor.Datatype.Name})";
            if (wanted is not null)
                return InvalidValue.Of($"{inputs[input].Name}[{row}]", InputReader.Show(ref reader), wanted);
            Row(row)[input] = value;
            if (++column == tensor.Columns)
            {
                column = 0;
                row++;
            }
        }

        throw new JsonException("The data's array does not end.");
    }
}
