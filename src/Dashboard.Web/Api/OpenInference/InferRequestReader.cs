using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>
/// Reads an inference request in one pass over its bytes into the rows that are scored and logged: one tensor for each named input,
/// or one tensor of shape [rows, inputs] with any name where every input is a number or a boolean.
/// </summary>
/// <param name="body">The JSON part of the body.</param>
/// <param name="binary">What follows the JSON part: the tensors that named a binary_data_size, in order.</param>
internal ref partial struct InferRequestReader(ReadOnlySpan<byte> body, ReadOnlySpan<byte> binary, ServedModel model, int maxRows)
{
    private readonly ReadOnlySpan<byte> body = body;
    private readonly IReadOnlyList<FeatureInput> inputs = model.Manifest.Preprocessing.Inputs;
    private ReadOnlySpan<byte> binary = binary;
    private PredictionRequest request;
    private OutputChoice outputs;
    private bool hasInputs;

    /// <summary>Reads everything; any order of the properties will do.</summary>
    /// <returns>Null when the request is whole; otherwise the first fault.</returns>
    public Error? Read(out PredictionRequest read, out OutputChoice chosen)
    {
        Error? error;
        var reader = new Utf8JsonReader(body);
        try
        {
            error = BodyText.Check(body) ?? ReadRoot(ref reader);
        }
        catch (JsonException exception)
        {
            error = InvalidJson.At(body, exception);
        }

        error ??= !hasInputs ? InvalidValue.Of("inputs", null, "an array of tensors")
            : binary.Length > 0 ? InvalidValue.Of("Inference-Header-Content-Length", $"{binary.Length} bytes more than the tensors' binary_data_size", "exactly the tensors' bytes after the JSON part")
            : request.Check();
        (read, chosen) = (request, outputs);
        return error;
    }

    private Error? ReadRoot(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return InvalidValue.Of("body", InputReader.Show(ref reader), "an object with \"inputs\"");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            Error? error = null;
            if (reader.ValueTextEquals("inputs"u8))
            {
                reader.Read();
                error = hasInputs ? InvalidValue.Of("inputs", "a second one", "it once") : ReadInputs(ref reader);
                hasInputs = true;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                error = RequestParameters.ReadId(ref reader, "id", out var id);
                request.Id = id;
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                reader.Read();
                error = ReadParameters(ref reader);
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                reader.Read();
                error = OutputChoice.Read(ref reader, model, ref outputs);
            }
            else
            {
                reader.Skip();
            }

            if (error is not null)
                return error;
        }

        // Anything but white space after the object is a fault that the reader finds here.
        reader.Read();
        return null;
    }

    private Error? ReadParameters(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return InvalidValue.Of("parameters", InputReader.Show(ref reader), "an object");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("binary_data_output"u8))
                outputs.AllBinary = reader.TokenType == JsonTokenType.True;
            else if (RequestParameters.Read(ref reader, name, maxRows, ref request) is { } error)
                return error;
        }

        return null;
    }

    private Error? ReadInputs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return InvalidValue.Of("inputs", InputReader.Show(ref reader), "an array of tensors");
        var seen = inputs.Count <= 256 ? stackalloc bool[inputs.Count] : new bool[inputs.Count];
        var tensors = 0;
        var isWhole = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (isWhole)
                return InvalidValue.Of("inputs", "a tensor beside the one of all features", $"either one tensor [rows, {inputs.Count}] or one for each input");
            if (reader.TokenType != JsonTokenType.StartObject)
                return InvalidValue.Of($"inputs[{tensors}]", InputReader.Show(ref reader), "a tensor: an object with name, shape, datatype and data");
            var tensor = new Tensor(tensors++);
            if (ReadTensor(ref reader, ref tensor, seen) is { } error)
                return error;
            isWhole = tensor.IsWhole;
        }

        if (tensors == 0)
            return InvalidValue.Of("inputs", "[]", $"one tensor for each input ({Names()}){WholeForm()}");
        for (var i = 0; !isWhole && i < seen.Length; i++)
            if (!seen[i])
                return InvalidValue.Of(inputs[i].Name, null, $"an input tensor of datatype {Datatype.Of(inputs[i].Type).Name} and shape [{request.Rows.Length}]; a missing value is null");
        return null;
    }

    private Error? ReadTensor(ref Utf8JsonReader reader, scoped ref Tensor tensor, scoped Span<bool> seen)
    {
        var later = default(Utf8JsonReader);
        var isPending = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            Error? error = null;
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                if (tensor.HasData)
                    return InvalidValue.Of($"{tensor.Label}.data", "a second one", "it once");
                tensor.HasData = true;
                if (tensor.IsDescribed)
                {
                    error = Place(ref tensor, seen) ?? ReadData(ref reader, ref tensor);
                }
                else
                {
                    // The data came before what says how to read it: come back to it.
                    later = reader;
                    isPending = true;
                    reader.Skip();
                }
            }
            else
            {
                error = tensor.ReadProperty(ref reader);
            }

            if (error is not null)
                return error;
        }

        if (tensor.FindMissing() is { } missing)
            return missing;
        if (isPending)
            return Place(ref tensor, seen) ?? ReadData(ref later, ref tensor);
        return tensor.HasData ? null : Place(ref tensor, seen) ?? ReadBinary(ref tensor);
    }

    /// <summary>Finds out which input a tensor is, and whether its shape and datatype suit.</summary>
    private InvalidValue? Place(scoped ref Tensor tensor, scoped Span<bool> seen)
    {
        var isInput = model.InputIndex.TryGetValue(tensor.Name, out var index);
        tensor.IsWhole = tensor.Dimensions == 2 && tensor.Columns == inputs.Count && !(isInput && inputs.Count == 1) && tensor.Ordinal == 0 && AllNumbers();
        if (!tensor.IsWhole)
        {
            if (!isInput)
            {
                return tensor.Dimensions == 2 && tensor.Columns != 1 && AllNumbers()
                    ? InvalidValue.Of($"{tensor.Name}.shape", tensor.ShapeText, $"[rows, {inputs.Count}]: {model.Name} has {inputs.Count} inputs")
                    : InvalidValue.Of("inputs", tensor.Name, $"{RequestFault.KnownInputs}{model.Name}: {Names()}{WholeForm()}");
            }

            if (tensor.Dimensions == 2 && tensor.Columns != 1)
                return InvalidValue.Of($"{tensor.Name}.shape", tensor.ShapeText, "[rows] or [rows, 1]");
            if (seen[index])
                return InvalidValue.Of("inputs", $"{tensor.Name}, twice", "each input once");
            seen[index] = true;
            tensor.Input = index;
        }

        var type = inputs[tensor.Input].Type;
        if (!tensor.Datatype!.Suits(type))
            return InvalidValue.Of($"{tensor.Name}.datatype", tensor.Datatype.Name, Datatype.Wanted(type));
        if (tensor.Rows > maxRows)
            return InvalidValue.Of($"{tensor.Name}.shape", tensor.ShapeText, $"at most {maxRows} rows (Dashboard:Serving:MaxRows)");
        if (request.Rows is { } rows && rows.Length != tensor.Rows)
            return InvalidValue.Of($"{tensor.Name}.shape", tensor.ShapeText, $"[{rows.Length}], as the tensors before it");
        request.Rows ??= new InputValue[tensor.Rows][];
        return null;
    }

    private readonly bool AllNumbers()
    {
        for (var i = 0; i < inputs.Count; i++)
            if (inputs[i].Type is not (InputType.Number or InputType.Boolean))
                return false;
        return true;
    }

    private readonly string Names()
    {
        const int Shown = 40;
        var names = string.Join(", ", inputs.Take(Shown).Select(input => input.Name));
        return inputs.Count <= Shown ? names : $"{names} and {inputs.Count - Shown} more";
    }

    private readonly string WholeForm() => AllNumbers() ? $", or one tensor of shape [rows, {inputs.Count}]" : "";

    private readonly InputValue[] Row(int row) => request.Rows[row] ??= new InputValue[inputs.Count];
}
