using System.Runtime.InteropServices;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.MLflow;

/// <summary>Reads the forms in which MLflow's clients send rows: dataframe_split, dataframe_records, instances and inputs, with params beside them.</summary>
internal sealed class Dataframe(ServedModel model, int maxRows)
{
    private const string Forms = "one of dataframe_split, dataframe_records, instances or inputs";
    private readonly IReadOnlyList<FeatureInput> inputs = model.Manifest.Preprocessing.Inputs;
    private PredictionRequest request;

    public Error? Read(JsonElement root, out PredictionRequest read)
    {
        read = default;
        if (root.ValueKind != JsonValueKind.Object)
            return InvalidValue.Of("body", Show(root), $"an object with {Forms}");
        var forms = root.EnumerateObject().Where(property => property.Name is "dataframe_split" or "dataframe_records" or "instances" or "inputs").ToList();
        if (forms.Count != 1)
            return InvalidValue.Of("body", forms.Count == 0 ? "an object without rows" : string.Join(" beside ", forms.Select(form => form.Name)), Forms);
        var (name, value) = (forms[0].Name, forms[0].Value);
        Error? error = name == "dataframe_split" ? ReadSplit(value)
            : value.ValueKind == JsonValueKind.Object && name == "inputs" ? ReadColumns(value)
            : ReadRows(name, value);
        error ??= ReadParameters(root) ?? ReadEntity(root) ?? request.Check();
        read = request;
        return error;
    }

    /// <summary>{"columns": [...], "data": [[...], ...]}; an index is passed over.</summary>
    private InvalidValue? ReadSplit(JsonElement split)
    {
        if (split.ValueKind != JsonValueKind.Object || !split.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            return InvalidValue.Of("dataframe_split", Show(split), "an object with columns and data");
        int[] order = [.. Enumerable.Range(0, inputs.Count)];
        if (split.TryGetProperty("columns", out var columns))
        {
            if (columns.ValueKind != JsonValueKind.Array || columns.EnumerateArray().Any(column => column.ValueKind != JsonValueKind.String))
                return InvalidValue.Of("dataframe_split.columns", Show(columns), "an array of names");
            if (Arrange([.. columns.EnumerateArray().Select(column => column.GetString()!)], "dataframe_split.columns", out order) is { } error)
                return error;
        }

        return ReadLists("dataframe_split.data", data, order);
    }

    /// <summary>{"a": [...], "b": [...]}: a list for each input.</summary>
    private InvalidValue? ReadColumns(JsonElement columns)
    {
        var properties = columns.EnumerateObject().ToList();
        if (Arrange([.. properties.Select(property => property.Name)], "inputs", out var order) is { } error)
            return error;
        for (var column = 0; column < order.Length; column++)
        {
            var (name, values) = (properties[column].Name, properties[column].Value);
            if (values.ValueKind != JsonValueKind.Array)
                return InvalidValue.Of($"inputs.{name}", Show(values), "an array with a value for each row");
            if (request.Rows is null && Reserve("inputs", values.GetArrayLength()) is { } tooMany)
                return tooMany;
            if (values.GetArrayLength() != request.Rows!.Length)
                return InvalidValue.Of($"inputs.{name}", $"{values.GetArrayLength()} values", $"{request.Rows.Length}, as the inputs before it");
            var row = 0;
            foreach (var value in values.EnumerateArray())
                if (ReadCell(row++, order[column], value) is { } wrong)
                    return wrong;
        }

        return null;
    }

    /// <summary>A list of records, of lists, or of values where the model has one input.</summary>
    private InvalidValue? ReadRows(string form, JsonElement rows)
    {
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() == 0)
            return InvalidValue.Of(form, Show(rows), "an array of rows");
        if (rows[0].ValueKind != JsonValueKind.Object)
            return ReadLists(form, rows, [.. Enumerable.Range(0, inputs.Count)]);
        if (Reserve(form, rows.GetArrayLength()) is { } error)
            return error;
        var row = 0;
        foreach (var record in rows.EnumerateArray())
        {
            if (record.ValueKind != JsonValueKind.Object)
                return InvalidValue.Of($"{form}[{row}]", Show(record), "an object, as the first row");
            var given = new HashSet<int>();
            foreach (var property in record.EnumerateObject())
            {
                if (!model.InputIndex.TryGetValue(property.Name, out var input))
                    return Unknown($"{form}[{row}]", property.Name);
                given.Add(input);
                if (ReadCell(row, input, property.Value) is { } wrong)
                    return wrong;
            }

            if (given.Count < inputs.Count)
                return Missing($"{form}[{row}]", given);
            row++;
        }

        return null;
    }

    private InvalidValue? ReadLists(string form, JsonElement rows, int[] order)
    {
        if (Reserve(form, rows.GetArrayLength()) is { } error)
            return error;
        var row = 0;
        foreach (var list in rows.EnumerateArray())
        {
            if (list.ValueKind != JsonValueKind.Array && order.Length == 1)
            {
                if (ReadCell(row, order[0], list) is { } wrong)
                    return wrong;
            }
            else if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != order.Length)
            {
                return InvalidValue.Of($"{form}[{row}]", list.ValueKind == JsonValueKind.Array ? $"{list.GetArrayLength()} values" : Show(list), $"{order.Length} values");
            }
            else
            {
                var column = 0;
                foreach (var value in list.EnumerateArray())
                    if (ReadCell(row, order[column++], value) is { } wrong)
                        return wrong;
            }

            row++;
        }

        return null;
    }

    private Error? ReadParameters(JsonElement root)
    {
        if (!root.TryGetProperty("params", out var parameters) || parameters.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var (name, value) in parameters.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
            reader.Read();
            if (RequestParameters.Read(ref reader, System.Text.Encoding.UTF8.GetBytes(name), maxRows, ref request) is { } error)
                return error;
        }

        return null;
    }

    /// <summary>"entity" beside the rows says whom they are about.</summary>
    private Error? ReadEntity(JsonElement root)
    {
        if (!root.TryGetProperty("entity", out var entity))
            return null;
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(entity));
        reader.Read();
        return RequestParameters.ReadEntity(ref reader, "entity", ref request);
    }

    private InvalidValue? ReadCell(int row, int input, JsonElement value)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        var wanted = InputReader.Read(ref reader, model, input, out var read);
        if (wanted is not null)
            return InvalidValue.Of($"{inputs[input].Name}[{row}]", InputReader.Show(ref reader), wanted);
        (request.Rows[row] ??= new InputValue[inputs.Count])[input] = read;
        return null;
    }

    private InvalidValue? Reserve(string form, int rows)
    {
        if (rows < 1 || rows > maxRows)
            return InvalidValue.Of(form, $"{rows} rows", $"1 to {maxRows} rows (Dashboard:Serving:MaxRows)");
        request.Rows = new InputValue[rows][];
        return null;
    }

    /// <summary>Where each column goes; every input must be there once, and nothing else.</summary>
    private InvalidValue? Arrange(string[] columns, string field, out int[] order)
    {
        order = new int[columns.Length];
        var given = new HashSet<int>();
        for (var i = 0; i < columns.Length; i++)
        {
            if (!model.InputIndex.TryGetValue(columns[i], out order[i]))
                return Unknown(field, columns[i]);
            if (!given.Add(order[i]))
                return InvalidValue.Of(field, $"{columns[i]}, twice", "each input once");
        }

        return given.Count < inputs.Count ? Missing(field, given) : null;
    }

    private InvalidValue Missing(string field, HashSet<int> given) =>
        InvalidValue.Of($"{field}.{inputs.Where((_, i) => !given.Contains(i)).First().Name}", null, "every input of the model; a missing value is null");

    private InvalidValue Unknown(string field, string name) => InvalidValue.Of(field, name, $"{RequestFault.KnownInputs}{model.Name}: {string.Join(", ", inputs.Select(input => input.Name))}");

    private static string Show(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => element.GetArrayLength() == 0 ? "[]" : "an array",
        _ => element.GetRawText(),
    };
}
